extension RegexParser {
  /// A group from its parenthesis on; nil for a switch that matches nothing of its own.
  mutating func group() throws(RegexError) -> RegexNode? {
    let start = position
    position += 1
    let outerCase = ignoresCase
    guard take("?") else {
      if next == "*" { throw unsupported("a verb") }
      if dialect == .oniguruma, lookBehinds.contains(true) {
        throw malformed("a group that captures in a negative look-behind")
      }
      return .group(try inside())
    }
    if take(":") {
      let inner = try inside()
      ignoresCase = outerCase
      return inner
    }
    if take(">") { return .atomic(try inside()) }
    for (sign, negative) in [("=", false), ("!", true)] where take(text: sign) {
      if dialect == .oniguruma, !lookBehinds.isEmpty { throw malformed("a look-ahead in a look-behind") }
      return .look(behind: false, negative: negative, try inside())
    }
    for (sign, negative) in [("<=", false), ("<!", true)] where take(text: sign) {
      if dialect == .oniguruma, negative, lookBehinds.contains(false) {
        throw malformed("a negative look-behind in a look-behind")
      }
      lookBehinds.append(negative)
      defer { lookBehinds.removeLast() }
      return .look(behind: true, negative: negative, try inside())
    }
    for (sign, ignores) in [("i", true), ("-i", false)] {
      if take(text: sign + ":") {
        ignoresCase = ignores
        let inner = try inside()
        ignoresCase = outerCase
        return dialect == .oniguruma ? .group(inner) : inner
      }
      guard take(text: sign + ")") else { continue }
      ignoresCase = ignores
      guard dialect == .oniguruma else { return nil }
      // `a(?i)b|c` is `a(?i:b|c)`: the rest of the group, its alternatives included.
      let rest = try alternatives()
      ignoresCase = outerCase
      return .group(rest)
    }
    position = start + 1
    throw unsupported("this kind of group")
  }

  /// What a group holds, and its closing parenthesis.
  private mutating func inside() throws(RegexError) -> RegexNode {
    let inner = try alternatives()
    guard take(")") else { throw malformed("a group is not closed") }
    return inner
  }
}
