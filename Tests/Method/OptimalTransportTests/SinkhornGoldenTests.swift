import CMCFastJSON
import CMCOptimalTransport
import CMCPrimitives
import Foundation
import Testing

@Suite("Sinkhorn divergences and exact transport against GeomLoss and POT")
struct SinkhornGoldenTests {
  /// A row of the golden file, which Tests/Scripts/compare_sinkhorn.py wrote.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let exponent: Int
    let blur: Double
    let debiased: Double
    let biased: Double
    let emd2: Double
    let diameter: Double

    var testDescription: String { "\(name), p = \(exponent), blur \(blur)" }

    /// What may differ: 1e-5 of the value, 1e-4 beyond a thousand points, or 1e-10 · dᵖ.
    func allows(_ value: Double, _ wanted: Double) -> Bool {
      let scale = exponent == 1 ? diameter : diameter * diameter
      return abs(value - wanted) <= max((name == "large" ? 1e-4 : 1e-5) * abs(wanted), 1e-10 * scale)
    }
  }

  static let rows: [Row] = {
    guard let url = Bundle.module.url(forResource: "Golden/sinkhorn", withExtension: "json"),
      let bytes = try? readFile(url.path), let document = try? JSONDocument(bytes)
    else { return [] }
    return document.root["rows"]?.elements.compactMap { row in
      guard let name = row["case"]?.string, let p = row["p"]?.int, let blur = row["blur"]?.double,
        let debiased = row["debiased"]?.double, let biased = row["biased"]?.double,
        let emd2 = row["emd2"]?.double, let diameter = row["diameter"]?.double
      else { return nil }
      return Row(
        name: name, exponent: p, blur: blur, debiased: debiased, biased: biased, emd2: emd2,
        diameter: diameter)
    } ?? []
  }()

  @Test("The golden file is whole") func goldenFile() {
    #expect(Self.rows.count == 67)
    #expect(Set(Self.rows.map(\.name)).count == 18)
  }

  @Test("GeomLoss's schedule gives GeomLoss's values", arguments: rows) func sinkhorn(_ row: Row) throws {
    let cost = try #require(TransportProblem.Cost(rawValue: row.exponent))
    let problem = try TransportClouds(row.name).problem(cost)
    var solver = SinkhornSolver()
    solver.blur = row.blur
    let result = try solver.solve(problem)
    #expect(abs(result.diameter - row.diameter) <= 1e-12 * row.diameter)
    #expect(row.allows(result.value, row.debiased), "\(result.value), GeomLoss \(row.debiased)")
    solver.debias = false
    let biased = try solver.solve(problem).value
    #expect(row.allows(biased, row.biased), "biased: \(biased), GeomLoss \(row.biased)")
  }

  @Test("Assignments cost what POT's transport costs", arguments: rows.filter { $0.blur == 0.01 })
  func exact(_ row: Row) throws {
    let cost = try #require(TransportProblem.Cost(rawValue: row.exponent))
    let problem = try TransportClouds(row.name).problem(cost)
    guard ExactTransport.canSolve(problem) else {
      #expect(throws: TransportError.self) { try ExactTransport().solve(problem) }
      return
    }
    let result = try ExactTransport().solve(problem)
    #expect(abs(result.value - row.emd2) <= 1e-6 * max(1, abs(row.emd2)), "\(result.value), POT \(row.emd2)")
    #expect(result.assignment.sorted() == Array(0..<problem.first.count))
  }
}
