import CMCAlignment
import CMCOptimalTransport
import CMCPrimitives
import TestSupport
import Testing

@testable import CMCLogitShift

@Suite("Planted similarity is found, and none where there is none")
struct PlantedSimilarityTests {
  private func settings(top: Int) -> SimilaritySettings {
    var settings = SimilaritySettings()
    settings.top = top
    settings.shuffles = 0
    settings.resamples = 20
    settings.heatMaps = 0
    return settings
  }

  /// What tuning for a task does to a column, whatever the model.
  private func effect(_ task: Int, _ prompt: Int, _ step: Int, _ column: Int) -> Float {
    hashed(100 + task, prompt, step, column)
  }

  @Test("Same task below cross task with p < 0.01, across vocabularies") func planted() throws {
    let fixture = try FixtureRuns(prompts: 12, steps: 8, width: 60)
    let first = try fixture.write("first", task: "one", base: "A") {
      (2 * hashed($0, $1, $2), effect(1, $0, $1, $2) + 0.7 * hashed(1, $0, $1, $2))
    }
    func second(_ label: String, _ task: Int) throws -> CaptureRun {
      try fixture.write(label, task: task == 1 ? "one" : "two", base: "B", fingerprint: "b") {
        let column = ($2 + 60 - 7) % 60
        return (
          2 * hashed(9, $0, $1, $2), effect(task, $0, $1, column) + 0.7 * hashed(2 + task, $0, $1, $2)
        )
      }
    }
    let (same, other) = (try second("same", 1), try second("other", 2))
    let map = fixture.map(offset: 7)
    func pair(_ a: CaptureRun, _ b: CaptureRun) throws -> RunPair {
      guard a.description.fingerprint != b.description.fingerprint else { return try RunPair(a, b, map: nil) }
      let isForward = a.label == "first"
      return try RunPair(a, b, map: isForward ? (map, "m") : (map.inverted().map, "m"))
    }
    let calculator = try SimilarityCalculator(settings(top: 20), tool: "t")
    let result = try calculator.compare(try pair(first, same), cross: try pair(first, other))
    for ranking in result.rankings {
      let test = try #require(ranking.test)
      #expect(test.sameMean < test.crossMean && test.p < 0.01, "\(ranking.rule): p = \(test.p)")
      #expect(test.isExact && test.differences.count == 12)
    }
    let matrix = try calculator.matrix([first, same, other], pair: pair)
    let test = try #require(matrix.test)
    #expect(test.p < 0.01 && test.groups.contains("different base models"))
    let table = try #require(matrix.tables.first { $0.measure == .sinkhorn })
    for run in 0..<3 { #expect(abs(table.means[run][run] ?? 1) < 1e-9) }
    #expect(matrix.rules[0] == [.base, .tuned, .tuned])
  }

  /// Clouds are made here rather than read from runs: writing 4 800 prompts would take the test a minute.
  @Test("Without a difference p < 0.05 comes in 2 to 9 % of 200 simulations") func null() throws {
    let settings = settings(top: 6)
    var small = 0
    for simulation in 0..<200 {
      var distances: [[Double]] = [[], []]
      for prompt in 0..<12 {
        let clouds = try (0..<3).map { run in
          let shifts = (0..<4 * 6).map { place in
            Double(effect(1, prompt, simulation, place) + hashed(simulation, run, prompt, place))
          }
          return try PointCloud(shifts, count: 4, dimension: 6, name: "run")
        }
        for other in 0..<2 {
          let problem = try TransportProblem(clouds[0], clouds[other + 1])
          distances[other].append(try settings.solver.solve(problem).value / 6)
        }
      }
      let test = PairedTest(
        measure: .sinkhorn, same: distances[0], cross: distances[1], settings: settings, groups: "")
      if test.p < 0.05 { small += 1 }
    }
    #expect((4...18).contains(small), "\(small) of 200")
  }
}
