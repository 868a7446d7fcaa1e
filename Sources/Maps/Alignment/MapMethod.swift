/// What decided where a source token goes.
public enum MapMethod: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// An entry of an override file.
  case override
  /// A special token met one with the same role or piece.
  case role
  /// A target token has the same bytes.
  case exact
  /// The nearest target token in a prefix relation.
  case prefix
  /// The nearest target token by unrestricted edit distance.
  case edit
  /// The target tokenizer's encoding of the token's text.
  case retokenized
  /// Nothing: the token has no target, or the id has no token.
  case unmatched
  /// A map from a format that does not say.
  case imported

  /// The name in tables and files.
  public var name: String {
    switch self {
    case .override: "override"
    case .role: "role"
    case .exact: "exact"
    case .prefix: "prefix"
    case .edit: "edit"
    case .retokenized: "retokenized"
    case .unmatched: "unmatched"
    case .imported: "imported"
    }
  }

  /// The method of a name as ``name`` gives it.
  public init?(name: String) {
    guard let method = MapMethod.allCases.first(where: { $0.name == name }) else { return nil }
    self = method
  }
}
