import CMCVocabulary

extension TokenMap {
  /// What placed a token, as figures and lists count it.
  ///
  /// The column ``methods`` says how an entry came about; this says what it amounts to. An entry without a target is
  /// unmatched, even where an override file left it so. An imported entry is exact where both tokens are known, neither
  /// is special, and their bytes are equal.
  ///
  /// - Complexity: O(length of the two pieces) for imported entries, else O(1).
  public func decision(_ id: Int32) -> MapMethod {
    guard isMatched(id) else { return .unmatched }
    let method = methods[Int(id)]
    return method == .imported && hasEqualBytes(id) == true ? .exact : method
  }

  /// Whether an entry's tokens have equal bytes; nil where the map does not know the text of both, or of a special token.
  func hasEqualBytes(_ id: Int32) -> Bool? {
    if sequences[id] != nil { return false }
    let target = ids[Int(id)]
    guard let from = source.kind(id), let to = self.target.kind(target), from != .special, to != .special,
      let bytes = source.bytes(id), let others = self.target.bytes(target)
    else { return nil }
    return bytes == others
  }
}
