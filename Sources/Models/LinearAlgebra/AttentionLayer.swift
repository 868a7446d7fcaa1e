internal import CMCKernels

/// One layer's attention, a head at a time.
struct AttentionLayer {
  /// How many queries are multiplied with the keys at once.
  static let blockLength = 64
  /// From how many queries on that is done.
  static let blocksFrom = 4

  let q: UnsafePointer<Float>
  let keys: UnsafePointer<Float>
  let values: UnsafePointer<Float>
  let past: Int
  let shape: AttentionShape
  let out: UnsafeMutablePointer<Float>
  let kernels: ck_isa

  /// The positions that a query sees.
  private func visible(_ query: Int) -> Range<Int> {
    let end = past + query + 1
    return max(0, end - (shape.window ?? end))..<end
  }

  /// Some queries of a head; `weights` has room for as many rows of all positions and one number.
  func run(_ queries: Range<Int>, head: Int, weights: UnsafeMutablePointer<Float>, inBlocks: Bool) {
    let size = shape.headSize
    let stride = shape.kvHeads * size
    let column = head / (shape.heads / shape.kvHeads) * size
    guard inBlocks else {
      for query in queries {
        let seen = visible(query)
        let (key, value) = (
          keys + seen.lowerBound * stride + column, values + seen.lowerBound * stride + column
        )
        let place = (query * shape.heads + head) * size
        ck_scores(q + place, key, stride, size, seen.count, shape.scale, weights, kernels)
        shape.softmax(weights, count: seen.count, head: head, kernels)
        ck_weighted_sum(weights, value, stride, size, seen.count, 0, out + place, kernels)
      }
      return
    }
    let first = visible(queries.lowerBound).lowerBound
    let count = past + queries.upperBound - first
    let place = (queries.lowerBound * shape.heads + head) * size
    BLAS.multiply(
      m: queries.count, n: count, k: size, alpha: shape.scale, q + place, aStride: shape.heads * size,
      keys + first * stride + column, bStride: stride, transposed: true, to: weights, cStride: count)
    for query in queries {
      let row = weights + (query - queries.lowerBound) * count
      let seen = visible(query)
      row.update(repeating: 0, count: seen.lowerBound - first)
      shape.softmax(row + seen.lowerBound - first, count: seen.count, head: head, kernels)
      (row + seen.upperBound - first).update(repeating: 0, count: count + first - seen.upperBound)
    }
    BLAS.multiply(
      m: queries.count, n: size, k: count, weights, aStride: count, values + first * stride + column,
      bStride: stride,
      transposed: false, to: out + place, cStride: shape.heads * size)
  }
}
