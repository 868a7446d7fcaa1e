import CMCLinearAlgebra
import CMCPrimitives
import Testing

/// Products of different rows of one input, as experts need them.
@Suite struct RowsProductTests {
  private func multiply(
    _ products: [(matrix: RandomWeights, rows: Range<Int>)], _ x: [Float], rows n: Int,
    _ precision: Precision, _ method: ComputeEngine.RowsMethod, threads: Int, isa: KernelISA
  ) throws -> [[Float]] {
    let engine = ComputeEngine(precision: precision, threads: threads, isa: isa)
    let counts = products.map { $0.matrix.rows * $0.rows.count }
    let room = UnsafeMutablePointer<Float>.allocate(capacity: counts.reduce(1, +))
    defer { room.deallocate() }
    var place = room
    var planned: [RowsProduct] = []
    for (product, count) in zip(products, counts) {
      planned.append(RowsProduct(try product.matrix.matrix(), rows: product.rows, into: place))
      place += count
    }
    engine.multiplyEach(planned, x, rows: n, method)
    return zip(planned, counts).map { Array(UnsafeBufferPointer(start: $0.output, count: $1)) }
  }

  @Test(
    arguments: [WeightType.f32, .bf16, .q4_1, .q8_0, .q6_K, .iq4_xs, .mxfp4, .iq3_s, .nibbles, .f8],
    KernelISA.available)
  func aRowsNumbersAreItsOwn(type: WeightType, isa: KernelISA) throws {
    let columns = max(96, type.blockElements)
    let matrices = [(9, 0..<1), (40, 1..<1), (17, 1..<6), (33, 6..<8)].enumerated().map {
      (matrix: RandomWeights(type, rows: $1.0, columns: columns, seed: UInt64($0)), rows: $1.1)
    }
    let x = randomNumbers(8 * columns, seed: 7)
    for precision in Precision.allCases {
      for method in [ComputeEngine.RowsMethod.exact, .rows, .panels] {
        let together = try multiply(matrices, x, rows: 8, precision, method, threads: 1, isa: isa)
        let threaded = try multiply(matrices, x, rows: 8, precision, method, threads: 3, isa: isa)
        #expect(together == threaded)
        for (product, numbers) in zip(matrices, together) {
          let widened = try product.matrix.widened()
          for row in product.rows {
            let own = Array(x[row * columns..<(row + 1) * columns])
            let alone = try multiply(
              [(product.matrix, 0..<1)], own, rows: 1, precision, method, threads: 2, isa: isa)
            let at = (row - product.rows.lowerBound) * product.matrix.rows
            #expect(Array(numbers[at..<at + product.matrix.rows]) == alone[0], "\(precision), \(method)")
            let isFast = precision == .fast && type.hasWholeProducts && method != .exact
            let inputs = isFast ? Naive.quantize(own).values : own.map(Double.init)
            let naive = Naive.multiply(
              widened, rows: product.matrix.rows, columns: columns, inputs, positions: 1)
            let limit = (Double(columns) / 16 + 8) * 0x1p-24 * (isFast ? 32 : 1)
            for (found, (wanted, size)) in zip(alone[0], zip(naive.y, naive.magnitude)) {
              #expect(abs(Double(found) - wanted) <= limit * size)
            }
          }
        }
      }
    }
  }

  @Test func rowsAreAddedByTheirWeights() {
    let engine = ComputeEngine(precision: .exact, threads: 2)
    let rows = (0..<4 * 3).map { Float($0) }
    var y: [Float] = [100, 200, 300, 1, 2, 3]
    y.withUnsafeMutableBufferPointer {
      guard let start = $0.baseAddress else { return }
      engine.addWeighted(
        rows, places: [0, 3, 2, 1], weights: [1, 2, -1, 0.5], each: 2, positions: 2, columns: 3, into: start)
    }
    // 100 + 0 + 2 · 9 and so on, 1 − 6 + 0.5 · 3 and so on.
    let sums: [Float] = [118, 221, 324, -3.5, -3, -2.5]
    #expect(y == sums)
  }

  @Test func aBoundedGate() {
    let engine = ComputeEngine(precision: .exact, threads: 1)
    var gate: [Float] = [-9, 0.5, 3, .nan]
    let up: [Float] = [-5, 0.25, 5, 0]
    gate.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { engine.boundedGate(start, up, gain: 1.5, limit: 2, count: 4) }
    }
    let wanted = [(-9.0, -2.0), (0.5, 0.25), (2, 2)].map { $0 / (1 + exponential(-1.5 * $0)) * ($1 + 1) }
    for (found, exact) in zip(gate, wanted) {
      #expect(abs(Double(found) - exact) <= 1e-6 * abs(exact) + 1e-9)
    }
    #expect(gate[3].isNaN)
  }

  @Test func numbersAreCutOff() {
    let engine = ComputeEngine(precision: .exact, threads: 1)
    var x: [Float] = [-3, -0.5, 0, 0.5, 3, .nan]
    x.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { engine.clip(start, at: 2, count: 6) }
    }
    let clipped: [Float] = [-2, -0.5, 0, 0.5, 2]
    #expect(Array(x.prefix(5)) == clipped && x[5].isNaN)
  }
}
