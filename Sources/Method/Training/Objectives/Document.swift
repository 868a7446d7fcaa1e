/// A tokenised text and which of its tokens are learnt.
package struct Document: Sendable, Equatable {
  /// All tokens of the text, learnt or only read.
  package var ids: [Int32]
  /// Ascending positions whose next token is learnt: `ids[p + 1]` is the target at p.
  package var targets: [Int]

  /// A document of which some tokens are learnt.
  package init(ids: [Int32], targets: [Int]) {
    self.ids = ids
    self.targets = targets
  }

  /// A document of which every token but the first is learnt.
  package init(text ids: [Int32]) { self.init(ids: ids, targets: Array(0..<max(0, ids.count - 1))) }

  /// The tokens that are learnt.
  package var targetIDs: [Int32] { targets.map { ids[$0 + 1] } }
}
