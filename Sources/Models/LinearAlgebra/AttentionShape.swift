/// The sizes of one layer's attention.
package struct AttentionShape: Sendable {
  /// The number of heads of queries.
  package let heads: Int
  /// The number of heads of keys and values, a divisor of `heads`.
  package let kvHeads: Int
  /// The length of a head.
  package let headSize: Int
  /// What scores are multiplied with, mostly 1 / √headSize.
  package let scale: Float
  /// How many positions a query sees, itself included; nil for all before it.
  package let window: Int?
  /// What scaled scores stay below in size, as cap · tanh(score / cap); nil where they are not bounded.
  package let cap: Float?
  /// A score for each head that no key has: it takes its share of the softmax and adds nothing; nil where there is none.
  package nonisolated(unsafe) var sinks: UnsafePointer<Float>?

  /// Joins the sizes.
  package init(
    heads: Int, kvHeads: Int, headSize: Int, scale: Float, window: Int? = nil, cap: Float? = nil
  ) {
    precondition(heads > 0 && kvHeads > 0 && heads % kvHeads == 0 && window ?? 1 > 0)
    self.heads = heads
    self.kvHeads = kvHeads
    self.headSize = headSize
    self.scale = scale
    self.window = window
    self.cap = cap
  }
}
