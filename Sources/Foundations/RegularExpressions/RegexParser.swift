/// Parses the patterns that tokenizers cut text with, as the library that a pattern is written for reads it.
///
/// What is here: literals, classes with ranges, negation, nesting and set operations, `\p`, `\s \d \w`, groups,
/// look-around, quantifiers, anchors, and `(?i)`. Everything else (back references, recursion, conditions, word
/// boundaries) is an error that names it. Where Oniguruma and Rust read the same characters as different things, the
/// dialect decides.
struct RegexParser {
  let pattern: String
  let dialect: RegexDialect
  let scalars: [Unicode.Scalar]
  var position = 0
  var ignoresCase = false
  var depth = 0
  /// The look-behinds that the place is in, from outside: whether each is a negative one.
  var lookBehinds: [Bool] = []

  init(_ pattern: String, dialect: RegexDialect) {
    self.pattern = pattern
    self.dialect = dialect
    scalars = Array(pattern.unicodeScalars)
  }

  /// The whole pattern.
  mutating func parse() throws(RegexError) -> RegexNode {
    let node = try alternatives()
    guard position == scalars.count else { throw malformed("a closing parenthesis without an opening one") }
    return dialect == .oniguruma ? node.casesUnfolded() : node
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

  /// What stands up to a closing parenthesis or the end.
  mutating func alternatives() throws(RegexError) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw unsupported("groups nested this deeply") }
    let outerCase = ignoresCase
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    // In Rust's dialect a switch lasts beyond the group that it stands in, unless that is one that may set switches.
    if dialect == .oniguruma { ignoresCase = outerCase }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  /// What stands up to a bar, a closing parenthesis or the end.
  private mutating func sequence() throws(RegexError) -> RegexNode {
    var items: [RegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      guard let atom = try atom() else {
        guard try quantifier() == nil else { throw malformed("a quantifier without an item before it") }
        continue
      }
      let item = try quantified(atom)
      // What a plain group holds stands for itself, but for the first one of several items.
      if case .sequence(let inner) = item, !items.isEmpty || inner.allSatisfy(\.isFolded) {
        items += inner
      } else {
        items.append(item)
      }
    }
    return items.count == 1 ? items[0] : .sequence(items)
  }

  /// One item; nil for a switch such as `(?i)` of Rust's dialect, which matches nothing of its own.
  private mutating func atom() throws(RegexError) -> RegexNode? {
    guard let scalar = next else { throw malformed("an item is missing") }
    switch scalar {
    case "(": return try group()
    case "[": return try bracketed()
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
    case "{" where dialect == .oniguruma:
      guard try quantifier() == nil else { throw malformed("a quantifier without an item before it") }
      position += 1
      return literal(scalar.value)
    case "\\":
      if let anchor = escapedAnchor() { return .anchor(anchor) }
      switch try escape() {
      case .scalar(let value): return literal(value)
      case .set(let set): return .set(set)
      }
    default:
      position += 1
      return literal(scalar.value)
    }
  }

  /// One scalar, in any case where case is ignored.
  private func literal(_ value: UInt32) -> RegexNode {
    guard ignoresCase else { return .set(ScalarSet(value)) }
    return dialect == .oniguruma ? .folded(value) : .set(ScalarSet(value).ignoringCase)
  }

  /// The place that an escape stands for, or nil for other escapes.
  private mutating func escapedAnchor() -> RegexNode.Anchor? {
    switch peek(1) {
    case "A": position += 2; return .textStart
    case "z": position += 2; return .textEnd
    default: return nil
    }
  }
}

extension RegexNode {
  /// Whether the node is one scalar in any case.
  fileprivate var isFolded: Bool {
    if case .folded = self { true } else { false }
  }
}
