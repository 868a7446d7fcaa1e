/// Where one token goes, and by which rule.
struct TargetChoice: Sendable, Equatable, BitwiseCopyable {
  /// The target id, or -1.
  var id: Int32
  /// The rule.
  var method: MapMethod
  /// The distance, or -1.
  var distance: Int32

  /// No target.
  static let unmatched = TargetChoice(id: TokenMap.unmatchedID, method: .unmatched, distance: TokenMap.noDistance)
}
