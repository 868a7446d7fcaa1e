internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// Causal attention of one layer for several histories whose keys and values lie in pages.
  ///
  /// The results of a history are those of ``attention(_:keys:values:past:positions:shape:into:)``, bit for bit.
  ///
  /// - Parameters:
  ///   - q: positions × heads × headSize: the queries of the histories one after another.
  ///   - histories: The histories; keys and values of the new positions are in place already.
  ///   - places: Where the layer is in a page.
  ///   - shape: The layer's sizes.
  ///   - out: positions × heads × headSize.
  /// - Complexity: As of the same histories one by one.
  package func attention(
    _ q: UnsafePointer<Float>, histories: [PagedHistory], places: PagePlaces, shape: AttentionShape,
    into out: UnsafeMutablePointer<Float>
  ) {
    let width = shape.heads * shape.headSize
    var few: [(history: PagedHistory, first: Int)] = []
    var first = 0
    for history in histories {
      if history.positions < AttentionLayer.blocksFrom {
        few.append((history, first))
      } else {
        gather(history, places, shape) { keys, values in
          attention(
            q + first * width, keys: keys, values: values, past: history.past, positions: history.positions,
            shape: shape, into: out + first * width)
        }
      }
      first += history.positions
    }
    attention(q, few: few, PagedAttentionLayer(places: places, shape: shape, kernels: kernels), into: out)
  }

  /// Histories with a few queries each, all heads of all of them in one parallel region.
  private func attention(
    _ q: UnsafePointer<Float>, few: [(history: PagedHistory, first: Int)], _ layer: PagedAttentionLayer,
    into out: UnsafeMutablePointer<Float>
  ) {
    let shape = layer.shape
    let width = shape.heads * shape.headSize
    let longest = few.reduce(0) { max($0, $1.history.past + $1.history.positions) }
    let work = few.reduce(0) { sum, one in
      let keys = min(one.history.past + one.history.positions, shape.window ?? .max)
      return sum + one.history.positions * keys * width
    }
    let scratchSize = ((longest + 1) * 4 + 63) & ~63
    nonisolated(unsafe) let scratch = parts.reserve(max(64, scratchSize * threads))
    nonisolated(unsafe) let (q, few, out) = (q, few, out)
    // Handing work over takes as long as some hundred keys of a head.
    parallelFor(few.count * shape.heads, chunk: 1, threads: work < 32768 ? 1 : threads) { worker, range in
      let weights = (scratch + worker * scratchSize).assumingMemoryBound(to: Float.self)
      for index in range {
        let one = few[index / shape.heads]
        layer.run(
          one.history, q + one.first * width, head: index % shape.heads, weights: weights,
          into: out + one.first * width)
      }
    }
  }

  /// Copies a history's keys and values to where they follow each other, as products of blocks need them.
  private func gather(
    _ history: PagedHistory, _ places: PagePlaces, _ shape: AttentionShape,
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    let length = PagedHistory.pageLength
    let width = shape.kvHeads * shape.headSize
    let count = history.past + history.positions
    let memory = gathered.reserve(2 * count * width * 4).assumingMemoryBound(to: Float.self)
    let (keys, values) = (memory, memory + count * width)
    for first in stride(from: 0, to: count, by: length) {
      let page = history.pages[first / length]
      let some = min(length, count - first) * width
      (keys + first * width).update(from: page + places.keys, count: some)
      (values + first * width).update(from: page + places.values, count: some)
    }
    body(keys, values)
  }
}
