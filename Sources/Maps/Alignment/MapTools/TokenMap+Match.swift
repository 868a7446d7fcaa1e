extension TokenMap {
  /// Whether the delta model takes the target's id itself when the token is chosen (match = 1 of a CMC map): the entry
  /// is exact, by role, or an override with one target.
  public func isMatch(_ source: Int) -> Bool {
    guard ids[source] >= 0 else { return false }
    switch methods[source] {
    case .exact, .role: return true
    case .override: return sequences[Int32(source)] == nil
    case .prefix, .edit, .retokenized, .unmatched, .imported: return false
    }
  }
}
