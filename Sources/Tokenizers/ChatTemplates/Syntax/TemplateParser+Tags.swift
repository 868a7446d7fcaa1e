/// The tags of a template.
extension TemplateParser {
  /// A tag, and what belongs to it up to its end.
  mutating func tag() throws(ChatTemplateError) -> TemplateStatement {
    let line = line
    step()
    let name = try expectName()
    let kind: TemplateStatement.Kind
    switch name {
    case "if":
      kind = try inside(conditional: true) { parser throws(ChatTemplateError) in try parser.conditional() }
    case "for": kind = try loop()
    case "set": kind = try assignment()
    case "macro": kind = .macro(try macro(named: try expectName(), end: "endmacro"))
    case "call": kind = try callBlock()
    case "filter": kind = try filterBlock()
    case "with": kind = try with()
    case "generation": kind = try generation()
    case "print": kind = .output(try printed())
    case "break", "continue":
      guard loops > 0 else { throw .syntax(line: line, reason: "{% \(name) %} is in no loop") }
      kind = name == "break" ? .exit : .next
      try expect(.tagEnd)
    case "include", "import", "from", "extends", "block", "autoescape":
      throw .unsupported(line: line, what: "{% \(name) %}")
    case _ where name.hasPrefix("end") || name == "else" || name == "elif":
      throw .syntax(line: line, reason: "{% \(name) %} ends nothing")
    default: throw .syntax(line: line, reason: "there is no tag {% \(name) %}")
    }
    return TemplateStatement(kind: kind, line: line)
  }

  private mutating func conditional() throws(ChatTemplateError) -> TemplateStatement.Kind {
    var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
    var otherwise: [TemplateStatement] = []
    var condition: TemplateExpression? = try tuple(allowsConditional: false)
    while true {
      try expect(.tagEnd)
      let body = try statements(until: condition == nil ? ["endif"] : ["elif", "else", "endif"])
      if let condition { branches.append((condition, body)) } else { otherwise = body }
      guard token.kind == .tagBegin else { throw .syntax(line: line, reason: "{% endif %} is missing") }
      step()
      let name = try expectName()
      if name == "endif" { break }
      condition = name == "elif" ? try tuple(allowsConditional: false) : nil
    }
    try expect(.tagEnd)
    return .conditional(branches, otherwise: otherwise)
  }

  private mutating func loop() throws(ChatTemplateError) -> TemplateStatement.Kind {
    allLoops += 1
    defer { allLoops -= 1 }
    let target = try self.target(allowsMembers: false, until: .name("in"))
    try expect(.name("in"))
    let items = try tuple(allowsConditional: false, until: .name("recursive"))
    let condition: TemplateExpression? =
      skip(.name("if"))
      ? try inside(conditional: false) { parser throws(ChatTemplateError) in try parser.expression() } : nil
    let isRecursive = skip(.name("recursive"))
    try expect(.tagEnd)
    loops += 1
    let body = try inside(conditional: false) { parser throws(ChatTemplateError) in
      try parser.statements(until: ["else", "endfor"])
    }
    loops -= 1
    var otherwise: [TemplateStatement] = []
    if following == .name("else") {
      try expectTag("else")
      try expect(.tagEnd)
      otherwise = try inside(conditional: false) { parser throws(ChatTemplateError) in
        try parser.statements(until: ["endfor"])
      }
    }
    try expectTag("endfor")
    try expect(.tagEnd)
    return .loop(
      TemplateStatement.Loop(
        target: target, items: items, condition: condition, isRecursive: isRecursive, body: body,
        otherwise: otherwise))
  }

  private mutating func assignment() throws(ChatTemplateError) -> TemplateStatement.Kind {
    let target = try self.target(allowsMembers: true, until: .symbol("="))
    if skip(.symbol("=")) {
      let value = try tuple()
      try expect(.tagEnd)
      return .set(target, value)
    }
    let filters = skip(.symbol("|")) ? try blockFilters() : []
    return .setBlock(
      target, filters,
      try inside(conditional: false) { parser throws(ChatTemplateError) in
        try parser.block(endingWith: "endset")
      })
  }

