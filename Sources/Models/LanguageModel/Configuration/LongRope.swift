/// Longrope, a scaling whose divisors of frequencies depend on the length of the whole text.
///
/// A text up to the context of pretraining has the short ones, a longer one the long ones, at all of its positions: when a
/// text grows beyond that context, its keys are computed again. That is what transformers gives for a text that it reads in
/// one pass; llama.cpp chooses by the context that it was started with.
///
/// Source: LongRoPE (Ding et al., 2024).
package struct LongRope: Sendable, Equatable {
  /// The divisor of each pair's frequency in texts up to the original context.
  package var short: [Float]
  /// The same in longer texts; nil where the file has none, which then are not run.
  package var long: [Float]?
  /// What turned elements are multiplied by, in texts of any length.
  package var attentionFactor: Double
  /// The context of pretraining in tokens.
  package var originalContext: Int

  /// A scaling by its numbers.
  package init(short: [Float], long: [Float]?, attentionFactor: Double, originalContext: Int) {
    self.short = short
    self.long = long
    self.attentionFactor = attentionFactor
    self.originalContext = originalContext
  }
}
