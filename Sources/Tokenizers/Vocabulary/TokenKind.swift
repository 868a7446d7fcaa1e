/// What an entry of a vocabulary is.
public enum TokenKind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// Its bytes are valid UTF-8.
  case text = 0
  /// Its bytes are not valid UTF-8: a part of a character, or several such parts.
  case fragment = 1
  /// A byte-fallback token, such as `<0x0A>`.
  case byte = 2
  /// Control, unknown, unused, or an added token that is marked special: never produced from plain text.
  case special = 3
  /// No token at all: an id that the vocabulary leaves out, or a padding row of the logits.
  case hole = 255

  /// The name in tables and files.
  public var name: String {
    switch self {
    case .text: "text"
    case .fragment: "fragment"
    case .byte: "byte"
    case .special: "special"
    case .hole: "hole"
    }
  }

  /// One letter for compact files: `t`, `f`, `b`, `s`, and `-` for a hole.
  public var letter: Character { self == .hole ? "-" : name.first ?? "?" }

  /// The kind that a letter stands for.
  public init?(letter: UInt8) {
    switch letter {
    case UInt8(ascii: "t"): self = .text
    case UInt8(ascii: "f"): self = .fragment
    case UInt8(ascii: "b"): self = .byte
    case UInt8(ascii: "s"): self = .special
    case UInt8(ascii: "-"): self = .hole
    default: return nil
    }
  }
}
