/// Loops and macros.
extension TemplateInterpreter {
  /// Runs a loop.
  ///
  /// Items are taken, and tried by the loop's condition, when they are needed: what its body sets in a namespace can
  /// change which come.
  func run(_ loop: TemplateStatement.Loop, over value: TemplateValue, depth: Int) throws(ChatTemplateError)
    -> Flow
  {
    let outer = scope
    defer { scope = outer }
    let next = try items(of: value)
    let recursion = { (value: TemplateValue, depth: Int) throws(ChatTemplateError) -> String in
      let inner = self.scope
      defer { self.scope = inner }
      self.scope = outer
      return try self.capture { () throws(ChatTemplateError) in
        try self.deeper { () throws(ChatTemplateError) in try self.run(loop, over: value, depth: depth) }
      }.text
    }
    let state = TemplateLoop(depth: depth, recursion: loop.isRecursive ? recursion : nil) {
      () throws(ChatTemplateError) in
      while let item = try next() {
        // A turn makes a scope and its names.
        try self.spend(4 * Self.stepCost)
        guard let condition = loop.condition else { return item }
        let inner = self.scope
        defer { self.scope = inner }
        self.scope = TemplateScope(in: outer)
        try self.assign(loop.target, item)
        if try self.evaluate(condition).isTrue { return self.taken(loop.target) ?? item }
      }
      return nil
    }
    // As in Jinja, `else` runs unless a turn went to the end of the body.
    var isComplete = false
    while let item = try state.advance() {
      scope = TemplateScope(in: outer)
      bind("loop", .loop(state))
      try assign(loop.target, item)
      switch try execute(loop.body) {
      case .exit:
        scope = outer
        return isComplete ? .on : try execute(loop.otherwise, in: TemplateScope(in: outer))
      case .next: break
      case .on: isComplete = true
      }
    }
    scope = outer
    return isComplete ? .on : try execute(loop.otherwise, in: TemplateScope(in: outer))
  }

  /// What a target of several names took, as a tuple: so Jinja hands items on from a loop's condition.
  private func taken(_ target: TemplateStatement.Target) -> TemplateValue? {
    switch target {
    case .name(let name): scope.value(name)
    case .member: nil
    case .several(let targets): .tuple(targets.compactMap(taken))
    }
  }

  /// Gives the items of a value one by one.
  private func items(
    of value: TemplateValue
  ) throws(ChatTemplateError) -> (() throws(ChatTemplateError) -> TemplateValue?) {
    if case .iterator(let iterator) = value { return { () throws(ChatTemplateError) in try iterator.next() } }
    if case .string(let text) = value {
      var rest = text.unicodeScalars[...]
      return { rest.popFirst().map { .string(String($0)) } }
    }
    var rest = try elements(of: value)[...]
    return { rest.popFirst() }
  }

  /// What a loop goes through, all at once.
  func elements(of value: TemplateValue) throws(ChatTemplateError) -> [TemplateValue] {
    switch value {
    case .list(let items), .tuple(let items): return items
    case .group: return value.items ?? []
    case .dictionary(let members):
      try spend(items: members.count)
      return TemplateView.keys.items(of: members)
    case .view(let members, let view):
      try spend(items: members.count)
      return view.items(of: members)
    case .range(let range):
      try spend(items: range.count)
      return range.values
    case .string(let text):
      // Counting first: a list of characters needs many times the memory of a text.
      try spend(items: text.unicodeScalars.count)
      return text.unicodeScalars.map { .string(String($0)) }
    case .iterator(let iterator): return try iterator.rest()
    case .undefined: return []
    case .markup, .loop: throw unsupported("going through \(value.typeName)")
    default: throw failure("\(value.typeName) has no items")
    }
  }

  /// Calls a macro.
  func call(_ macro: TemplateMacro, _ arguments: EvaluatedArguments) throws(ChatTemplateError)
    -> TemplateValue
  {
    let definition = macro.definition
    let inner = TemplateScope(in: macro.scope)
    var named = arguments.named
    // Each parameter is looked for among all names.
    let (pairs, overflow) = definition.parameters.count.multipliedReportingOverflow(by: 8 * named.count)
    try spend(overflow ? .max : pairs)
    let caller = named.firstIndex { $0.name == "caller" }.map { named.remove(at: $0).value }
    for parameter in definition.parameters { inner.names[parameter.name] = .undefined(parameter.name) }
    let (outer, place) = (scope, line)
    scope = inner
    defer { (scope, line) = (outer, place) }
    for (index, parameter) in definition.parameters.enumerated() {
      if index < arguments.positional.count {
        inner.names[parameter.name] = arguments.positional[index]
      } else if let found = named.firstIndex(where: { $0.name == parameter.name }) {
        inner.names[parameter.name] = named.remove(at: found).value
      } else if let value = parameter.value {
        inner.names[parameter.name] = try evaluate(value)
      }
    }
    if definition.specials.contains("caller") { inner.names["caller"] = caller ?? .undefined("caller") }
    if definition.specials.contains("kwargs") {
      var members = TemplateDictionary()
      for argument in named { members[argument.name] = argument.value }
      if !definition.specials.contains("caller"), let caller { members["caller"] = caller }
      inner.names["kwargs"] = .dictionary(members)
    } else if let first = named.first {
      throw failure("macro '\(definition.name)' takes no argument '\(first.name)'")
    } else if caller != nil, !definition.specials.contains("caller") {
      throw failure("macro '\(definition.name)' calls no caller")
    }
    if definition.specials.contains("varargs") {
      inner.names["varargs"] = .tuple(Array(arguments.positional.dropFirst(definition.parameters.count)))
    } else if arguments.positional.count > definition.parameters.count {
      throw failure("macro '\(definition.name)' takes \(definition.parameters.count) arguments")
    }
    return .string(try capture { () throws(ChatTemplateError) in try execute(definition.body) }.text)
  }
}
