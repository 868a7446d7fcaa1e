extension RegexParser {
  /// The largest count in braces; PCRE2's own limit is 65535.
  private static let countLimit = 1000

  /// An item with the quantifiers after it: any number of them in Oniguruma, one in Rust's dialect.
  mutating func quantified(_ atom: RegexNode) throws(RegexError) -> RegexNode {
    var node = atom
    var isOnce = false
    while let count = try quantifier() {
      try checkRepeatable(node)
      // Oniguruma forgets that the item was a group, and repeats its last character.
      if isOnce, case .sequence = node { throw unsupported("a quantifier after {1} of a group") }
      switch dialect {
      case .oniguruma:
        isOnce = count.minimum == 1 && count.maximum == 1
        let greed = greed(of: count)
        if !isOnce { node = .repeated(node, minimum: count.minimum, maximum: count.maximum, greed) }
      case .rust:
        let isLazy = take("?")
        let isPossessive = take("+")
        node = .repeated(
          node, minimum: count.minimum, maximum: count.maximum,
          isLazy ? .lazy : isPossessive ? .possessive : .greedy)
        if isLazy, isPossessive { node = .atomic(node) }
        if let sign = next, ["*", "+", "?"].contains(sign) {
          throw malformed("a quantifier of a quantifier")
        }
        return node
      }
    }
    return node
  }

  /// What Oniguruma reads after a quantifier: `{n}?` and `{n,m}+` are a repetition of the repetition.
  private mutating func greed(of count: Count) -> RegexNode.Greed {
    if count.isReversed { return .possessive }
    if !count.isFixed, take("?") { return .lazy }
    if !count.isInterval, take("+") { return .possessive }
    return .greedy
  }

  /// Refuses what no quantifier may follow; in Oniguruma a branch that is a place, too.
  private func checkRepeatable(_ node: RegexNode) throws(RegexError) {
    if node.isPlace { throw unsupported("a quantifier on a place or look-around") }
    if case .sequence(let nodes) = node, nodes.isEmpty, dialect == .rust {
      throw malformed("a quantifier without an item before it")
    }
    if case .alternatives(let nodes) = node, dialect == .oniguruma {
      for branch in nodes { try checkRepeatable(branch) }
    }
  }

  /// How often an item is repeated.
  struct Count {
    var minimum: Int
    var maximum: Int?
    /// Whether it stands in braces.
    var isInterval = false
    /// Whether it is `{n}`.
    var isFixed = false
    /// Whether its end was before its beginning, which Oniguruma takes as the same count, possessive.
    var isReversed = false
  }

  /// The next quantifier without what follows it, or nil: a brace that is no count is a character.
  mutating func quantifier() throws(RegexError) -> Count? {
    if take("*") { return Count(minimum: 0, maximum: nil) }
    if take("+") { return Count(minimum: 1, maximum: nil) }
    if take("?") { return Count(minimum: 0, maximum: 1) }
    guard next == "{" else { return nil }
    let start = position
    position += 1
    let low = try number()
    let isFixed = !take(",")
    let high = isFixed ? low : try number()
    // `{,}` is any number in Rust's dialect.
    let isCount = low != nil || (!isFixed && (high != nil || dialect == .rust))
    guard take("}"), isCount else {
      position = start
      return nil
    }
    var count = Count(minimum: low ?? 0, maximum: high, isInterval: true, isFixed: isFixed)
    if let high, high < count.minimum {
      guard dialect == .oniguruma else { throw malformed("a count whose end is before its beginning") }
      (count.minimum, count.maximum, count.isReversed) = (high, count.minimum, true)
    }
    return count
  }

  /// Decimal digits as a number, or nil where there are none.
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
