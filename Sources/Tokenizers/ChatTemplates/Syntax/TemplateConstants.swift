/// What Jinja computes while it reads a template: the values of expressions without names and calls.
///
/// Such an expression is replaced by its value. So an object with a key that cannot be one is an error although it is never
/// reached, and a filter that does not exist is none where the value is known without it.
enum TemplateConstants {
  /// The value of an expression, or nil where it has none before the template is filled in.
  static func value(of expression: TemplateExpression) -> TemplateValue? {
    guard isConstant(expression) else { return nil }
    return try? TemplateInterpreter([:], day: .epoch).evaluate(expression)
  }

  /// The error for a key that is a list or an object, where all members up to it are known; else nil.
  static func impossibleKey(
    _ members: [(key: TemplateExpression, value: TemplateExpression)], line: Int
  ) -> ChatTemplateError? {
    for member in members {
      guard let key = value(of: member.key), isConstant(member.value, isComputed: false) else { return nil }
      switch key {
      case .list, .dictionary: return .failed(line: line, reason: "\(key.typeName) cannot be a key")
      default: continue
      }
    }
    return nil
  }

  /// How many operands of a chain of comparisons count, where the first that does not hold is known.
  static func countingOperands(
    _ first: TemplateExpression, _ rest: [(TemplateExpression.Operator, TemplateExpression)]
  ) -> Int? {
    for count in rest.indices {
      guard let holds = value(of: .comparison(first, Array(rest[...count]))) else { return nil }
      if !holds.isTrue { return count + 1 }
    }
    return nil
  }

  /// Filters that are given what is around them, and so are not computed before, and such as make large texts.
  private static let contextual: Set<String> = [
    "map", "select", "reject", "selectattr", "rejectattr", "random", "batch", "slice", "tojson", "indent",
    "center",
    "format", "wordwrap",
  ]

  /// How many parts an expression has at most, and how deep they are within each other: templates come with models, and
  /// what is larger is left to the filling in, which counts its work.
  private struct Budget {
    var parts = 200
    var depth = 0
    /// Whether the value is to be computed: then what makes large values of small ones is left out.
    var isComputed = true

    mutating func take() -> Bool {
      parts -= 1
      return parts > 0 && depth < 40
    }
  }

  private static func isConstant(_ expression: TemplateExpression, isComputed: Bool = true) -> Bool {
    var budget = Budget(isComputed: isComputed)
    return isConstant(expression, &budget)
  }

  private static func isConstant(_ expression: TemplateExpression, _ budget: inout Budget) -> Bool {
    guard budget.take() else { return false }
    budget.depth += 1
    defer { budget.depth -= 1 }
    func all(_ parts: [TemplateExpression?], _ budget: inout Budget) -> Bool {
      for part in parts {
        if let part, !isConstant(part, &budget) { return false }
      }
      return true
    }
    switch expression {
    case .literal: return true
    case .name, .call: return false
    case .list(let items), .tuple(let items): return all(items, &budget)
    case .dictionary(let members): return all(members.flatMap { [$0.key, $0.value] }, &budget)
    case .attribute(let object, _): return all([object], &budget)
    case .item(let object, let index): return all([object, index], &budget)
    case .slice(let object, let from, let to, let step): return all([object, from, to, step], &budget)
    case .filter(let value, let name, let arguments):
      return !contextual.contains(name) && arguments.spread == nil && arguments.spreadNames == nil
        && all([value] + arguments.positional + arguments.named.map(\.value), &budget)
    case .test(let value, _, let arguments):
      return arguments.spread == nil && arguments.spreadNames == nil
        && all([value] + arguments.positional + arguments.named.map(\.value), &budget)
    case .not(let value), .negate(let value), .plus(let value): return all([value], &budget)
    case .binary(let operation, let a, let b):
      return (!budget.isComputed || operation != .multiply && operation != .power) && all([a, b], &budget)
    case .comparison(let first, let rest): return all([first] + rest.map(\.1), &budget)
    case .conditional(let condition, let then, let otherwise):
      return otherwise != nil && all([condition, then, otherwise], &budget)
    }
  }
}