  private mutating func filterBlock() throws(ChatTemplateError) -> TemplateStatement.Kind {
    let filters = try blockFilters()
    return .filterBlock(
      filters,
      try inside(conditional: false) { parser throws(ChatTemplateError) in
        try parser.block(endingWith: "endfilter")
      })
  }

  /// Filters with `|` between, the first without.
  private mutating func blockFilters() throws(ChatTemplateError) -> [TemplateStatement.Filter] {
    var filters: [TemplateStatement.Filter] = []
    repeat {
      let filter = try inside(conditional: false) { parser throws(ChatTemplateError) in try parser.filter() }
      filters.append(TemplateStatement.Filter(name: filter.name, arguments: filter.arguments))
      guard filters.count <= Self.depthLimit else {
        throw .syntax(line: line, reason: "it is nested more than \(Self.depthLimit) deep")
      }
    } while skip(.symbol("|"))
    return filters
  }

  private mutating func with() throws(ChatTemplateError) -> TemplateStatement.Kind {
    var values: [(target: TemplateStatement.Target, value: TemplateExpression)] = []
    while token.kind != .tagEnd {
      if !values.isEmpty { try expect(.symbol(",")) }
      let target = try self.target(allowsMembers: false, until: .symbol("="))
      try expect(.symbol("="))
      values.append((target, try expression()))
    }
    return .with(
      values,
      try inside(conditional: false) { parser throws(ChatTemplateError) in
        try parser.block(endingWith: "endwith")
      })
  }

  private mutating func printed() throws(ChatTemplateError) -> [TemplateExpression] {
    var values: [TemplateExpression] = []
    while token.kind != .tagEnd {
      if !values.isEmpty { try expect(.symbol(",")) }
      values.append(try expression())
    }
    step()
    return values
  }

  // MARK: Macros

  private mutating func macro(named name: String, end: String) throws(ChatTemplateError)
    -> TemplateStatement.Macro
  {
    let parameters = try self.parameters()
    specials.append([])
    let body = try functionBody(endingWith: end)
    let found = specials.removeLast()
    if let last = specials.indices.last { specials[last].formUnion(found) }
    return TemplateStatement.Macro(name: name, parameters: parameters, body: body, specials: found)
  }

  private mutating func parameters() throws(ChatTemplateError) -> [TemplateStatement.Parameter] {
    var parameters: [TemplateStatement.Parameter] = []
    try expect(.symbol("("))
    while token.kind != .symbol(")") {
      if !parameters.isEmpty { try expect(.symbol(",")) }
      let name = try expectName()
      if parameters.contains(where: { $0.name == name })
        || ["true", "false", "none"].contains(name.lowercased())
      {
        throw .syntax(line: line, reason: "a macro cannot have this parameter '\(name)'")
      }
      if ["varargs", "kwargs", "caller"].contains(name) {
        throw .unsupported(line: line, what: "a parameter '\(name)'")
      }
      let value: TemplateExpression? =
        skip(.symbol("="))
        ? try inside(conditional: false) { parser throws(ChatTemplateError) in try parser.expression() } : nil
      if value == nil, parameters.last?.value != nil {
        throw .syntax(line: line, reason: "parameter '\(name)' has no default, and one before it has")
      }
      parameters.append(TemplateStatement.Parameter(name: name, value: value))
    }
    try expect(.symbol(")"))
    return parameters
  }

  /// Transformers' extension makes a macro of the body that is called at once, without arguments.
  private mutating func generation() throws(ChatTemplateError) -> TemplateStatement.Kind {
    specials.append([])
    let body = try functionBody(endingWith: "endgeneration")
    let found = specials.removeLast()
    if let last = specials.indices.last { specials[last].formUnion(found) }
    return .generation(body, specials: found)
  }

  private mutating func callBlock() throws(ChatTemplateError) -> TemplateStatement.Kind {
    let parameters = token.kind == .symbol("(") ? try self.parameters() : []
    guard case .call(let function, let arguments) = try expression() else {
      throw .syntax(line: line, reason: "{% call %} needs a call")
    }
    specials.append([])
    let body = try functionBody(endingWith: "endcall")
    let found = specials.removeLast()
    if let last = specials.indices.last { specials[last].formUnion(found) }
    return .call(
      function, arguments,
      TemplateStatement.Macro(name: "", parameters: parameters, body: body, specials: found))
  }
}
