import CMCPrimitives
import Testing

@testable import CMCLinearAlgebra

/// Matrices whose singular directions are known, since they are made of them.
@Suite struct LeadingPartsTests {
  /// An orthogonal matrix: the reflection at a random plane.
  private func reflection(_ size: Int, _ random: inout SeededGenerator) -> [[Double]] {
    let normal = (0..<size).map { _ in Double.random(in: -1...1, using: &random) }
    let square = normal.reduce(0) { $0 + $1 * $1 }
    return (0..<size).map { i in (0..<size).map { j in (i == j ? 1 : 0) - 2 * normal[i] * normal[j] / square }
    }
  }

  /// left · diag(values) · right, as rows × columns numbers.
  private func matrix(_ left: [[Double]], _ values: [Double], _ right: [[Double]]) -> [Float] {
    left.flatMap { row in
      right.indices.map { column in
        Float(values.indices.reduce(0) { $0 + row[$1] * values[$1] * right[$1][column] })
      }
    }
  }

  @Test(arguments: [(12, 30), (30, 12), (16, 16)], [1, 4, 12])
  func thePrincipalPartIsTakenAway(shape: (rows: Int, columns: Int), rank: Int) throws {
    var random = SeededGenerator(seed: UInt64(shape.rows * 100 + rank))
    let (left, right) = (reflection(shape.rows, &random), reflection(shape.columns, &random))
    // Not in order, and no two of them equal: then the part is determined.
    let values = (0..<min(shape.rows, shape.columns)).map { Double(($0 * 7) % 17 + 1) / 4 }
    let limit = values.sorted(by: >)[rank - 1]
    var found = matrix(left, values, right)
    let wanted = matrix(left, values.map { $0 >= limit ? 0 : $0 }, right)
    try found.withUnsafeMutableBufferPointer { buffer in
      let start = try #require(buffer.baseAddress)
      try LeadingParts.removePrincipal(
        start, rows: shape.rows, columns: shape.columns, rank: rank, engine: ComputeEngine(precision: .exact))
    }
    for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func theSpanOfTheFirstColumnsIsTakenAway() throws {
    let (rows, columns, count) = (9, 7, 3)
    var random = SeededGenerator(seed: 3)
    let original = (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) }
    var found = original
    try found.withUnsafeMutableBufferPointer { buffer in
      let start = try #require(buffer.baseAddress)
      try LeadingParts.removeLeadingColumns(
        start, rows: rows, columns: columns, count: count, scale: 1, engine: ComputeEngine(precision: .exact))
    }
    // What is left is perpendicular to those columns, and what was taken away lies in their span: the first are gone.
    for column in 0..<columns {
      for spanning in 0..<count {
        let dot = (0..<rows).reduce(Float(0)) {
          $0 + found[$1 * columns + column] * original[$1 * columns + spanning]
        }
        #expect(abs(dot) < 1e-5)
      }
      if column < count { #expect((0..<rows).allSatisfy { abs(found[$0 * columns + column]) < 1e-5 }) }
    }
  }

  @Test func whatIsNotFiniteIsRefused() {
    var values: [Float] = [1, 2, .nan, 4]
    #expect(throws: LinearAlgebraError.notDecomposed(rows: 2, columns: 2)) {
      try values.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        try LeadingParts.removePrincipal(
          start, rows: 2, columns: 2, rank: 1, engine: ComputeEngine(precision: .exact))
      }
    }
  }
}
