import CMCLinearAlgebra
import CMCPrimitives
import Testing

/// Positions of several histories together: every number must be that of its history alone, bit for bit.
@Suite struct GroupedProductTests {
  static let groups = [
    [1], [1, 1], [1, 1, 1], [1, 1, 1, 1, 1, 1, 1], [1, 2, 3], [1, 1, 7, 8, 9], [2, 15, 16, 17, 40], [60],
    [Int](repeating: 1, count: 16) + [33],
  ]

  private func bits(_ y: [Float]) -> [UInt32] { y.map(\.bitPattern) }

  private func run(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    var y = [Float](repeating: .nan, count: count)
    y.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { body(start) } }
    return y
  }

  @Test(arguments: WeightType.allCases)
  func exactNumbersAreThoseOfAHistoryAlone(type: WeightType) throws {
    for (rows, blocks) in [(1, 1), (19, 2), (70, 9)] {
      let columns = type.isQuantized ? blocks * type.blockElements : blocks * 37
      let weights = RandomWeights(type, rows: rows, columns: columns, seed: UInt64(rows))
      let matrix = try weights.matrix()
      for lengths in Self.groups {
        let n = lengths.reduce(0, +)
        let x = randomNumbers(n * columns, seed: UInt64(n))
        for isa in KernelISA.available {
          for threads in [1, 3] {
            let engine = ComputeEngine(precision: .exact, threads: threads, isa: isa)
            let together = run(n * rows) {
              engine.multiply([WeightProduct(matrix, into: $0)], x, groups: PositionGroups(lengths: lengths))
            }
            var alone: [Float] = []
            var first = 0
            for length in lengths {
              let own = Array(x[first * columns..<(first + length) * columns])
              alone += run(length * rows) { engine.multiply(matrix, own, positions: length, into: $0) }
              first += length
            }
            #expect(bits(together) == bits(alone), "\(type) \(rows) × \(columns), \(lengths), \(isa)")
          }
        }
      }
    }
  }

  /// Of whole numbers a history's results are the same whatever goes beside it, and in panels those of prefill.
  @Test(arguments: WeightType.allCases.filter(\.isQuantized))
  func fastNumbersDoNotDependOnOthers(type: WeightType) throws {
    let (rows, columns) = (37, 2 * type.blockElements)
    let weights = RandomWeights(type, rows: rows, columns: columns, seed: 3)
    let matrix = try weights.matrix()
    for lengths in Self.groups {
      let n = lengths.reduce(0, +)
      let x = randomNumbers(n * columns, seed: UInt64(n))
      for isa in KernelISA.available {
        let engine = ComputeEngine(precision: .fast, threads: 2, isa: isa)
        let together = run(n * rows) {
          engine.multiply([WeightProduct(matrix, into: $0)], x, groups: PositionGroups(lengths: lengths))
        }
        var first = 0
        for length in lengths {
          let own = Array(x[first * columns..<(first + length) * columns])
          let alone = run(length * rows) {
            engine.multiply([WeightProduct(matrix, into: $0)], own, groups: PositionGroups(lengths: [length]))
          }
          #expect(bits(Array(together[first * rows..<(first + length) * rows])) == bits(alone))
          if length >= 4 {
            #expect(
              bits(run(length * rows) { engine.multiply(matrix, own, positions: length, into: $0) })
                == bits(alone))
          }
          first += length
        }
      }
    }
  }

  @Test func severalProductsOfOneInput() throws {
    let types: [WeightType] = [.q4_1, .f16, .f32]
    let columns = 64
    let matrices = try types.enumerated().map {
      try RandomWeights($1, rows: 20 + $0, columns: columns, seed: UInt64($0)).matrix()
    }
    let lengths = [1, 1, 1, 1, 9, 16]
    let n = lengths.reduce(0, +)
    let x = randomNumbers(n * columns, seed: 8)
    for precision in Precision.allCases {
      let engine = ComputeEngine(precision: precision, threads: 2)
      let groups = PositionGroups(lengths: lengths)
      let outputs = matrices.map { UnsafeMutablePointer<Float>.allocate(capacity: n * $0.rows) }
      defer { for output in outputs { output.deallocate() } }
      engine.multiply(zip(matrices, outputs).map { WeightProduct($0, into: $1) }, x, groups: groups)
      for (matrix, output) in zip(matrices, outputs) {
        let alone = run(n * matrix.rows) {
          engine.multiply([WeightProduct(matrix, into: $0)], x, groups: groups)
        }
        #expect(Array(UnsafeBufferPointer(start: output, count: n * matrix.rows)) == alone)
      }
    }
  }
}
