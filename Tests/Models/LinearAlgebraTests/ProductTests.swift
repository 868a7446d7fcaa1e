import CMCLinearAlgebra
import CMCPrimitives
import Testing

@Suite struct ProductTests {
  struct Shape: Sendable, CustomStringConvertible {
    let rows: Int
    let blocks: Int
    var description: String { "\(rows) rows of \(blocks) blocks" }
  }

  static let shapes = [(1, 1), (3, 1), (17, 2), (8, 9), (33, 18)].map { Shape(rows: $0.0, blocks: $0.1) }
  static let positions = [1, 2, 3, 4, 7, 8, 17]

  /// Runs every instruction set and 1, 2 and 7 threads; threads must not change a bit.
  private func products(
    _ weights: RandomWeights, _ x: [Float], positions n: Int, precision: Precision
  ) throws -> [(isa: KernelISA, y: [Float])] {
    try KernelISA.available.map { isa in
      let runs = try [1, 2, 7].map { threads in
        let engine = ComputeEngine(precision: precision, threads: threads, isa: isa)
        var y = [Float](repeating: .nan, count: n * weights.rows)
        let matrix = try weights.matrix()
        y.withUnsafeMutableBufferPointer {
          if let start = $0.baseAddress { engine.multiply(matrix, x, positions: n, into: start) }
        }
        return y
      }
      // Bits, since what is not a number is not equal to itself.
      let bits = runs.map { $0.map(\.bitPattern) }
      #expect(bits[1] == bits[0] && bits[2] == bits[0], "\(isa): threads change the result")
      return (isa, runs[0])
    }
  }

  /// What a product in float32 may differ by, in parts of the sum of the magnitudes of its terms.
  ///
  /// A sum of k terms in any order is wrong by at most about k · 2⁻²⁴ of that; with 16 partial sums or more it is
  /// k / 16 and some roundings of the tree above them. Of the fast products the groups of a block and its minimum are
  /// terms up to 32 times as large as what is left of them, whence the factor.
  private func bound(_ type: WeightType, columns: Int, fast: Bool) -> Double {
    (Double(columns) / 16 + 8) * 0x1p-24 * (fast ? 32 : 1)
  }

  @Test(arguments: WeightType.allCases, Precision.allCases)
  func productsEqualFloat64(type: WeightType, precision: Precision) throws {
    for (index, shape) in Self.shapes.enumerated() {
      // Floating-point types have blocks of one: odd lengths.
      let columns = type.isQuantized ? shape.blocks * type.blockElements : shape.blocks * 37
      let weights = RandomWeights(type, rows: shape.rows, columns: columns, seed: UInt64(index))
      let widened = try weights.widened()
      for n in Self.positions {
        let x = randomNumbers(n * columns, seed: UInt64(100 + n))
        let fast = precision == .fast && type.hasWholeProducts
        let inputs = fast ? Naive.quantize(x).values : x.map(Double.init)
        let naive = Naive.multiply(widened, rows: shape.rows, columns: columns, inputs, positions: n)
        let limit = bound(type, columns: columns, fast: fast)
        for (isa, y) in try products(weights, x, positions: n, precision: precision) {
          let worst = y.indices.map { abs(Double(y[$0]) - naive.y[$0]) / naive.magnitude[$0] }.max() ?? 0
          #expect(worst <= limit, "\(type) \(shape), \(n) positions, \(isa), \(precision)")
        }
      }
    }
  }

  /// With scales that are powers of two and inputs that are whole numbers no sum rounds, so all must be equal.
  @Test(arguments: WeightType.allCases.filter(\.hasWholeProducts))
  func wholeNumbersAreEqualOnAllInstructionSets(type: WeightType) throws {
    let columns = 256
    let weights = RandomWeights(type, rows: 19, columns: columns, seed: 5, exactScales: true)
    let widened = try weights.widened()
    var generator = SeededGenerator(seed: 6)
    for n in Self.positions {
      // 127 in each block makes its scale 1; extreme bytes are frequent, where sums of 16 bits would overflow.
      let x = (0..<n * columns).map { index in
        index % 32 == 0
          ? Float(127)
          : Float(
            [-127, 127, Int.random(in: -127...127, using: &generator)].randomElement(using: &generator) ?? 0)
      }
      let naive = Naive.multiply(widened, rows: 19, columns: columns, x.map(Double.init), positions: n).y.map
      { Float($0) }
      for (isa, y) in try products(weights, x, positions: n, precision: .fast) {
        #expect(y == naive, "\(type), \(n) positions, \(isa)")
      }
    }
  }

  @Test func severalProductsEqualSingleOnes() throws {
    let types: [WeightType] = [.q4_1, .q8_0, .f16]
    let columns = 96
    let matrices = types.enumerated().map {
      RandomWeights($1, rows: 5 + 40 * $0, columns: columns, seed: UInt64($0))
    }
    for precision in Precision.allCases {
      for n in [1, 7] {
        let x = randomNumbers(n * columns, seed: 3)
        let engine = ComputeEngine(precision: precision, threads: 2)
        let rows = matrices.map(\.rows)
        let together = UnsafeMutablePointer<Float>.allocate(capacity: n * rows.reduce(0, +))
        defer { together.deallocate() }
        var products: [WeightProduct] = []
        var place = together
        for matrix in matrices {
          products.append(WeightProduct(try matrix.matrix(), into: place))
          place += n * matrix.rows
        }
        engine.multiply(products, x, positions: n)
        for (matrix, product) in zip(matrices, products) {
          let single = try self.products(matrix, x, positions: n, precision: precision).last?.y
          #expect(single == Array(UnsafeBufferPointer(start: product.output, count: n * matrix.rows)))
        }
      }
    }
  }

  @Test(arguments: WeightType.allCases)
  func transposedProductsEqualFloat64(type: WeightType) throws {
    let columns = type.isQuantized ? 2 * type.blockElements : 301
    for rows in [1, 5, 200] {
      let weights = RandomWeights(type, rows: rows, columns: columns, seed: 8)
      let widened = try weights.widened()
      for n in [1, 3, 17] {
        let x = randomNumbers(n * rows, seed: 9)
        var y = [Float](repeating: .nan, count: n * columns)
        let engine = ComputeEngine(precision: .exact, threads: 2)
        let matrix = try weights.matrix()
        y.withUnsafeMutableBufferPointer {
          if let start = $0.baseAddress { engine.multiplyTransposed(matrix, x, positions: n, into: start) }
        }
        for p in 0..<n {
          for c in 0..<columns {
            let terms = (0..<rows).map { Double(x[p * rows + $0]) * Double(widened[$0 * columns + c]) }
            let magnitude = terms.map(\.magnitude).reduce(0, +)
            #expect(
              abs(Double(y[p * columns + c]) - terms.reduce(0, +)) <= Double(rows + 8) * 0x1p-24 * magnitude)
          }
        }
      }
    }
  }

  /// A number that is not finite must be seen in the result, rounded or not.
  @Test(arguments: Precision.allCases, [1, 9])
  func notANumberIsKept(precision: Precision, n: Int) throws {
    let weights = RandomWeights(.q4_1, rows: 3, columns: 64, seed: 1)
    for bad in [Float.nan, .infinity, -.infinity] {
      var x = randomNumbers(n * 64, seed: 2)
      x[40] = bad
      for (isa, y) in try products(weights, x, positions: n, precision: precision).map({
        ($0.isa, $0.y.prefix(3))
      }) {
        #expect(y.allSatisfy { !$0.isFinite }, "\(isa)")
      }
    }
  }
}
