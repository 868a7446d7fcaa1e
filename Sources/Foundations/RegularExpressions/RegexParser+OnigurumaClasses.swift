extension RegexParser {
  /// What Oniguruma has read of a range in a class.
  private enum RangeState {
    /// Nothing yet, at the beginning and after `&&`.
    case start
    /// What may begin a range: a scalar, or nil for a set, which may not.
    case item(UInt32?)
    /// A scalar and a hyphen.
    case range(UInt32)
    /// A whole range or a nested class.
    case complete
  }

  /// The inside of a class and its closing bracket, as Oniguruma reads it: the set, and whether it is negated.
  mutating func onigurumaClass() throws(RegexError) -> (ScalarSet, isNegated: Bool) {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw unsupported("classes nested this deeply") }
    let isNegated = take("^")
    var operands: [ScalarSet] = []
    var set = ScalarSet()
    var state = RangeState.start
    var isFirst = true
    while true {
      guard let scalar = next else { throw malformed("a class is not closed") }
      if scalar == "]", !isFirst {
        position += 1
        break
      }
      isFirst = false
      if take(text: "&&") {
        operands.append(set)
        (set, state) = (ScalarSet(), .start)
      } else if scalar == "[" {
        guard peek(1) != ":" else { throw unsupported("a POSIX class") }
        if case .range = state { throw unsupported("a range that ends in a bracket") }
        position += 1
        let (inner, isInnerNegated) = try onigurumaClass()
        set = set.union(isInnerNegated ? inner.complement : inner)
        state = .complete
      } else if scalar == "-", try opensRange(&state) {
        position += 1
      } else {
        set = set.union(try added(try classItem(), &state))
      }
    }
    return (operands.reduce(set) { $0.intersection($1) }, isNegated)
  }

  /// Whether the hyphen at this place is the middle of a range.
  private func opensRange(_ state: inout RangeState) throws(RegexError) -> Bool {
    guard case .item(let item) = state, peek(1) != "]", !(peek(1) == "&" && peek(2) == "&") else {
      return false
    }
    guard let item else { throw malformed("a range that begins in a class") }
    state = .range(item)
    return true
  }

  /// What an item adds to a class.
  private func added(_ item: Item, _ state: inout RangeState) throws(RegexError) -> ScalarSet {
    switch (state, item) {
    case (.range(let start), .scalar(let end)):
      guard start <= end else { throw malformed("a range whose end is before its beginning") }
      state = .complete
      return ScalarSet([start...end])
    case (.range, .set): throw malformed("a range that ends in a class")
    case (_, .scalar(let value)):
      state = .item(value)
      return ScalarSet(value)
    case (_, .set(let set)):
      state = .item(nil)
      return set
    }
  }
}
