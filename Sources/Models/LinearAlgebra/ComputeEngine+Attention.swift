internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// Causal attention of one layer: each query over the keys up to its own position.
  ///
  /// - Parameters:
  ///   - q: positions × heads × headSize.
  ///   - keys: past + positions rows at least, of kvHeads × headSize; those of the new positions are in place already.
  ///   - values: The same.
  ///   - past: How many positions come before the first query.
  ///   - n: The number of queries.
  ///   - shape: The layer's sizes.
  ///   - out: positions × heads × headSize.
  /// - Complexity: O(positions · (past + positions) · heads · headSize), the window in place of all where there is one.
  package func attention(
    _ q: UnsafePointer<Float>, keys: UnsafePointer<Float>, values: UnsafePointer<Float>, past: Int,
    positions n: Int, shape: AttentionShape, into out: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let layer = AttentionLayer(
      q: q, keys: keys, values: values, past: past, shape: shape, out: out, kernels: kernels)
    // A few queries are done one by one, more of them in blocks.
    let blockLength = n < AttentionLayer.blocksFrom ? 1 : AttentionLayer.blockLength
    let blocks = (n + blockLength - 1) / blockLength
    let scratchSize = ((min(n, blockLength) * (past + n) + 1) * 4 + 63) & ~63
    nonisolated(unsafe) let scratch = parts.reserve(scratchSize * threads)
    // Handing work over takes as long as some hundred keys of a head.
    let work = n * min(past + n, shape.window ?? .max) * shape.heads * shape.headSize
    parallelFor(blocks * shape.heads, chunk: 1, threads: work < 32768 ? 1 : threads) { worker, range in
      let weights = (scratch + worker * scratchSize).assumingMemoryBound(to: Float.self)
      for index in range {
        let first = index / shape.heads * blockLength
        let queries = first..<min(n, first + blockLength)
        layer.run(queries, head: index % shape.heads, weights: weights, inBlocks: blockLength > 1)
      }
    }
  }
}
