/// The rule by which tokens that are not special are aligned.
public enum AlignmentMethod: String, Sendable, CaseIterable {
  /// Prefix match with minimal edit distance, the method of the CMC paper.
  case pmMined = "pm-mined"
  /// Equal bytes only.
  case exact
  /// Unrestricted minimal edit distance.
  case mined
  /// The target tokenizer's encoding of the token's text, a sequence of tokens.
  case retokenize
  /// The first token of that encoding alone, so that every map format can hold it.
  case firstPiece = "first-piece"

  /// Whether the target's tokenizer has to run.
  var encodes: Bool { self == .retokenize || self == .firstPiece }
}

/// How an alignment is computed.
public struct AlignmentOptions: Sendable {
  /// The rule.
  public var method: AlignmentMethod
  /// A second rule for tokens that the first leaves unmatched.
  public var fallback: AlignmentMethod?
  /// On how many threads; the result does not depend on it.
  public var threads: Int

  /// The default rule without fallback.
  public init(method: AlignmentMethod = .pmMined, fallback: AlignmentMethod? = nil, threads: Int = 1) {
    self.method = method
    self.fallback = fallback
    self.threads = threads
  }
}
