/// The functions that templates can call: Jinja's, and two of transformers.
enum TemplateFunction: String, CaseIterable {
  case namespace, range, dict
  case raise = "raise_exception"
  case now = "strftime_now"
  // Known, and refused.
  case lipsum, cycler, joiner
}

extension TemplateInterpreter {
  /// Calls a function.
  func call(
    _ function: TemplateFunction, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let what = "function '\(function.rawValue)'"
    switch function {
    case .raise:
      let bound = try TemplateSignature("message").bind(arguments, what, line: line)
      throw .raised(message: try text(of: bound["message"] ?? .none))
    case .now:
      let bound = try TemplateSignature("format").bind(arguments, what, line: line)
      let form = try bound.requiredText("format")
      try spend(2 * Self.scalarCost * form.utf8.count)
      guard let text = day.text(form) else {
        throw unsupported("\(what) with a time or another form beside those of a day")
      }
      return try made(text)
    case .namespace:
      let namespace = TemplateNamespace()
      namespace.members = try members(arguments, what)
      for pair in namespace.members.pairs { try checkMember(pair.key.string ?? "") }
      return try checked(.namespace(namespace))
    case .dict: return try checked(.dictionary(try members(arguments, what)))
    case .range:
      guard arguments.named.isEmpty else { throw failure("range takes no named arguments") }
      let bounds = arguments.positional.map(\.wholeNumber)
      guard (1...3).contains(bounds.count), !bounds.contains(nil) else {
        throw failure("range takes one to three whole numbers")
      }
      let numbers = bounds.compactMap { $0 }
      let step = numbers.count == 3 ? numbers[2] : 1
      let (first, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
      guard step != 0 else { throw failure("a range of step 0") }
      guard [first, end, step].allSatisfy({ abs($0 / 2) < 1 << 60 }) else {
        throw unsupported("a range of such numbers")
      }
      let range = TemplateRange(start: first, end: end, step: step)
      guard range.count <= 100_000 else { throw failure("a range of more than 100000 numbers") }
      return .range(range)
    case .lipsum, .cycler, .joiner: throw unsupported(what)
    }
  }

  /// Transformers' namespaces have no members whose names begin with `_`.
  func checkMember(_ name: String) throws(ChatTemplateError) {
    if name.hasPrefix("_") { throw failure("a namespace cannot have a member '\(name)'") }
  }

  /// The members that `dict` and `namespace` take: those of an object or of pairs, and arguments with names.
  private func members(
    _ arguments: EvaluatedArguments, _ what: String
  ) throws(ChatTemplateError) -> TemplateDictionary {
    var members = TemplateDictionary()
    guard arguments.positional.count <= 1 else { throw failure("\(what) takes one value at most") }
    if case .dictionary(let given)? = arguments.positional.first {
      members = given
    } else if case .namespace? = arguments.positional.first {
      throw unsupported("\(what) of a namespace")
    } else if let pairs = arguments.positional.first {
      for pair in try elements(of: pairs) {
        let parts = try elements(of: pair)
        guard parts.count == 2 else { throw failure("\(what) takes pairs") }
        members.set(try key(parts[0]), parts[0], parts[1])
      }
    }
    for argument in arguments.named { members[argument.name] = argument.value }
    return members
  }
}
