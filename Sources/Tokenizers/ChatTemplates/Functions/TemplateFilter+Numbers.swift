#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Filters that give numbers.
extension TemplateInterpreter {
  /// `int`, which takes texts as Python does.
  func wholeNumber(_ value: TemplateValue, _ bound: BoundArguments) throws(ChatTemplateError) -> TemplateValue
  {
    let other = bound["default"] ?? .integer(0)
    switch value {
    case .undefined(let name): throw failure("'\(name)' is not defined")
    case .string(let text):
      let base: Int
      if let given = bound["base"] {
        // What is no base is an error of the kind that the default stands for only where it is a number.
        guard let number = given.wholeNumber, (2...36).contains(number) else {
          throw unsupported("filter 'int' with this base")
        }
        base = number
      } else {
        base = 10
      }
      let word = try number(text, "int")
      if let number = TemplateText.wholeNumber(word, base: base) {
        guard let number else { throw unsupported("a number of more than 64 bits") }
        return .integer(number)
      }
      guard let number = TemplateText.realNumber(word), number.isFinite else { return other }
      return try truncated(number)
    case .float(let number):
      if number.isNaN { return other }
      if number.isInfinite { throw failure("an infinite number is not whole") }
      return try truncated(number)
    default: return value.wholeNumber.map { .integer($0) } ?? other
    }
  }

  /// A text that may be a number, without blanks around it.
  private func number(_ text: String, _ filter: String) throws(ChatTemplateError) -> String {
    guard text.utf8.count <= 4096 else { throw unsupported("a number of more than 4096 characters") }
    // Each character is looked at by several steps.
    try spend(8 * Self.scalarCost * text.utf8.count)
    let word = TemplateText.stripped(text)
    guard word.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw unsupported("filter '\(filter)' of a text beyond ASCII")
    }
    return word
  }

  private func truncated(_ number: Double) throws(ChatTemplateError) -> TemplateValue {
    guard let whole = Int(exactly: number.rounded(.towardZero)) else {
      throw unsupported("a number of more than 64 bits")
    }
    return .integer(whole)
  }

  /// `float`.
  func realNumber(_ value: TemplateValue, _ bound: BoundArguments) throws(ChatTemplateError) -> TemplateValue
  {
    let other = bound["default"] ?? .float(0)
    switch value {
    case .undefined(let name): throw failure("'\(name)' is not defined")
    case .string(let text):
      let word = try number(text, "float")
      return TemplateText.realNumber(word).map { .float($0) } ?? other
    default: return value.number.map { .float($0) } ?? other
    }
  }

  /// `round`, which rounds as Python does: a tie of what is printed goes to the even digit.
  func rounded(_ value: TemplateValue, _ bound: BoundArguments) throws(ChatTemplateError) -> TemplateValue {
    let method = try bound["method"] == nil ? "common" : bound.requiredText("method")
    guard ["common", "ceil", "floor"].contains(method) else {
      throw failure("filter 'round' has no method '\(method)'")
    }
    guard let number = value.number else { throw failure("\(value.typeName) is no number") }
    if bound["precision"]?.isNone == true { throw unsupported("filter 'round' with no number of places") }
    let precision = try bound.number("precision") ?? 0
    guard (0...15).contains(precision) else { throw unsupported("filter 'round' with \(precision) places") }
    if method == "common" {
      if let whole = value.wholeNumber { return .integer(whole) }
      return .float(
        number.isFinite
          ? TemplateText.fixed(number, places: precision).flatMap { Double($0) } ?? number : number)
    }
    let scale = pow(10, Double(precision))
    guard (number * scale).isFinite else { throw failure("an infinite number cannot be rounded") }
    return .float((method == "ceil" ? ceil(number * scale) : floor(number * scale)) / scale)
  }
}
