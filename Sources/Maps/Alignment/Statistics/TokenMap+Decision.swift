import CMCVocabulary

extension TokenMap {
  /// What placed a token, as figures and lists count it.
  ///
  /// The column ``methods`` says how an entry came about; this says what it amounts to. An entry without a target is
  /// unmatched, even where an override file left it so. An entry is exact where both tokens are known, neither is
  /// special, and their bytes are equal, whether it was imported or an override file placed it.
  ///
  /// - Complexity: O(length of the two pieces) for entries that do not say exact, else O(1).
  public func decision(_ id: Int32) -> MapMethod {
    guard isMatched(id) else { return .unmatched }
    let method = methods[Int(id)]
    return method != .exact && hasEqualBytes(id) == true ? .exact : method
  }

  /// Whether an entry with a target counts for the exact share: its bytes decide where they are known, else what its
  /// method says of them; nil where neither tells.
  func isExact(_ id: Int32) -> Bool? {
    if let isEqual = hasEqualBytes(id) { return isEqual }
    switch methods[Int(id)] {
    case .exact: return true
    case .override, .imported: return nil
    case .role, .prefix, .edit, .retokenized, .unmatched: return false
    }
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

  /// Tells apart what a format calls a match, once the tokens are known.
  ///
  /// Such a format says of exact entries, of those by role, and of overrides with one target alike that they match, and
  /// is read as if all were exact. Those of other bytes are not; that all of them match stays as it was.
  package mutating func distinguishMatches() {
    for row in ids.indices where methods[row] == .exact && sequences[Int32(row)] == nil {
      let id = Int32(row)
      if source.kind(id) == .special, target.kind(ids[row]) == .special {
        self[row].method = .role
      } else if hasEqualBytes(id) == false {
        self[row].method = .override
      }
    }
  }

  /// Whether an entry's tokens have equal bytes; nil where the map does not know the text of both, or of two special
  /// tokens.
  func hasEqualBytes(_ id: Int32) -> Bool? {
    if sequences[id] != nil { return false }
    let target = ids[Int(id)]
    guard let from = source.kind(id), let to = self.target.kind(target) else { return nil }
    guard from != .special, to != .special else { return from == to ? nil : false }
    // An id without a token has no bytes to be equal.
    if to == .hole, from != .hole { return false }
    return source.hasSameBytes(id, self.target, target)
  }
}

extension MapSide {
  /// Whether nothing that is known of a vocabulary tells it from another.
  package func canBe(_ known: MapSide) -> Bool {
    fingerprint == nil ? maxID == nil || maxID == known.maxID : fingerprint == known.fingerprint
  }

  fileprivate mutating func complete(by known: MapSide?) {
    guard let known, canBe(known) else { return }
    if pieces == nil {
      kinds = known.kinds
      pieces = known.pieces
    }
    // Without a fingerprint sizes are what a map is checked by: they stay as the file states them.
    guard fingerprint != nil else { return }
    kinds = kinds ?? known.kinds
    tokens = tokens ?? known.tokens
    maxID = maxID ?? known.maxID
    logitsWidth = logitsWidth ?? known.logitsWidth
  }
}
