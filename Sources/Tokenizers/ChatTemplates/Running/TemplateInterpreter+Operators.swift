#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Operators that give a value.
extension TemplateInterpreter {
  /// The value of an operation.
  func binary(
    _ operation: TemplateExpression.Operator, _ a: TemplateValue, _ b: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    if operation == .concatenate {
      let (a, b) = (try text(of: a), try text(of: b))
      try spend(text: a.utf8.count + b.utf8.count)
      return .string(a + b)
    }
    if a.isMarkup || b.isMarkup { throw unsupported("\(operation.rawValue) of a text marked safe") }
    switch (operation, a, b) {
    case (.add, .string(let a), .string(let b)):
      try spend(text: a.utf8.count + b.utf8.count)
      return .string(a + b)
    case (.add, .list(let a), .list(let b)):
      try spend(items: a.count + b.count)
      return .list(a + b)
    case (.add, .tuple(let a), .tuple(let b)):
      try spend(items: a.count + b.count)
      return .tuple(a + b)
    case (.add, .group, .tuple), (.add, .tuple, .group), (.add, .group, .group), (.multiply, .group, _),
      (.multiply, _, .group):
      throw unsupported("\(operation.rawValue) of a group")
    case (.multiply, _, _):
      if let count = b.wholeNumber, let product = try repeated(a, count) { return product }
      if let count = a.wholeNumber, let product = try repeated(b, count) { return product }
    case (.modulo, .string, _): throw unsupported("% of a text")
    default: break
    }
    guard let left = a.number, let right = b.number else {
      switch (a, b) {
      case (.view, .view) where operation == .subtract: throw unsupported("- of views of objects")
      default: throw failure("\(a.typeName) \(operation.rawValue) \(b.typeName) has no meaning")
      }
    }
    if let whole = a.wholeNumber, let other = b.wholeNumber, operation != .divide,
      operation != .power || other >= 0
    {
      return .integer(try self.whole(operation, whole, other))
    }
    return .float(try real(operation, left, right))
  }

  private func repeated(_ value: TemplateValue, _ count: Int) throws(ChatTemplateError) -> TemplateValue? {
    let count = max(0, count)
    switch value {
    case .string(let text):
      let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
      try spend(text: overflow ? .max : size)
      return .string(TemplateText.repeated(text, count))
    case .list(let items), .tuple(let items):
      let (size, overflow) = items.count.multipliedReportingOverflow(by: count)
      try spend(items: overflow ? .max : size)
      let product = Array(repeatElement(items, count: count).joined())
      if case .list = value { return .list(product) }
      return .tuple(product)
    default: return nil
    }
  }

  /// The number with the other sign.
  func negated(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    if let number = value.wholeNumber { return .integer(try whole(.subtract, 0, number)) }
    guard case .float(let number) = value else { throw failure("- of \(value.typeName) has no meaning") }
    return .float(-number)
  }

  private func real(
    _ operation: TemplateExpression.Operator, _ a: Double, _ b: Double
  ) throws(ChatTemplateError) -> Double {
    switch operation {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .power:
      if a == 0, b < 0 { throw failure("a power of zero below zero") }
      let result = pow(a, b)
      if result.isNaN, !a.isNaN, !b.isNaN { throw unsupported("a power that is a complex number") }
      if result.isInfinite, a.isFinite, b.isFinite { throw failure("a number is too large") }
      return result
    default:
      guard b != 0 else { throw failure("a division by zero") }
      if operation == .divide { return a / b }
      // As Python: the rest has the divisor's sign, and the quotient belongs to it.
      var rest = fmod(a, b)
      var quotient = (a - rest) / b
      if rest != 0 {
        if (b < 0) != (rest < 0) {
          rest += b
          quotient -= 1
        }
      } else {
        rest = b < 0 ? -0.0 : 0.0
      }
      if operation == .modulo { return rest }
      if quotient == 0 { return a / b < 0 || (a / b).sign == .minus ? -0.0 : 0.0 }
      let floor = quotient.rounded(.down)
      return quotient - floor > 0.5 ? floor + 1 : floor
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
      guard a != .min || b != -1 else { throw unsupported("a number of more than 64 bits") }
      let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
      let isBelow = rest != 0 && (rest < 0) != (b < 0)
      return operation == .modulo ? (isBelow ? rest + b : rest) : (isBelow ? quotient - 1 : quotient)
    case .power:
      if a == 0 || a == 1 { return b == 0 ? 1 : a }
      if a == -1 { return b % 2 == 0 ? 1 : -1 }
      guard b <= 64 else { throw unsupported("a number of more than 64 bits") }
      result.partialValue = 1
      for _ in 0..<b where !result.overflow {
        result = result.partialValue.multipliedReportingOverflow(by: a)
      }
    default: throw failure("\(operation.rawValue) has no meaning here")
    }
    if result.overflow { throw unsupported("a number of more than 64 bits") }
    return result.partialValue
  }
}
