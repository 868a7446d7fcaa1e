/// Members and items, as Python and Jinja's sandbox give them.
extension TemplateInterpreter {
  /// `value.name`: a member that Python's type has, or else an item of this name.
  func member(of value: TemplateValue, _ name: String) throws(ChatTemplateError) -> TemplateValue {
    if let member = try attribute(of: value, name) { return member }
    return try plainItem(of: value, .string(name)) ?? .undefined(name)
  }

  /// `value[index]`: an item, or else a member of this name.
  func item(of value: TemplateValue, _ index: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    try spend(key: index)
    if let item = try plainItem(of: value, index) { return item }
    if case .markup = index { throw unsupported("a text marked safe as an index") }
    guard case .string(let name) = index else { return .undefined(try shown(index)) }
    return try attribute(of: value, name) ?? .undefined(name)
  }

  private func shown(_ index: TemplateValue) throws(ChatTemplateError) -> String {
    index.wholeNumber.map { "\($0)" } ?? index.typeName
  }

  /// An item, nil where there is none.
  private func plainItem(of value: TemplateValue, _ index: TemplateValue) throws(ChatTemplateError)
    -> TemplateValue?
  {
    func place(_ count: Int) -> Int? {
      guard let number = index.wholeNumber else { return nil }
      let place = number < 0 ? number &+ count : number
      return (0..<count).contains(place) ? place : nil
    }
    switch value {
    case .undefined(let what): throw failure("'\(what)' is not defined")
    case .dictionary(let members): return TemplateKey(index).flatMap { members[$0] }
    case .list(let items), .tuple(let items): return place(items.count).map { items[$0] }
    case .group: return place(2).flatMap { value.items?[$0] }
    case .range(let range): return place(range.count).map { .integer(range[$0]) }
    case .string(let text):
      try spend(text.utf8.count)
      let scalars = text.unicodeScalars
      return place(scalars.count).map {
        .string(String(scalars[scalars.index(scalars.startIndex, offsetBy: $0)]))
      }
    case .markup, .function, .method: throw unsupported("an item of \(value.typeName)")
    default: return nil
    }
  }

  /// A member that Python's type of a value has; nil where it has none of this name.
  ///
  /// What Python has and this has not is an error; what the sandbox hides is undefined.
  func attribute(of value: TemplateValue, _ name: String) throws(ChatTemplateError) -> TemplateValue? {
    if case .undefined(let what) = value { throw failure("'\(what)' is not defined") }
    if case .namespace(let namespace) = value, let member = namespace.members[name] { return member }
    if name.hasPrefix("__") { throw unsupported("member '\(name)' of \(value.typeName)") }
    switch value {
    case .string:
      if TemplateMethod.ofTexts.contains(name) || TemplateMethod.refusedOfTexts.contains(name) {
        return .method(value, name)
      }
    case .dictionary:
      if TemplateMethod.ofObjects.contains(name) || name == "fromkeys" { return .method(value, name) }
      if ["clear", "pop", "popitem", "setdefault", "update"].contains(name) { return .undefined(name) }
    case .list:
      if TemplateMethod.ofLists.contains(name) { return .method(value, name) }
      if ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"].contains(name) {
        return .undefined(name)
      }
    case .tuple:
      if name != "copy", TemplateMethod.ofLists.contains(name) { return .method(value, name) }
    case .group(let key, let members):
      if name == "grouper" { return key }
      if name == "list" { return .list(members) }
      if ["count", "index"].contains(name) || name.hasPrefix("_") {
        throw unsupported("member '\(name)' of a group")
      }
    case .integer, .boolean, .float:
      if [
        "real", "imag", "numerator", "denominator", "conjugate", "bit_length", "bit_count",
        "as_integer_ratio",
        "to_bytes", "from_bytes", "is_integer", "hex", "fromhex",
      ].contains(name) {
        throw unsupported("member '\(name)' of a number")
      }
    case .range:
      if ["start", "stop", "step", "count", "index"].contains(name) {
        throw unsupported("member '\(name)' of a range")
      }
    case .view:
      if ["mapping", "isdisjoint"].contains(name) { throw unsupported("member '\(name)' of a view") }
    case .loop(let loop): return try member(of: loop, name)
    case .markup, .iterator, .macro, .function, .method:
      throw unsupported("member '\(name)' of \(value.typeName)")
    case .undefined, .none, .namespace: break
    }
    return nil
  }

  private func member(of loop: TemplateLoop, _ name: String) throws(ChatTemplateError) -> TemplateValue? {
    switch name {
    case "index": return .integer(loop.index + 1)
    case "index0": return .integer(loop.index)
    case "first": return .boolean(loop.index == 0)
    case "last": return .boolean(try loop.peek() == nil)
    case "length":
      return .integer(try loop.length())
    case "revindex": return .integer(try loop.length() - loop.index)
    case "revindex0": return .integer(try loop.length() - loop.index - 1)
    case "previtem": return loop.previous ?? .undefined("there is no previous item")
    case "nextitem": return try loop.peek() ?? .undefined("there is no next item")
    case "depth": return .integer(loop.depth)
    case "depth0": return .integer(loop.depth - 1)
    case "cycle", "changed": return .method(.loop(loop), name)
    default:
      if name.hasPrefix("_") { throw unsupported("member '\(name)' of a loop") }
      return nil
    }
  }

  // MARK: Calls

  /// Calls a value.
  func call(_ value: TemplateValue, _ arguments: EvaluatedArguments) throws(ChatTemplateError)
    -> TemplateValue
  {
    switch value {
    case .macro(let macro): return try deeper { () throws(ChatTemplateError) in try call(macro, arguments) }
    case .method(.loop(let loop), let name): return try apply(name, to: loop, arguments)
    case .method(let object, let name): return try apply(method: name, to: object, arguments)
    case .function(let function): return try call(function, arguments)
    case .loop(let loop):
      guard let recursion = loop.recursion else { throw failure("the loop is not recursive") }
      guard arguments.positional.count == 1, arguments.named.isEmpty else {
        throw failure("a loop takes one value")
      }
      return .string(try recursion(arguments.positional[0], loop.depth + 1))
    case .undefined(let name): throw failure("'\(name)' is not defined, so it cannot be called")
    case .markup: throw unsupported("a call of \(value.typeName)")
    default: throw failure("\(value.typeName) cannot be called")
    }
  }

  private func apply(
    _ name: String, to loop: TemplateLoop, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    guard arguments.named.isEmpty else { throw failure("loop.\(name) takes no named arguments") }
    if name == "cycle" {
      guard !arguments.positional.isEmpty else { throw failure("loop.cycle takes values") }
      return arguments.positional[loop.index % arguments.positional.count]
    }
    if let asked = loop.asked, try equal(.tuple(asked), .tuple(arguments.positional)) {
      return .boolean(false)
    }
    loop.asked = arguments.positional
    return .boolean(true)
  }
}
