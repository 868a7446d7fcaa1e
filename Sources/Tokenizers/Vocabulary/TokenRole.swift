/// What a token does for a model, beside standing for text.
public enum TokenRole: UInt8, Sendable, CaseIterable, Hashable {
  /// Begins a text.
  case bos
  /// Ends a text.
  case eos
  /// Ends a turn of a conversation.
  case endOfTurn
  /// Fills up a batch.
  case pad
  /// Stands for what the vocabulary cannot write.
  case unk
  /// Stands for a place to fill in.
  case mask
  /// Stands before a text to classify.
  case cls
  /// Stands between two texts.
  case sep

  /// The name in tables, files and options.
  public var name: String {
    switch self {
    case .bos: "bos"
    case .eos: "eos"
    case .endOfTurn: "end-of-turn"
    case .pad: "pad"
    case .unk: "unk"
    case .mask: "mask"
    case .cls: "cls"
    case .sep: "sep"
    }
  }

  /// The role of a name as ``name`` gives it.
  public init?(name: String) {
    guard let role = TokenRole.allCases.first(where: { $0.name == name }) else { return nil }
    self = role
  }
}

/// The roles of one token: GPT-2's `<|endoftext|>` has three.
public struct RoleSet: OptionSet, Sendable, Hashable {
  /// One bit a role.
  public let rawValue: UInt16

  /// Takes the bits as they are.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The set of one role.
  public init(_ role: TokenRole) { rawValue = 1 << role.rawValue }

  /// Whether the role is in the set.
  public func contains(_ role: TokenRole) -> Bool { contains(RoleSet(role)) }

  /// The roles in the order of ``TokenRole``.
  public var roles: [TokenRole] { TokenRole.allCases.filter { contains($0) } }
}

/// One statement that a token has a role, and who made it.
public struct RoleAssignment: Sendable, Hashable {
  /// The role.
  public let role: TokenRole
  /// The token.
  public let id: Int32
  /// Whether it is the one that the configuration names first for the role.
  public let isPrimary: Bool
  /// The file and key, or the table, that said so: `generation_config.json: eos_token_id`.
  public let source: String

  /// Notes a statement.
  public init(role: TokenRole, id: Int32, isPrimary: Bool, source: String) {
    self.role = role
    self.id = id
    self.isPrimary = isPrimary
    self.source = source
  }
}
