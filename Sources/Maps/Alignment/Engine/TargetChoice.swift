/// Where one token goes, and by which rule.
package struct TargetChoice: Sendable, Equatable, BitwiseCopyable {
  /// The target id, or -1.
  package var id: Int32
  /// The rule.
  package var method: MapMethod
  /// The distance, or -1.
  package var distance: Int32

  /// Puts a choice together.
  package init(id: Int32, method: MapMethod, distance: Int32) {
    self.id = id
    self.method = method
    self.distance = distance
  }

  /// No target.
  package static let unmatched = TargetChoice(
    id: TokenMap.unmatchedID, method: .unmatched, distance: TokenMap.noDistance)
}
