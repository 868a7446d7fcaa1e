/// Parses the patterns that tokenizers cut text with.
///
/// What is here is what Oniguruma, Rust's regex and PCRE2 agree on: literals, classes with ranges, negation, nesting
/// and intersection, `\p`, `\s \d \w`, groups, look-around, quantifiers, anchors, and `(?i)`. Everything else (back
/// references, recursion, conditions, word boundaries) is an error that names it.
struct RegexParser {
  let pattern: String
  let dialect: RegexDialect
  let scalars: [Unicode.Scalar]
  var position = 0
  var ignoresCase = false
  var depth = 0

  init(_ pattern: String, dialect: RegexDialect) {
    self.pattern = pattern
    self.dialect = dialect
    scalars = Array(pattern.unicodeScalars)
  }

  /// The whole pattern.
  mutating func parse() throws(RegexError) -> RegexNode {
    let node = try alternatives()
    guard position == scalars.count else { throw malformed("a closing parenthesis without an opening one") }
    return node
  }

  var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  func peek(_ offset: Int) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  /// Skips a scalar that is the next one.
  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  mutating func take(text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  func unsupported(_ what: String) -> RegexError { .unsupported(what, offset: position, pattern: pattern) }

  func malformed(_ what: String) -> RegexError { .malformed(what, offset: position, pattern: pattern) }

  private mutating func alternatives() throws(RegexError) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw unsupported("groups nested this deeply") }
    let outerCase = ignoresCase
    defer { ignoresCase = outerCase }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func sequence() throws(RegexError) -> RegexNode {
    var items: [RegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      guard let atom = try atom() else { continue }
      items.append(try quantified(atom))
    }
    return items.count == 1 ? items[0] : .sequence(items)
  }

  /// One item; nil for a switch such as `(?i)`, which matches nothing of its own.
  private mutating func atom() throws(RegexError) -> RegexNode? {
    guard let scalar = next else { throw malformed("an item is missing") }
    switch scalar {
    case "(": return try group()
    case "[":
      position += 1
      return .set(try characterClass())
    case ".":
      position += 1
      return .set(ScalarSet("\n").complement)
    case "^":
      position += 1
      return .anchor(dialect == .oniguruma ? .lineStart : .textStart)
    case "$":
      position += 1
      return .anchor(dialect == .oniguruma ? .lineEnd : .textEnd)
    case "*", "+", "?": throw malformed("a quantifier without an item before it")
    case "\\":
      if let anchor = escapedAnchor() { return .anchor(anchor) }
      return .set(cased(try escape()))
    default:
      position += 1
      return .set(cased(ScalarSet(scalar)))
    }
  }

  func cased(_ set: ScalarSet) -> ScalarSet { ignoresCase && set.count <= 4096 ? set.ignoringCase : set }

  private mutating func escapedAnchor() -> RegexNode.Anchor? {
    switch peek(1) {
    case "A": position += 2; return .textStart
    case "z": position += 2; return .textEnd
    default: return nil
    }
  }

  private mutating func group() throws(RegexError) -> RegexNode? {
    position += 1
    var wrap: (RegexNode) -> RegexNode = { $0 }
    var groupCase = ignoresCase
    if take("?") {
      if take(":") {
      } else if take("=") {
        wrap = { .look(behind: false, negative: false, $0) }
      } else if take("!") {
        wrap = { .look(behind: false, negative: true, $0) }
      } else if take(text: "<=") {
        wrap = { .look(behind: true, negative: false, $0) }
      } else if take(text: "<!") {
        wrap = { .look(behind: true, negative: true, $0) }
      } else if take(">") {
        wrap = { .atomic($0) }
      } else if take(text: "i:") {
        groupCase = true
      } else if take(text: "-i:") {
        groupCase = false
      } else if take(text: "i)") {
        ignoresCase = true
        return nil
      } else if take(text: "-i)") {
        ignoresCase = false
        return nil
      } else {
        throw unsupported("this kind of group")
      }
    } else if next == "*" {
      throw unsupported("a verb")
    }
    let outerCase = ignoresCase
    ignoresCase = groupCase
    let inner = try alternatives()
    ignoresCase = outerCase
    guard take(")") else { throw malformed("a group is not closed") }
    return wrap(inner)
  }
}
