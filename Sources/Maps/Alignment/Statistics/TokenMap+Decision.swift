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

  /// The map with the tokens of its vocabularies, where a side was written without them.
  ///
  /// - Parameters:
  ///   - source: What is known of the source; nothing is taken from a vocabulary with another fingerprint.
  ///   - target: The same for the target.
  package func completed(source: MapSide?, target: MapSide?) -> TokenMap {
    var map = self
    map.source.complete(by: source)
    map.target.complete(by: target)
    return map
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

extension MapSide {
  fileprivate mutating func complete(by known: MapSide?) {
    guard let known, pieces == nil, fingerprint == nil || fingerprint == known.fingerprint else { return }
    kinds = known.kinds
    pieces = known.pieces
  }
}
