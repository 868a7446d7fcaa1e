/// A special token of a demonstration vocabulary.
struct SpecialToken {
  /// Its id.
  let id: Int
  /// How it is written.
  let content: String
}
