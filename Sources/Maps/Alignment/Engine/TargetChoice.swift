/// Where one token goes, and by which rule.
public struct TargetChoice: Sendable, Equatable, BitwiseCopyable {
  /// The target id, or -1.
  public var id: Int32
  /// The rule.
  public var method: MapMethod
  /// The distance, or -1.
  public var distance: Int32

  /// Puts a choice together.
  public init(id: Int32, method: MapMethod, distance: Int32) {
    self.id = id
    self.method = method
    self.distance = distance
  }

  /// No target.
  public static let unmatched = TargetChoice(
    id: TokenMap.unmatchedID, method: .unmatched, distance: TokenMap.noDistance)
}
