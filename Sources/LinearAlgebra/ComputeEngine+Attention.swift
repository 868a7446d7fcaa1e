internal import CKernels

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
  public func attention(
    _ q: UnsafePointer<Float>, keys: UnsafePointer<Float>, values: UnsafePointer<Float>, past: Int,
    positions n: Int, shape: AttentionShape, into out: UnsafeMutablePointer<Float>
  ) {
    let size = shape.headSize
    let stride = shape.kvHeads * size
    let weights = parts.reserve((past + n) * 4).assumingMemoryBound(to: Float.self)
    do {
      for p in 0..<n {
        let last = past + p
        let first = max(0, last + 1 - (shape.window ?? last + 1))
        for head in 0..<shape.heads {
          let at = first * stride + head / (shape.heads / shape.kvHeads) * size
          let count = last + 1 - first
          let place = (p * shape.heads + head) * size
          ck_scores(q + place, keys + at, stride, size, count, shape.scale, weights, kernels)
          ck_softmax(weights, 1, count, count, kernels)
          ck_weighted_sum(weights, values + at, stride, size, count, out + place, kernels)
        }
      }
    }
  }
}
