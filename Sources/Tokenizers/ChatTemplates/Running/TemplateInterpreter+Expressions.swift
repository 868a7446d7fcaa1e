extension TemplateInterpreter {
  /// The value of an expression; called through `evaluate`, which counts the depth.
  func value(of expression: TemplateExpression) throws(ChatTemplateError) -> TemplateValue {
    switch expression {
    case .literal(let value): return value
    case .name(let name): return lookUp(name)
    case .list(let items): return try checked(.list(try values(items)))
    case .dictionary(let members): return try checked(.dictionary(try dictionary(members)))
    case .attribute(let object, let name): return try member(of: try evaluate(object), name)
    case .item(let object, let index): return try item(of: try evaluate(object), try evaluate(index))
    case .slice(let object, let from, let to, let step):
      return try slice(try evaluate(object), try bound(from), try bound(to), try bound(step) ?? 1)
    case .call(let function, let arguments):
      return try call(try evaluate(function), try evaluated(arguments))
    case .filter(let value, let name, let arguments):
      guard let filter = TemplateFilter(rawValue: name) else {
        throw .unsupported(line: line, what: "filter '\(name)'")
      }
      return try apply(filter, to: try evaluate(value), try evaluated(arguments))
    case .test(let value, let name, let arguments):
      guard let test = TemplateTest(rawValue: name) else {
        throw .unsupported(line: line, what: "test '\(name)'")
      }
      return .boolean(try holds(test, of: try evaluate(value), try values(arguments.positional)))
    case .not(let value): return .boolean(!(try evaluate(value).isTrue))
    case .negate(let value): return try binary(.subtract, .integer(0), try evaluate(value))
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
        ?? .undefined("")
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
      let key = try evaluate(member.key)
      guard case .string(let key) = key else { throw failure("\(key.typeName) cannot be a key here") }
      result[key] = try evaluate(member.value)
    }
    return result
  }

  private func evaluated(_ arguments: TemplateExpression.Arguments) throws(ChatTemplateError)
    -> EvaluatedArguments
  {
    var result = EvaluatedArguments(positional: try values(arguments.positional))
    for argument in arguments.named { result.named.append((argument.name, try evaluate(argument.value))) }
    return result
  }

  private func bound(_ expression: TemplateExpression?) throws(ChatTemplateError) -> Int? {
    guard let expression else { return nil }
    let value = try evaluate(expression)
    if case .none = value { return nil }
    guard let number = value.wholeNumber else { throw failure("\(value.typeName) cannot bound a slice") }
    return number
  }

  // MARK: Parts of values

  /// `value.name`: a method of the subset, or a member of an object.
  private func member(of value: TemplateValue, _ name: String) throws(ChatTemplateError) -> TemplateValue {
    switch value {
    case .undefined(let what): throw failure("'\(what)' is not defined")
    case .dictionary(let members):
      if TemplateMethod.ofObjects.contains(where: { $0.rawValue == name }) { return .method(value, name) }
      return members[name] ?? .undefined(name)
    case .namespace(let namespace): return namespace.members[name] ?? .undefined(name)
    case .string: return .method(value, name)
    default: return .undefined(name)
    }
  }

  private func item(of value: TemplateValue, _ index: TemplateValue) throws(ChatTemplateError)
    -> TemplateValue
  {
    switch (value, index) {
    case (.undefined(let what), _): throw failure("'\(what)' is not defined")
    case (.dictionary(let members), .string(let key)): return members[key] ?? .undefined(key)
    case (.namespace(let namespace), .string(let key)): return namespace.members[key] ?? .undefined(key)
    case (.list(let items), _):
      guard let number = index.wholeNumber else { return .undefined(index.text) }
      let place = number < 0 ? number + items.count : number
      return items.indices.contains(place) ? items[place] : .undefined("\(number)")
    case (.string(let text), _):
      guard let number = index.wholeNumber else { return .undefined(index.text) }
      let scalars = Array(text.unicodeScalars)
      let place = number < 0 ? number + scalars.count : number
      return scalars.indices.contains(place)
        ? .string(String(Character(scalars[place]))) : .undefined("\(number)")
    default: return .undefined(index.text)
    }
  }

  /// Python's slices, backwards ones too.
  private func slice(
    _ value: TemplateValue, _ from: Int?, _ to: Int?, _ step: Int
  ) throws(ChatTemplateError) -> TemplateValue {
    guard step != 0, step != .min else { throw failure("a slice cannot have step \(step)") }
    func places(_ count: Int) -> [Int] {
      func clamped(_ bound: Int) -> Int {
        let place = bound < 0 ? bound &+ count : bound
        return step > 0 ? min(max(place, 0), count) : min(max(place, -1), count - 1)
      }
      let first = from.map(clamped) ?? (step > 0 ? 0 : count - 1)
      let end = to.map(clamped) ?? (step > 0 ? count : -1)
      return Array(stride(from: first, to: end, by: step))
    }
    switch value {
    case .list(let items): return .list(places(items.count).map { items[$0] })
    case .string(let text):
      let scalars = Array(text.unicodeScalars)
      return .string(makeString(places(scalars.count).map { scalars[$0] }[...]))
    default: throw failure("\(value.typeName) cannot be sliced")
    }
  }

  // MARK: Calls

  private func call(_ value: TemplateValue, _ arguments: EvaluatedArguments) throws(ChatTemplateError)
    -> TemplateValue
  {
    switch value {
    case .macro(let macro): return try call(macro, arguments)
    case .method(let object, let name):
      guard let method = TemplateMethod(rawValue: name) else {
        throw .unsupported(line: line, what: "method '\(name)'")
      }
      return try apply(method, to: object, arguments)
    case .function(let function): return try call(function, arguments)
    case .undefined(let name): throw .unsupported(line: line, what: "function '\(name)'")
    default: throw failure("\(value.typeName) cannot be called")
    }
  }

  private func call(
    _ function: TemplateFunction, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch function {
    case .raise: throw .raised(message: arguments.positional.first?.text ?? "")
    case .namespace:
      let namespace = TemplateNamespace()
      for argument in arguments.named { namespace.members[argument.name] = argument.value }
      return try checked(.namespace(namespace))
    case .dict:
      var members = TemplateDictionary()
      for argument in arguments.named { members[argument.name] = argument.value }
      return try checked(.dictionary(members))
    case .range:
      let bounds = arguments.positional.map(\.wholeNumber)
      guard (1...3).contains(bounds.count), !bounds.contains(nil) else {
        throw failure("range takes one to three whole numbers")
      }
      let numbers = bounds.compactMap { $0 }
      let step = numbers.count == 3 ? numbers[2] : 1
      let (first, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
      let (length, overflow) = end.subtractingReportingOverflow(first)
      guard step != 0, step != .min, !overflow, length != .min, abs(length) / abs(step) <= 100_000 else {
        throw failure("a range of more than 100000 numbers, or of step 0")
      }
      return .list(stride(from: first, to: end, by: step).map { .integer($0) })
    }
  }
}
