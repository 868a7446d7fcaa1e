/// A piece of a template.
struct TemplateToken: Equatable {
  enum Kind: Equatable {
    /// Text outside of tags.
    case text(String)
    /// `{{` and `}}`.
    case outputBegin, outputEnd
    /// `{%` and `%}`.
    case tagBegin, tagEnd
    case name(String)
    case string(String)
    case integer(Int)
    case float(Double)
    /// Everything that is spelt with signs.
    case symbol(String)
    case end

    /// How it is spelt, for messages.
    var shown: String {
      switch self {
      case .text: "text"
      case .outputBegin: "{{"
      case .outputEnd: "}}"
      case .tagBegin: "{%"
      case .tagEnd: "%}"
      case .name(let name): name
      case .string(let text): "'\(text)'"
      case .integer(let number): "\(number)"
      case .float(let number): "\(number)"
      case .symbol(let text): text
      case .end: "the end"
      }
    }
  }

  let kind: Kind
  let line: Int
}
