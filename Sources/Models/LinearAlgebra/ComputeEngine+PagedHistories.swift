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
    var few: [(history: PagedHistory, first: Int)] = []
    var many: [(history: PagedHistory, first: Int)] = []
    var first = 0
    // Copies of keys and values, which products of blocks need in a row, are kept for so many positions at a time.
    var copied = 0
    for history in histories {
      if history.positions < AttentionLayer.blocksFrom {
        few.append((history, first))
      } else {
        let count = history.past + history.positions
        if copied > 0, copied + count > Self.copiedTogether {
          attention(q, many: many, places, shape, into: out)
          (many, copied) = ([], 0)
        }
        many.append((history, first))
        copied += count
      }
      first += history.positions
    }
    if !many.isEmpty { attention(q, many: many, places, shape, into: out) }
    if !few.isEmpty {
      attention(q, few: few, PagedAttentionLayer(places: places, shape: shape, kernels: kernels), into: out)
    }
  }

  /// How many positions' keys and values are copied together, unless one history has more.
  private static let copiedTogether = 4096

  /// Histories with more queries, all blocks and heads of all of them in one parallel region.
  private func attention(
    _ q: UnsafePointer<Float>, many: [(history: PagedHistory, first: Int)], _ places: PagePlaces,
    _ shape: AttentionShape, into out: UnsafeMutablePointer<Float>
  ) {
    let (width, keyWidth) = (shape.heads * shape.headSize, shape.kvHeads * shape.headSize)
    let total = many.reduce(0) { $0 + $1.history.past + $1.history.positions }
    let memory = gathered.reserve(2 * total * keyWidth * 4).assumingMemoryBound(to: Float.self)
    var layers: [AttentionLayer] = []
    // For each block its history, first query and number of queries.
    var blocks: [(layer: Int, queries: Range<Int>)] = []
    var (start, scratchSize, work) = (memory, 64, 0)
    for (index, (history, first)) in many.enumerated() {
      let (n, count) = (history.positions, history.past + history.positions)
      layers.append(
        AttentionLayer(
          q: q + first * width, keys: start, values: start + count * keyWidth, past: history.past,
          shape: shape, out: out + first * width, kernels: kernels))
      start += 2 * count * keyWidth
      for query in stride(from: 0, to: n, by: AttentionLayer.blockLength) {
        blocks.append((index, query..<min(n, query + AttentionLayer.blockLength)))
      }
      scratchSize = max(scratchSize, ((min(n, AttentionLayer.blockLength) * count + 1) * 4 + 63) & ~63)
      work += n * min(count, shape.window ?? .max) * width
    }
    nonisolated(unsafe) let scratch = parts.reserve(scratchSize * threads)
    // Handing work over takes as long as some hundred keys of a head.
    let threads = work < 32768 ? 1 : threads
    let (share, heads) = (scratchSize, shape.heads)
    nonisolated(unsafe) let (histories, attended) = (many, layers)
    let pieces = blocks
    parallelFor(many.count, chunk: 1, threads: threads) { _, range in
      for index in range { Self.gather(histories[index].history, places, attended[index], keyWidth) }
    }
    parallelFor(blocks.count * heads, chunk: 1, threads: threads) { worker, range in
      let weights = (scratch + worker * share).assumingMemoryBound(to: Float.self)
      for index in range {
        let block = pieces[index / heads]
        attended[block.layer].run(block.queries, head: index % heads, weights: weights, inBlocks: true)
      }
    }
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

  /// Copies a history's keys and values to where a layer has them one after another.
  private static func gather(
    _ history: PagedHistory, _ places: PagePlaces, _ layer: AttentionLayer, _ width: Int
  ) {
    let length = PagedHistory.pageLength
    let count = history.past + history.positions
    let (keys, values) = (
      UnsafeMutablePointer(mutating: layer.keys), UnsafeMutablePointer(mutating: layer.values)
    )
    for first in stride(from: 0, to: count, by: length) {
      let page = history.pages[first / length]
      let some = min(length, count - first) * width
      (keys + first * width).update(from: page + places.keys, count: some)
      (values + first * width).update(from: page + places.values, count: some)
    }
  }
}
