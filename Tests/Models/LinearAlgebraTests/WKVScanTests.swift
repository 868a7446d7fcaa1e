import CMCLinearAlgebra
import CMCPrimitives
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// RWKV-7's state, and what stands before and behind it, against their definitions in double precision.
@Suite struct WKVScanTests {
  /// Random numbers at an address, as long as a test runs.
  private final class Numbers {
    let start: UnsafeMutablePointer<Float>
    let values: [Double]

    init(_ count: Int, in range: ClosedRange<Float> = -1...1, _ random: inout SeededGenerator) {
      start = .allocate(capacity: count)
      for i in 0..<count { start[i] = Float.random(in: range, using: &random) }
      values = (0..<count).map { [start] in Double(start[$0]) }
    }

    deinit { start.deallocate() }

    /// What it was at first.
    func callAsFunction(_ index: Int) -> Double { values[index] }
    /// What it is now.
    subscript(_ index: Int) -> Double { Double(start[index]) }
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// Sizes that fill a vector, several, and parts of one; on one thread and on two.
  @Test(arguments: [1, 3, 8, 12, 16, 20], [1, 2]) func theScanIsItsDefinition(_ size: Int, _ threads: Int) {
    var random = SeededGenerator(seed: UInt64(size))
    let (positions, heads) = (9, 3)
    let width = heads * size
    let r = Numbers(positions * width, &random)
    let w = Numbers(positions * width, in: 0.5...1, &random)
    let (k, v) = (Numbers(positions * width, &random), Numbers(positions * width, &random))
    let a = Numbers(positions * width, in: -0.3...0.3, &random)
    let b = Numbers(positions * width, in: -0.3...0.3, &random)
    let before = Numbers(width * size, &random)
    let after = Numbers(width * size, &random)
    let out = Numbers(positions * width, &random)
    ComputeEngine(precision: .exact, threads: threads).scan(
      WKVScan(
        positions: positions, heads: heads, headSize: size, receptance: r.start, decay: w.start,
        key: k.start, value: v.start, removal: a.start, removed: b.start, before: before.start,
        after: after.start, out: out.start))
    for head in 0..<heads {
      // S[i][j]: the element i of a value, j of a key.
      var state = (0..<size).map { i in (0..<size).map { before((head * size + i) * size + $0) } }
      for position in 0..<positions {
        let at = position * width + head * size
        // S · (diag(w) − aᵀ b) + vᵀ k, written as products of matrices.
        let change = (0..<size).map { j in
          (0..<size).map { (j == $0 ? w(at + j) : 0) - a(at + j) * b(at + $0) }
        }
        state = (0..<size).map { i in
          (0..<size).map { j in
            (0..<size).reduce(v(at + i) * k(at + j)) { $0 + state[i][$1] * change[$1][j] }
          }
        }
        for i in 0..<size {
          let wanted = (0..<size).reduce(0) { $0 + state[i][$1] * r(at + $1) }
          #expect(abs(wanted - out[at + i]) < 1e-5)
        }
      }
      for i in 0..<size {
        for j in 0..<size { #expect(abs(state[i][j] - after[(head * size + i) * size + j]) < 1e-5) }
      }
    }
  }

  /// The first layer leaves its values, the others take a share of them; both ways to bring κ to length 1.
  @Test(arguments: [true, false], [WKVOperands.RemovalNorm.bounded, .shifted])
  func whatStandsBeforeTheStateIsItsDefinition(_ isFirst: Bool, _ norm: WKVOperands.RemovalNorm) {
    var random = SeededGenerator(seed: 3)
    let (positions, heads, size) = (5, 2, 6)
    let width = heads * size
    // Short keys, so that the two norms differ; those of one head are none at all.
    let x = (0..<9).map { Numbers(positions * width, in: $0 == 1 ? -0.002...0.002 : -1...1, &random) }
    for i in 0..<size { x[1].start[i] = 0 }
    let p = (0..<8).map { _ in Numbers(width, &random) }
    let operands = WKVOperands(headSize: size, x.map(\.start))
    ComputeEngine(precision: .exact, threads: 2).prepare(
      operands, parameters(p.map(\.start), isFirst: isFirst), norm, heads: heads, positions: positions)
    for place in 0..<positions * width {
      let own = place % width
      let key = place < size ? 0 : x[1](place)
      let start = place / size * size
      let kappa = (start..<start + size).map { ($0 < size ? 0 : x[1]($0)) * p[3]($0 % width) }
      let square = kappa.reduce(0) { $0 + $1 * $1 }
      let length = norm == .bounded ? max(square.squareRoot(), 1e-12) : (square + 1e-6).squareRoot()
      let rate = sigmoid(x[5](place) + p[1](own))
      let share = sigmoid(x[7](place) + p[2](own))
      let value = isFirst ? x[2](place) : (1 - share) * x[2](place) + share * x[3](place)
      let kept = exp(-exp(-0.5) * sigmoid(x[4](place) + p[0](own)))
      #expect(abs(operands.key[place].double - key * (1 + (rate - 1) * p[4](own))) < 1e-6)
      #expect(abs(operands.value[place].double - value) < 1e-6)
      #expect(abs(operands.firstValue[place].double - (isFirst ? x[2](place) : x[3](place))) < 1e-6)
      #expect(abs(operands.decay[place].double - kept) < 1e-6)
      #expect(abs(operands.removal[place].double - kappa[place - start] / length) < 1e-6)
      #expect(abs(operands.rate[place].double - kappa[place - start] / length * rate) < 1e-6)
    }
  }

  @Test func whatStandsBehindTheStateIsItsDefinition() {
    var random = SeededGenerator(seed: 4)
    let (positions, heads, size, epsilon) = (5, 3, 10, 0.03)
    let width = heads * size
    let x = (0..<9).map { _ in Numbers(positions * width, &random) }
    let p = (0..<8).map { _ in Numbers(width, &random) }
    let operands = WKVOperands(headSize: size, x.map(\.start))
    ComputeEngine(precision: .exact, threads: 2).finish(
      operands, parameters(p.map(\.start), isFirst: false), epsilon: Float(epsilon), heads: heads,
      positions: positions)
    for place in 0..<positions * width {
      let own = place % width
      let head = place / size * size..<place / size * size + size
      let mean = head.reduce(0) { $0 + x[7]($1) } / Double(size)
      let variance = head.reduce(0) { $0 + pow(x[7]($1) - mean, 2) } / Double(size)
      let bonus = head.reduce(0) { $0 + x[0]($1) * x[1]($1) * p[5]($1 % width) }
      let normed = (x[7](place) - mean) / (variance + Double(Float(epsilon))).squareRoot() * p[6](own)
      let wanted = (normed + p[7](own) + bonus * x[2](place)) * x[8](place)
      #expect(abs(operands.out[place].double - wanted) < 2e-6)
    }
  }

  @Test func aShiftMixesWithTheRowBefore() {
    var random = SeededGenerator(seed: 5)
    let (positions, width) = (4, 7)
    let (x, before) = (Numbers(positions * width, &random), Numbers(width, &random))
    let (mix, y) = (Numbers(width, &random), Numbers(positions * width, &random))
    ComputeEngine(precision: .exact, threads: 1).shift(
      x.start, before: before.start, mix: mix.start, positions: positions, width: width, into: y.start)
    for place in 0..<positions * width {
      let last = place < width ? before(place) : x(place - width)
      let share = mix(place % width)
      #expect(abs((1 - share) * x(place) + share * last - y[place]) < 1e-6)
    }
  }

  private func parameters(
    _ p: [UnsafeMutablePointer<Float>], isFirst: Bool
  ) -> WKVOperands.Parameters {
    WKVOperands.Parameters(
      biases: (UnsafePointer(p[0]), UnsafePointer(p[1]), isFirst ? nil : UnsafePointer(p[2])),
      scales: (UnsafePointer(p[3]), UnsafePointer(p[4]), UnsafePointer(p[5])),
      norm: (UnsafePointer(p[6]), UnsafePointer(p[7])))
  }
}

extension Float {
  fileprivate var double: Double { Double(self) }
}
