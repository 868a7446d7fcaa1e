public import CMCHashing
public import CMCVocabulary

/// What an override file says, before it is held against two vocabularies.
public struct OverrideFile: Sendable {
  /// Where the file came from, for messages and provenance.
  public var name: String
  /// The digest of its bytes.
  public var digest: SHA256Digest
  /// The vocabulary it is meant for, or nil where it says nothing.
  public var source: OverrideSide?
  /// The vocabulary it is meant for, or nil where it says nothing.
  public var target: OverrideSide?
  /// Its entries in the order of the file.
  public var entries: [OverrideEntry]
}

/// A vocabulary as an override file names it.
public struct OverrideSide: Sendable, Equatable {
  /// Families or names, any one of which will do; empty where the file says nothing.
  public var names: [String]
  /// A fingerprint.
  public var fingerprint: String?
}

/// One entry: a source selector and what its tokens become.
public struct OverrideEntry: Sendable, Equatable {
  /// The source tokens it decides.
  public var source: TokenSelector
  /// What they become: nothing for an empty list.
  public var targets: [TokenSelector]
  /// How several targets become one.
  public var combination: TargetSequence.Combination
  /// Why, in the words of whoever wrote it.
  public var note: String?
  /// The line of the file, from 1.
  public var line: Int
}

/// How an entry names a token.
public enum TokenSelector: Sendable, Equatable, CustomStringConvertible {
  /// By its piece: as the tokenizer's file spells it, or the text it stands for.
  case piece(String)
  /// By its id.
  case id(Int)
  /// By the byte it stands for: the byte token, or the token of that one byte.
  case byte(UInt8)
  /// By its role: as a source all tokens that have it, as a target the primary one.
  case role(TokenRole)
  /// By a pattern of its piece with `*` and `?`; source side only.
  case glob(String)

  /// As the file writes it.
  public var description: String {
    switch self {
    case .piece(let piece): "piece \(piece.debugDescription)"
    case .id(let id): "id \(id)"
    case .byte(let byte): "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    case .role(let role): "role \(role.name)"
    case .glob(let pattern): "glob \(pattern.debugDescription)"
    }
  }
}
