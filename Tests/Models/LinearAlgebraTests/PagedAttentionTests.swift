import CMCLinearAlgebra
import CMCPrimitives
import Testing

/// Attention over keys and values in pages: that over the same ones in a row, bit for bit.
@Suite struct PagedAttentionTests {
  struct History: Sendable {
    let past: Int
    let positions: Int
  }

  static let shapes = [
    AttentionShape(heads: 9, kvHeads: 3, headSize: 64, scale: 0.125),
    AttentionShape(heads: 4, kvHeads: 1, headSize: 80, scale: 0.25, window: 21),
    AttentionShape(heads: 2, kvHeads: 2, headSize: 17, scale: 0.3, window: 1),
    AttentionShape(heads: 2, kvHeads: 1, headSize: 256, scale: 0.0625),
  ]
  static let histories = [
    History(past: 0, positions: 1), History(past: 15, positions: 1), History(past: 16, positions: 1),
    History(past: 200, positions: 1), History(past: 31, positions: 2), History(past: 7, positions: 3),
    History(past: 40, positions: 4), History(past: 0, positions: 70), History(past: 33, positions: 130),
  ]

  @Test(arguments: shapes.indices)
  func equalsAttentionInARow(index: Int) throws {
    let shape = Self.shapes[index]
    let width = shape.kvHeads * shape.headSize
    let outWidth = shape.heads * shape.headSize
    // Two layers' worth in a page, of which the second is read.
    let length = PagedHistory.pageLength
    let places = PagePlaces(keys: 2 * length * width, values: 3 * length * width)
    let n = Self.histories.reduce(0) { $0 + $1.positions }
    let q = randomNumbers(n * outWidth, seed: 1)
    let data = Self.histories.enumerated().map { number, history in
      let count = (history.past + history.positions) * width
      return (
        keys: randomNumbers(count, seed: UInt64(10 + number)),
        values: randomNumbers(count, seed: UInt64(50 + number))
      )
    }
    var pages: [UnsafeMutablePointer<Float>] = []
    var starts: [Int] = []
    defer { for page in pages { page.deallocate() } }
    for (history, (keys, values)) in zip(Self.histories, data) {
      starts.append(pages.count)
      for first in stride(from: 0, to: history.past + history.positions, by: length) {
        let page = UnsafeMutablePointer<Float>.allocate(capacity: 4 * length * width)
        page.initialize(repeating: .nan, count: 4 * length * width)
        for position in first..<min(first + length, history.past + history.positions) {
          for column in 0..<width {
            page[places.keys + (position - first) * width + column] = keys[position * width + column]
            page[places.values + (position - first) * width + column] = values[position * width + column]
          }
        }
        pages.append(page)
      }
    }
    for isa in KernelISA.available {
      let engine = ComputeEngine(precision: .exact, threads: 3, isa: isa)
      var together = [Float](repeating: .nan, count: n * outWidth)
      var alone = together
      pages.withUnsafeBufferPointer { pages in
        together.withUnsafeMutableBufferPointer { out in
          guard let base = pages.baseAddress, let out = out.baseAddress else { return }
          engine.attention(
            q,
            histories: zip(Self.histories, starts).map {
              PagedHistory(pages: base + $1, past: $0.past, positions: $0.positions)
            }, places: places, shape: shape, into: out)
        }
      }
      alone.withUnsafeMutableBufferPointer { out in
        guard let out = out.baseAddress else { return }
        var first = 0
        for (history, (keys, values)) in zip(Self.histories, data) {
          q.withUnsafeBufferPointer { q in
            guard let q = q.baseAddress else { return }
            engine.attention(
              q + first * outWidth, keys: keys, values: values, past: history.past,
              positions: history.positions, shape: shape, into: out + first * outWidth)
          }
          first += history.positions
        }
      }
      #expect(together.map(\.bitPattern) == alone.map(\.bitPattern), "\(isa)")
    }
  }
}
