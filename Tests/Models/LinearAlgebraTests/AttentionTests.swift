import CMCLinearAlgebra
import CMCPrimitives
import Testing

@Suite struct AttentionTests {
  struct Case: Sendable {
    let past: Int
    let positions: Int
    let heads: Int
    let kvHeads: Int
    let size: Int
    let window: Int?
  }

  static let cases = [
    Case(past: 0, positions: 1, heads: 1, kvHeads: 1, size: 8, window: nil),
    Case(past: 40, positions: 1, heads: 9, kvHeads: 3, size: 64, window: nil),
    Case(past: 40, positions: 2, heads: 4, kvHeads: 1, size: 80, window: 5),
    Case(past: 0, positions: 3, heads: 2, kvHeads: 2, size: 17, window: 1),
    Case(past: 0, positions: 17, heads: 9, kvHeads: 3, size: 64, window: nil),
    Case(past: 23, positions: 70, heads: 4, kvHeads: 2, size: 33, window: nil),
    Case(past: 23, positions: 150, heads: 4, kvHeads: 2, size: 64, window: 16),
    Case(past: 100, positions: 64, heads: 2, kvHeads: 1, size: 128, window: 90),
  ]

  /// The definition, in float64.
  private func naive(
    _ c: Case, _ q: [Float], _ keys: [Float], _ values: [Float], scale: Double, sinks: [Float]? = nil
  ) -> [Double] {
    var out = [Double](repeating: 0, count: c.positions * c.heads * c.size)
    for p in 0..<c.positions {
      for h in 0..<c.heads {
        let seen = (0...c.past + p).filter { c.window == nil || $0 > c.past + p - (c.window ?? 0) }
        let kv = h / (c.heads / c.kvHeads)
        let scores = seen.map { key in
          (0..<c.size).reduce(0.0) {
            $0 + Double(q[(p * c.heads + h) * c.size + $1])
              * Double(keys[(key * c.kvHeads + kv) * c.size + $1])
          } * scale
        }
        let sink = sinks.map { [Double($0[h])] } ?? []
        let most = (scores + sink).max() ?? 0
        let weights = scores.map { exponential($0 - most) }
        let sum = (weights + sink.map { exponential($0 - most) }).reduce(0, +)
        for (key, weight) in zip(seen, weights) {
          for i in 0..<c.size {
            out[(p * c.heads + h) * c.size + i] +=
              weight / sum * Double(values[(key * c.kvHeads + kv) * c.size + i])
          }
        }
      }
    }
    return out
  }

  @Test(arguments: cases, [false, true])
  func equalsTheDefinition(c: Case, hasSinks: Bool) {
    let sinks = UnsafeMutablePointer<Float>.allocate(capacity: c.heads)
    defer { sinks.deallocate() }
    // One that takes nearly nothing, one that takes nearly all, and some between.
    for head in 0..<c.heads { sinks[head] = [-50, 2, 0.5, 20][head % 4] }
    let total = c.past + c.positions
    let q = randomNumbers(c.positions * c.heads * c.size, seed: 1)
    let keys = randomNumbers(total * c.kvHeads * c.size, seed: 2)
    let values = randomNumbers(total * c.kvHeads * c.size, seed: 3)
    let wanted = naive(
      c, q, keys, values, scale: 0.25, sinks: hasSinks ? (0..<c.heads).map { sinks[$0] } : nil)
    var shape = AttentionShape(
      heads: c.heads, kvHeads: c.kvHeads, headSize: c.size, scale: 0.25, window: c.window)
    if hasSinks { shape.sinks = UnsafePointer(sinks) }
    for isa in KernelISA.available {
      let runs = [1, 2, 7].map { threads in
        var out = [Float](repeating: .nan, count: wanted.count)
        out.withUnsafeMutableBufferPointer {
          guard let start = $0.baseAddress else { return }
          ComputeEngine(precision: .exact, threads: threads, isa: isa).attention(
            q, keys: keys, values: values, past: c.past, positions: c.positions, shape: shape, into: start)
        }
        return out
      }
      #expect(runs[0] == runs[1] && runs[0] == runs[2], "\(isa): threads change the result")
      let worst = zip(runs[0], wanted).map { abs(Double($0) - $1) }.max() ?? 0
      // Scores are sums of at most 128 products below 1, times 0.25: wrong by at most 128 · 2⁻²⁶ · 8 roundings, and a
      // mean of values below 1 by no more than the weights are.
      #expect(worst <= 1e-5, "\(isa)")
    }
  }

  /// A call of a size seen before allocates nothing, and the stated workspace holds.
  @Test func workspaceIsBounded() {
    let engine = ComputeEngine(precision: .fast, threads: 2)
    #expect(engine.workspaceBytes == 0)
    let c = Case(past: 1000, positions: 1, heads: 2, kvHeads: 1, size: 64, window: nil)
    let cache = randomNumbers(1001 * 64, seed: 1)
    let q = randomNumbers(128, seed: 2)
    var out = [Float](repeating: 0, count: 128)
    let shape = AttentionShape(heads: c.heads, kvHeads: 1, headSize: 64, scale: 1)
    for _ in 0..<2 {
      out.withUnsafeMutableBufferPointer {
        guard let start = $0.baseAddress else { return }
        engine.attention(q, keys: cache, values: cache, past: 1000, positions: 1, shape: shape, into: start)
      }
      #expect(engine.workspaceBytes <= 2 * 4506 + 8192)
    }
  }
}
