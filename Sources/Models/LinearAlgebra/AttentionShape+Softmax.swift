internal import CMCKernels

extension AttentionShape {
  /// Turns scores of one query into weights: bounded where there is a bound, beside the head's own score.
  ///
  /// - Parameters:
  ///   - scores: `count` of them, and room for one number more, which stays as it is.
  ///   - count: How many keys there are.
  ///   - head: The query's head.
  ///   - kernels: The instruction set.
  func softmax(_ scores: UnsafeMutablePointer<Float>, count: Int, head: Int, _ kernels: ck_isa) {
    if let cap { softCap(scores, cap, count: count) }
    guard let sinks else {
      ck_softmax(scores, 1, count, count, kernels)
      return
    }
    let next = scores[count]
    scores[count] = sinks[head]
    ck_softmax(scores, 1, count + 1, count + 1, kernels)
    scores[count] = next
  }
}
