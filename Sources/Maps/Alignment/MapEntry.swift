/// Where one source id goes: the unit in which a map changes.
public struct MapEntry: Sendable, Equatable {
  /// The target, what decided, and the distance; of several targets the first.
  package private(set) var choice: TargetChoice
  /// The targets where there are several.
  public private(set) var sequence: TargetSequence?

  /// An entry with one target or none.
  package init(_ choice: TargetChoice) { self.choice = choice }

  /// An entry with one target or none.
  public init(id: Int32, method: MapMethod, distance: Int32) {
    choice = TargetChoice(id: id, method: method, distance: distance)
  }

  /// An entry with several targets; its id is the first of them.
  public init(_ sequence: TargetSequence, method: MapMethod, distance: Int32) {
    choice = TargetChoice(id: sequence.ids[0], method: method, distance: distance)
    self.sequence = sequence
  }

  /// No target.
  public static let unmatched = MapEntry(.unmatched)

  /// The target id, or -1; of several the first.
  public var id: Int32 { choice.id }

  /// All targets: none, one, or those of the sequence.
  public var targets: [Int32] { sequence?.ids ?? (id >= 0 ? [id] : []) }

  /// What decided.
  public var method: MapMethod {
    get { choice.method }
    set { choice.method = newValue }
  }

  /// The distance, or -1.
  public var distance: Int32 {
    get { choice.distance }
    set { choice.distance = newValue }
  }

  /// Takes one target, or none where the id is -1, in place of what was.
  public mutating func place(at id: Int32) {
    choice.id = id
    sequence = nil
  }
}
