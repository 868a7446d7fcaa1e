/// The tests behind `is`.
enum TemplateTest: String, CaseIterable {
  case defined, undefined, none, boolean, string, number, integer, float, mapping, iterable, sequence,
    callable
  case isTrue = "true"
  case isFalse = "false"
  case odd, even, divisibleby, equalto, eq, sameas, ne, lt, le, gt, ge
  case isIn = "in"
}

extension TemplateInterpreter {
  /// Whether a test holds.
  func holds(
    _ test: TemplateTest, of value: TemplateValue, _ arguments: [TemplateValue]
  ) throws(ChatTemplateError) -> Bool {
    switch test {
    case .defined:
      if case .undefined = value { return false }
      return true
    case .undefined:
      if case .undefined = value { return true }
      return false
    case .none:
      if case .none = value { return true }
      return false
    case .boolean:
      if case .boolean = value { return true }
      return false
    case .isTrue, .isFalse:
      if case .boolean(let truth) = value { return truth == (test == .isTrue) }
      return false
    case .string:
      if case .string = value { return true }
      return false
    case .number: return value.number != nil
    case .integer:
      if case .integer = value { return true }
      return false
    case .float:
      if case .float = value { return true }
      return false
    case .mapping:
      if case .dictionary = value { return true }
      return false
    case .iterable, .sequence:
      switch value {
      case .list, .string, .dictionary: return true
      // What is not defined has no items, and that is a sequence too.
      case .undefined: return true
      default: return false
      }
    case .callable:
      switch value {
      case .function, .macro, .method: return true
      default: return false
      }
    case .odd, .even, .divisibleby:
      guard let number = value.wholeNumber else { throw failure("\(value.typeName) is no whole number") }
      let divisor = test == .divisibleby ? arguments.first?.wholeNumber ?? 0 : 2
      guard divisor != 0, divisor != -1 else { throw failure("a division by zero") }
      return (number % divisor == 0) == (test != .odd)
    case .equalto, .eq, .sameas, .ne, .lt, .le, .gt, .ge, .isIn:
      guard let other = arguments.first else { throw failure("test '\(test.rawValue)' needs a value") }
      let operation: TemplateExpression.Operator =
        switch test {
        case .ne: .notEqual
        case .lt: .less
        case .le: .lessOrEqual
        case .gt: .greater
        case .ge: .greaterOrEqual
        case .isIn: .isIn
        default: .equal
        }
      return try compare(operation, value, other)
    }
  }
}
