extension RegexParser {
  /// A bracketed class from its bracket on.
  mutating func bracketed() throws(RegexError) -> RegexNode {
    position += 1
    switch dialect {
    case .rust: return .set(try rustClass())
    case .oniguruma:
      let (set, isNegated) = try onigurumaClass()
      return ignoresCase
        ? .anyCase(of: set, isNegated: isNegated) : .set(isNegated ? set.complement : set)
    }
  }

  /// A set operation of Rust's classes: as good as each other, read from the left, weaker than standing side by side.
  private enum Operation: String, CaseIterable {
    case intersection = "&&"
    case difference = "--"
    case symmetricDifference = "~~"

    /// The set that the operation makes of two.
    func callAsFunction(_ left: ScalarSet, _ right: ScalarSet) -> ScalarSet {
      switch self {
      case .intersection: left.intersection(right)
      case .difference: left.subtracting(right)
      case .symmetricDifference: left.subtracting(right).union(right.subtracting(left))
      }
    }
  }

  /// The inside of a class and its closing bracket, as Rust's regex reads it.
  private mutating func rustClass() throws(RegexError) -> ScalarSet {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw unsupported("classes nested this deeply") }
    let isNegated = take("^")
    var set = ScalarSet()
    if take("]") { set = ScalarSet("]") } else { while take("-") { set = ScalarSet("-") } }
    var left = ScalarSet()
    var operation: Operation?
    /// What stands before this place; case is ignored in each operand.
    func operand() -> ScalarSet {
      let right = ignoresCase ? set.ignoringCase : set
      return operation.map { $0(left, right) } ?? right
    }
    while true {
      guard let scalar = next else { throw malformed("a class is not closed") }
      if take("]") { break }
      if scalar == "[" {
        guard peek(1) != ":" else { throw unsupported("a POSIX class") }
        position += 1
        set = set.union(try rustClass())
      } else if let found = Operation.allCases.first(where: { begins($0.rawValue) }) {
        position += 2
        left = operand()
        operation = found
        set = ScalarSet()
      } else {
        set = set.union(try rustItem())
      }
    }
    return isNegated ? operand().complement : operand()
  }

  /// An item of a class, or the range that it begins.
  private mutating func rustItem() throws(RegexError) -> ScalarSet {
    let low = try classItem()
    guard next == "-", let after = peek(1), after != "]", after != "-" else {
      switch low {
      case .scalar(let value): return ScalarSet(value)
      case .set(let set): return set
      }
    }
    position += 1
    guard after != "[" else { throw unsupported("a range that ends in a bracket") }
    guard case .scalar(let start) = low, case .scalar(let end) = try classItem() else {
      throw malformed("a range that begins or ends in a class")
    }
    guard start <= end else { throw malformed("a range whose end is before its beginning") }
    return ScalarSet([start...end])
  }

  /// Whether a text comes next.
  func begins(_ text: String) -> Bool { scalars[position...].starts(with: text.unicodeScalars) }

  /// A character or an escape in a class.
  mutating func classItem() throws(RegexError) -> Item {
    guard let scalar = next else { throw malformed("a class is not closed") }
    if scalar == "\\" { return try escape(inClass: true) }
    position += 1
    return .scalar(scalar.value)
  }
}
