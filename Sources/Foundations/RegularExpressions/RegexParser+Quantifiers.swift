extension RegexParser {
  /// The largest count in braces; PCRE2's own limit is 65535.
  private static let countLimit = 1000

  /// An item with the quantifiers after it.
  mutating func quantified(_ atom: RegexNode) throws(RegexError) -> RegexNode {
    var node = atom
    while let (minimum, maximum, isInterval) = try quantifier() {
      if case .anchor = node { throw unsupported("a quantifier on an anchor") }
      if case .look = node { throw unsupported("a quantifier on a look-around") }
      var greed = RegexNode.Greed.greedy
      if take("?") {
        greed = .lazy
      } else if next == "+", !(isInterval && dialect == .oniguruma) {
        // In Oniguruma `{n,m}+` repeats the repetition; the other quantifiers are possessive with a `+`.
        position += 1
        greed = .possessive
      }
      node = .repeated(node, minimum: minimum, maximum: maximum, greed)
    }
    return node
  }

  private mutating func quantifier() throws(RegexError) -> (Int, Int?, isInterval: Bool)? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    guard next == "{" else { return nil }
    position += 1
    let low = try number()
    var high = low
    if take(",") { high = next == "}" ? nil : try number() }
    guard take("}"), let minimum = low ?? (high == nil ? nil : 0) else {
      throw unsupported("a brace that is no count")
    }
    if let high, high < minimum { throw malformed("a count whose end is before its beginning") }
    return (minimum, high, true)
  }

  private mutating func number() throws(RegexError) -> Int? {
    var value: Int?
    while let digit = next?.value, (48...57).contains(digit) {
      value = (value ?? 0) * 10 + Int(digit - 48)
      guard value ?? 0 <= Self.countLimit else { throw unsupported("a count above \(Self.countLimit)") }
      position += 1
    }
    return value
  }
}
