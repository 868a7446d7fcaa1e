extension TemplateInterpreter {
  /// The value of an expression; called through `evaluate`, which counts the depth.
  func value(of expression: TemplateExpression) throws(ChatTemplateError) -> TemplateValue {
    switch expression {
    case .literal(let value): return value
    case .name(let name):
      if let value = scope.value(name) { return value }
      if name == "self" || name == "super" { throw unsupported("'\(name)'") }
      return .undefined(name)
    case .list(let items): return try checked(.list(try values(items)))
    case .tuple(let items): return try checked(.tuple(try values(items)))
    case .dictionary(let members): return try checked(.dictionary(try dictionary(members)))
    case .attribute(let object, let name): return try member(of: try evaluate(object), name)
    case .item(let object, let index): return try item(of: try evaluate(object), try evaluate(index))
    case .slice(let object, let from, let to, let step):
      return try slice(try evaluate(object), try bound(from), try bound(to), try bound(step) ?? 1)
    case .call(let function, let arguments):
      return try call(try evaluate(function), try evaluated(arguments))
    case .filter(let value, let name, let arguments):
      return try apply(named: name, to: try evaluate(value), try evaluated(arguments))
    case .test(let value, let name, let arguments):
      return .boolean(try holds(named: name, of: try evaluate(value), try evaluated(arguments)))
    case .not(let value): return .boolean(!(try evaluate(value).isTrue))
    case .negate(let value): return try negated(try evaluate(value))
    case .plus(let value):
      let value = try evaluate(value)
      guard value.number != nil else { throw failure("+ of \(value.typeName) has no meaning") }
      return value.wholeNumber.map { .integer($0) } ?? value
    case .binary(.and, let a, let b):
      let left = try evaluate(a)
      return left.isTrue ? try evaluate(b) : left
    case .binary(.or, let a, let b):
      let left = try evaluate(a)
      return left.isTrue ? left : try evaluate(b)
    case .binary(let operation, let a, let b): return try binary(operation, try evaluate(a), try evaluate(b))
    case .comparison(let first, let rest):
      var left = try evaluate(first)
      for (comparison, expression) in rest {
        let right = try evaluate(expression)
        guard try compare(comparison, left, right) else { return .boolean(false) }
        left = right
      }
      return .boolean(true)
    case .conditional(let condition, let then, let otherwise):
      if try evaluate(condition).isTrue { return try evaluate(then) }
      return try otherwise.map { expression throws(ChatTemplateError) in try evaluate(expression) }
        ?? .undefined("the inline if-expression")
    }
  }

  private func values(_ expressions: [TemplateExpression]) throws(ChatTemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for expression in expressions { values.append(try evaluate(expression)) }
    return values
  }

  private func dictionary(
    _ members: [(key: TemplateExpression, value: TemplateExpression)]
  ) throws(ChatTemplateError) -> TemplateDictionary {
    var result = TemplateDictionary()
    for member in members {
      let form = try evaluate(member.key)
      result.set(try key(form), form, try evaluate(member.value))
    }
    return result
  }

  /// The key that a value is.
  func key(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateKey {
    try spend(key: value)
    if let key = TemplateKey(value) { return key }
    switch value {
    case .list, .dictionary: throw failure("\(value.typeName) cannot be a key")
    default: throw unsupported("\(value.typeName) as a key")
    }
  }

  /// Counts what a key is made of: it is copied, and its bytes are mixed.
  func spend(key value: TemplateValue) throws(ChatTemplateError) {
    try spend(Self.stepCost + 2 * (value.string?.utf8.count ?? 0))
    switch value {
    case .tuple, .group: for item in value.items ?? [] { try spend(key: item) }
    default: break
    }
  }

  /// The arguments of a call.
  func evaluated(_ arguments: TemplateExpression.Arguments) throws(ChatTemplateError) -> EvaluatedArguments {
    var result = EvaluatedArguments(positional: try values(arguments.positional))
    for argument in arguments.named { result.named.append((argument.name, try evaluate(argument.value))) }
    if let spread = arguments.spread { result.positional += try elements(of: try evaluate(spread)) }
    if let spread = arguments.spreadNames {
      guard case .dictionary(let members) = try evaluate(spread) else { throw failure("** takes an object") }
      try spend(items: members.count)
      var names = Set(result.named.map(\.name))
      for pair in members.pairs {
        guard let name = pair.key.string, names.insert(name).inserted else {
          throw failure("** takes an object whose keys are names of arguments")
        }
        result.named.append((name, pair.value))
      }
    }
    return result
  }

  private func bound(_ expression: TemplateExpression?) throws(ChatTemplateError) -> Int? {
    guard let expression else { return nil }
    let value = try evaluate(expression)
    if value.isNone { return nil }
    guard let number = value.wholeNumber else { throw unsupported("a slice bounded by \(value.typeName)") }
    return number
  }

  /// Python's slices, backwards ones too.
  private func slice(
    _ value: TemplateValue, _ from: Int?, _ to: Int?, _ step: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    guard step != 0, step != .min else { throw unsupported("a slice of step \(step)") }
    func bounds(_ count: Int) -> (first: Int, end: Int) {
      func clamped(_ bound: Int) -> Int {
        let place = bound < 0 ? bound &+ count : bound
        return step > 0 ? min(max(place, 0), count) : min(max(place, -1), count - 1)
      }
      return (
        from.map(clamped) ?? (step > 0 ? 0 : count - 1), to.map(clamped) ?? (step > 0 ? count : -1)
      )
    }
    func places(_ count: Int) -> StrideTo<Int> {
      let (first, end) = bounds(count)
      return stride(from: first, to: end, by: step)
    }
    switch value {
    case .list(let items):
      try spend(items: items.count)
      return .list(places(items.count).map { items[$0] })
    case .tuple(let items):
      try spend(items: items.count)
      return .tuple(places(items.count).map { items[$0] })
    case .string(let text):
      try spend(Self.scalarCost * text.utf8.count)
      return .string(TemplateText.slice(text, places))
    case .range(let range):
      let (first, end) = bounds(range.count)
      let (product, overflow) = range.step.multipliedReportingOverflow(by: step)
      if overflow { throw unsupported("a range of this step") }
      return .range(TemplateRange(start: range[first], end: range[end], step: product))
    // Jinja gives nothing or an error, by whether the value is known when the template is read.
    default: throw unsupported("a slice of \(value.typeName)")
    }
  }
}
