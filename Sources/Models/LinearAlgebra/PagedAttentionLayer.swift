internal import CMCKernels

/// One layer's attention over pages, a query of a head at a time.
struct PagedAttentionLayer {
  let places: PagePlaces
  let shape: AttentionShape
  let kernels: ck_isa

  /// The queries of one history for one head; `weights` has room for all its positions and one number.
  ///
  /// The numbers are those of ``AttentionLayer`` over the same keys and values: a score is of one key alone, and values
  /// are added up in the order of positions, from page to page.
  func run(
    _ history: PagedHistory, _ q: UnsafePointer<Float>, head: Int, weights: UnsafeMutablePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) {
    let size = shape.headSize
    let stride = shape.kvHeads * size
    let column = head / (shape.heads / shape.kvHeads) * size
    for query in 0..<history.positions {
      let end = history.past + query + 1
      let seen = max(0, end - (shape.window ?? end))..<end
      let place = (query * shape.heads + head) * size
      forEachPiece(of: seen, history, stride) { page, place0, first, count in
        ck_scores(
          q + place, page + places.keys + place0 + column, stride, size, count, shape.scale, weights + first,
          kernels)
      }
      shape.softmax(weights, count: seen.count, head: head, kernels)
      forEachPiece(of: seen, history, stride) { page, place0, first, count in
        ck_weighted_sum(
          weights + first, page + places.values + place0 + column, stride, size, count, first == 0 ? 0 : 1,
          out + place, kernels)
      }
    }
  }

  /// The parts of a range of positions that lie in one page each: the page, the first one's place in it, how many
  /// positions of the range come before, and how many there are.
  private func forEachPiece(
    of seen: Range<Int>, _ history: PagedHistory, _ stride: Int,
    _ body: (UnsafeMutablePointer<Float>, Int, Int, Int) -> Void
  ) {
    let length = PagedHistory.pageLength
    var position = seen.lowerBound
    while position < seen.upperBound {
      let slot = position % length
      let count = min(length - slot, seen.upperBound - position)
      body(history.pages[position / length], slot * stride, position - seen.lowerBound, count)
      position += count
    }
  }
}
