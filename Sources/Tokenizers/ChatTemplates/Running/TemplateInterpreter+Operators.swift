#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension TemplateInterpreter {
  /// Operators that give a value.
  func binary(
    _ operation: TemplateExpression.Operator, _ a: TemplateValue, _ b: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    switch (operation, a, b) {
    case (.concatenate, _, _):
      let text = a.text + b.text
      try spend(text.utf8.count)
      return .string(text)
    case (.add, .string(let a), .string(let b)):
      try spend(a.utf8.count + b.utf8.count)
      return .string(a + b)
    case (.add, .list(let a), .list(let b)):
      try spend(a.count + b.count)
      return .list(a + b)
    case (.multiply, .string(let text), _) where b.wholeNumber != nil:
      let count = max(0, b.wholeNumber ?? 0)
      let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
      try spend(overflow ? .max : size)
      return .string(String(repeating: text, count: count))
    default: break
    }
    if operation != .divide, let left = a.wholeNumber, let right = b.wholeNumber {
      return .integer(try whole(operation, left, right))
    }
    guard let left = a.number, let right = b.number else {
      throw failure("\(a.typeName) \(operation.rawValue) \(b.typeName) has no meaning")
    }
    switch operation {
    case .add: return .float(left + right)
    case .subtract: return .float(left - right)
    case .multiply: return .float(left * right)
    case .power: return .float(pow(left, right))
    case .divide, .floorDivide, .modulo:
      guard right != 0 else { throw failure("a division by zero") }
      if operation == .divide { return .float(left / right) }
      let quotient = (left / right).rounded(.down)
      return .float(operation == .floorDivide ? quotient : left - right * quotient)
    default: throw failure("\(operation.rawValue) has no meaning here")
    }
  }

  /// Whole numbers, whose quotients are rounded down, as in Python.
  private func whole(
    _ operation: TemplateExpression.Operator, _ a: Int, _ b: Int
  ) throws(ChatTemplateError) -> Int {
    var result = (partialValue: 0, overflow: false)
    switch operation {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    case .floorDivide, .modulo:
      guard b != 0 else { throw failure("a division by zero") }
      guard a != .min || b != -1 else { throw failure("a number is too large") }
      let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
      let isBelow = rest != 0 && (rest < 0) != (b < 0)
      return operation == .modulo ? (isBelow ? rest + b : rest) : (isBelow ? quotient - 1 : quotient)
    case .power:
      guard (0...64).contains(b) else { throw failure("a power beyond 64") }
      result.partialValue = 1
      for _ in 0..<b where !result.overflow {
        result = result.partialValue.multipliedReportingOverflow(by: a)
      }
    default: throw failure("\(operation.rawValue) has no meaning here")
    }
    if result.overflow { throw failure("a number is too large") }
    return result.partialValue
  }

  /// Operators that compare.
  func compare(
    _ operation: TemplateExpression.Operator, _ a: TemplateValue, _ b: TemplateValue
  ) throws(ChatTemplateError) -> Bool {
    switch operation {
    case .equal: return TemplateValue.equal(a, b)
    case .notEqual: return !TemplateValue.equal(a, b)
    case .isIn: return try contains(b, a)
    case .notIn: return !(try contains(b, a))
    default: break
    }
    if case .string(let a) = a, case .string(let b) = b {
      // The order of UTF-8 is that of code points.
      let isLess = a.utf8.lexicographicallyPrecedes(b.utf8)
      let isGreater = b.utf8.lexicographicallyPrecedes(a.utf8)
      switch operation {
      case .less: return isLess
      case .lessOrEqual: return !isGreater
      case .greater: return isGreater
      default: return !isLess
      }
    }
    guard let left = a.number, let right = b.number else {
      throw failure("\(a.typeName) \(operation.rawValue) \(b.typeName) has no meaning")
    }
    switch operation {
    case .less: return left < right
    case .lessOrEqual: return left <= right
    case .greater: return left > right
    default: return left >= right
    }
  }

  private func contains(_ container: TemplateValue, _ value: TemplateValue) throws(ChatTemplateError) -> Bool
  {
    switch container {
    case .list(let items): return items.contains { TemplateValue.equal($0, value) }
    case .dictionary(let members):
      if case .string(let key) = value { return members[key] != nil }
      return false
    case .string(let text):
      guard case .string(let part) = value else { throw failure("\(value.typeName) cannot be in a text") }
      return part.isEmpty || text.utf8.firstPlace(of: part.utf8) != nil
    case .undefined: return false
    default: throw failure("\(container.typeName) has no items")
    }
  }
}

extension String.UTF8View {
  /// Where a part first begins, from a place on; bytes are compared, as equal texts of Swift may have different ones.
  func firstPlace(of part: String.UTF8View, from start: Index? = nil) -> Index? {
    var place = start ?? startIndex
    while place < endIndex {
      if self[place...].starts(with: part) { return place }
      formIndex(after: &place)
    }
    return nil
  }
}
