public import CMCAlignment

/// How a chosen token reaches the delta model.
public enum MatchKind: String, Sendable, CaseIterable, Codable {
  /// The same bytes, the same role, or an override: the delta model takes its id.
  case exact
  /// The nearest in a prefix relation.
  case prefix
  /// By another rule: edit distance, retokenisation, several targets, an imported map.
  case other
  /// No target: the delta model has no say.
  case unmatched

  /// The kind of a token in a map; without a map, of two models that share a vocabulary, every token is exact.
  public init(_ token: Int32, in map: TokenMap?) {
    guard let map else {
      self = .exact
      return
    }
    let row = Int(token)
    guard row >= 0, row < map.count, map.ids[row] >= 0 else {
      self = .unmatched
      return
    }
    if map.isMatch(row) {
      self = .exact
    } else {
      self = map.methods[row] == .prefix ? .prefix : .other
    }
  }
}
