/// Expressions, from the loosest operator to the tightest.
extension TemplateParser {
  /// One expression, or several with commas between, which make a tuple.
  ///
  /// - Parameter end: What ends it beside the ends of tags and brackets.
  mutating func tuple(
    allowsConditional: Bool = true, until end: TemplateToken.Kind? = nil
  ) throws(ChatTemplateError) -> TemplateExpression {
    let first = try allowsConditional ? expression() : disjunction()
    guard token.kind == .symbol(",") else { return first }
    var items = [first]
    while skip(.symbol(",")) {
      if [.tagEnd, .outputEnd, .symbol(")")].contains(token.kind) || token.kind == end { break }
      items.append(try allowsConditional ? expression() : disjunction())
    }
    return .tuple(items)
  }

  /// `a if b else c`.
  mutating func expression() throws(ChatTemplateError) -> TemplateExpression {
    try nested { parser throws(ChatTemplateError) in
      let known = parser.unknown.count
      let computed = parser.impossible.count
      var value = try parser.disjunction()
      while parser.skip(.name("if")) {
        defer { parser.unknown.removeLast(parser.unknown.count - known) }
        let condition = try parser.disjunction()
        let otherwise: TemplateExpression? = parser.skip(.name("else")) ? try parser.expression() : nil
        value = .conditional(condition, then: value, otherwise: otherwise)
      }
      try parser.refuseKeys(after: computed, in: value)
      return value
    }
  }

  /// Jinja computes what it can inside operators, filters, tests, members and calls, and fails there; an object by
  /// itself is left to the filling in.
  private func refuseKeys(after count: Int, in value: TemplateExpression) throws(ChatTemplateError) {
    guard impossible.count > count else { return }
    switch value {
    case .literal, .name, .list, .tuple, .dictionary: return
    default: throw impossible[count]
    }
  }

  private mutating func disjunction() throws(ChatTemplateError) -> TemplateExpression {
    let computed = impossible.count
    let value = try disjunctionOfAny()
    try refuseKeys(after: computed, in: value)
    return value
  }

  private mutating func disjunctionOfAny() throws(ChatTemplateError) -> TemplateExpression {
    var left = try conjunction()
    while skip(.name("or")) {
      let known = unknown.count
      let right = try conjunction()
      if unknown.count > known, TemplateConstants.value(of: left)?.isTrue == true { forget(after: known) }
      left = .binary(.or, left, right)
    }
    return left
  }

  private mutating func conjunction() throws(ChatTemplateError) -> TemplateExpression {
    var left = try negation()
    while skip(.name("and")) {
      let known = unknown.count
      let right = try negation()
      if unknown.count > known, TemplateConstants.value(of: left)?.isTrue == false { forget(after: known) }
      left = .binary(.and, left, right)
    }
    return left
  }

  /// Takes back names that Jinja does not know, in what it never looks at.
  private mutating func forget(after count: Int) { unknown.removeLast(unknown.count - count) }

  private mutating func negation() throws(ChatTemplateError) -> TemplateExpression {
    guard skip(.name("not")) else { return try comparison() }
    return .not(try nested { parser throws(ChatTemplateError) in try parser.negation() })
  }

  private mutating func comparison() throws(ChatTemplateError) -> TemplateExpression {
    let first = try sum()
    var rest: [(TemplateExpression.Operator, TemplateExpression)] = []
    var known = [unknown.count]
    defer {
      if unknown.count > known[0], let count = TemplateConstants.countingOperands(first, rest) {
        forget(after: known[count])
      }
    }
    while true {
      let comparison: TemplateExpression.Operator
      switch token.kind {
      case .symbol(let text):
        guard ["==", "!=", "<", "<=", ">", ">="].contains(text),
          let found = TemplateExpression.Operator(rawValue: text)
        else { return rest.isEmpty ? first : .comparison(first, rest) }
        comparison = found
      case .name("in"): comparison = .isIn
      case .name("not") where following == .name("in"):
        step()
        comparison = .notIn
      default: return rest.isEmpty ? first : .comparison(first, rest)
      }
      step()
      rest.append((comparison, try sum()))
      known.append(unknown.count)
    }
  }

  private mutating func sum() throws(ChatTemplateError) -> TemplateExpression {
    try chain(["+": .add, "-": .subtract]) { parser throws(ChatTemplateError) in
      try parser.chain(["~": .concatenate]) { parser throws(ChatTemplateError) in
        try parser.chain(["*": .multiply, "/": .divide, "//": .floorDivide, "%": .modulo]) {
          parser throws(ChatTemplateError) in
          try parser.chain(["**": .power]) { parser throws(ChatTemplateError) in try parser.unary() }
        }
      }
    }
  }

  /// Operators of one rank, the left ones first.
  private mutating func chain(
    _ operators: [String: TemplateExpression.Operator],
    _ next: (inout TemplateParser) throws(ChatTemplateError) -> TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    var left = try next(&self)
    while case .symbol(let text) = token.kind, let found = operators[text] {
      step()
      left = .binary(found, left, try next(&self))
    }
    return left
  }

  private mutating func unary(withFilters: Bool = true) throws(ChatTemplateError) -> TemplateExpression {
    let value: TemplateExpression
    if skip(.symbol("-")) {
      value = .negate(try nested { parser throws(ChatTemplateError) in try parser.unary(withFilters: false) })
    } else if skip(.symbol("+")) {
      value = .plus(try nested { parser throws(ChatTemplateError) in try parser.unary(withFilters: false) })
    } else {
      value = try postfix(try primary())
    }
    return withFilters ? try filters(value) : value
  }

  private mutating func primary() throws(ChatTemplateError) -> TemplateExpression {
    let kind = token.kind
    step()
    switch kind {
    case .name("true"), .name("True"): return .literal(.boolean(true))
    case .name("false"), .name("False"): return .literal(.boolean(false))
    case .name("none"), .name("None"): return .literal(.none)
    case .name(let name):
      if ["varargs", "kwargs", "caller"].contains(name), let last = specials.indices.last {
        specials[last].insert(name)
      }
      return .name(name)
    case .integer(let number): return .literal(.integer(number))
    case .float(let number): return .literal(.float(number))
    case .string(var text):
      while case .string(let more) = token.kind {
        text += more
        step()
      }
      return .literal(.string(text))
    case .symbol("("):
      if skip(.symbol(")")) { return .tuple([]) }
      let value = try tuple()
      try expect(.symbol(")"))
      return value
    case .symbol("["): return .list(try items(until: "]"))
    case .symbol("{"):
      let members = try members()
      if let error = TemplateConstants.impossibleKey(members, line: line) { impossible.append(error) }
      return .dictionary(members)
    default:
      throw .syntax(line: line, reason: "\(kind.shown) is not expected here")
    }
  }

  private mutating func items(until end: String) throws(ChatTemplateError) -> [TemplateExpression] {
    var items: [TemplateExpression] = []
    while token.kind != .symbol(end) {
      if !items.isEmpty { try expect(.symbol(",")) }
      if token.kind == .symbol(end) { break }
      items.append(try expression())
    }
    try expect(.symbol(end))
    return items
  }

  private mutating func members() throws(ChatTemplateError) -> [(
    key: TemplateExpression, value: TemplateExpression
  )] {
    var members: [(key: TemplateExpression, value: TemplateExpression)] = []
    while token.kind != .symbol("}") {
      let key = try expression()
      try expect(.symbol(":"))
      members.append((key, try expression()))
      if !skip(.symbol(",")) { break }
    }
    try expect(.symbol("}"))
    return members
  }

  /// Members, items and calls.
  private mutating func postfix(_ value: TemplateExpression) throws(ChatTemplateError) -> TemplateExpression {
    var value = value
    var count = 0
    while true {
      count += 1
      guard count <= Self.depthLimit else {
        throw .syntax(line: line, reason: "it is nested more than \(Self.depthLimit) deep")
      }
      if skip(.symbol(".")) {
        if case .integer(let index) = token.kind {
          step()
          value = .item(value, .literal(.integer(index)))
        } else {
          value = .attribute(value, try expectName())
        }
      } else if skip(.symbol("[")) {
        value = try subscripted(value)
      } else if token.kind == .symbol("(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  /// `[i]` or `[from:to:step]`, behind its bracket.
  private mutating func subscripted(_ value: TemplateExpression) throws(ChatTemplateError)
    -> TemplateExpression
  {
    var bounds: [TemplateExpression?] = [nil]
    while token.kind != .symbol("]"), token.kind != .symbol(",") {
      if skip(.symbol(":")) {
        bounds.append(nil)
      } else {
        guard bounds[bounds.count - 1] == nil else { throw unexpected() }
        bounds[bounds.count - 1] = try expression()
      }
      guard bounds.count <= 3 else { throw unexpected() }
    }
    if token.kind == .symbol(",") || bounds.count == 1 && bounds[0] == nil {
      throw .unsupported(line: line, what: "[] with none or several items")
    }
    try expect(.symbol("]"))
    if bounds.count == 1, let index = bounds[0] { return .item(value, index) }
    return .slice(value, bounds[0], bounds[1], bounds.count == 3 ? bounds[2] : nil)
  }

  /// Arguments with their brackets.
  private mutating func arguments() throws(ChatTemplateError) -> TemplateExpression.Arguments {
    var arguments = TemplateExpression.Arguments()
    var isFirst = true
    try expect(.symbol("("))
    while token.kind != .symbol(")") {
      if !isFirst { try expect(.symbol(",")) }
      isFirst = false
      if token.kind == .symbol(")") { break }
      if skip(.symbol("*")) {
        guard arguments.spread == nil, arguments.spreadNames == nil else { throw unexpected() }
        arguments.spread = try expression()
      } else if skip(.symbol("**")) {
        guard arguments.spreadNames == nil else { throw unexpected() }
        arguments.spreadNames = try expression()
      } else if case .name(let name) = token.kind, following == .symbol("=") {
        guard arguments.spreadNames == nil, !arguments.named.contains(where: { $0.name == name }) else {
          throw unexpected()
        }
        step()
        step()
        arguments.named.append((name, try expression()))
      } else {
        guard arguments.named.isEmpty, arguments.spread == nil, arguments.spreadNames == nil else {
          throw unexpected()
        }
        arguments.positional.append(try expression())
      }
    }
    try expect(.symbol(")"))
    return arguments
  }

  /// Filters and tests behind a value, and calls of what they give.
  private mutating func filters(_ value: TemplateExpression) throws(ChatTemplateError) -> TemplateExpression {
    var value = value
    var count = 0
    while true {
      count += 1
      guard count <= Self.depthLimit else {
        throw .syntax(line: line, reason: "it is nested more than \(Self.depthLimit) deep")
      }
      if skip(.symbol("|")) {
        let filter = try filter()
        value = .filter(value, filter.name, filter.arguments)
      } else if skip(.name("is")) {
        let negated = skip(.name("not"))
        let name = try dottedName()
        if TemplateTest(rawValue: name) == nil { unknown("test '\(name)'") }
        let test = TemplateExpression.test(value, name, try testArguments())
        value = negated ? .not(test) : test
      } else if token.kind == .symbol("(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  /// A filter's name and its arguments.
  mutating func filter() throws(ChatTemplateError) -> (name: String, arguments: TemplateExpression.Arguments)
  {
    let name = try dottedName()
    if TemplateFilter(rawValue: name) == nil { unknown("filter '\(name)'") }
    return (name, token.kind == .symbol("(") ? try arguments() : .init())
  }

  /// Notes a name that Jinja does not know; whether it is an error before it is reached depends on what is around.
  private mutating func unknown(_ what: String) {
    if !isConditional { unknown.append(.syntax(line: line, reason: "there is no \(what)")) }
  }

  private mutating func dottedName() throws(ChatTemplateError) -> String {
    var name = try expectName()
    while skip(.symbol(".")) { name += "." + (try expectName()) }
    return name
  }

  /// A test may have one argument without brackets.
  private mutating func testArguments() throws(ChatTemplateError) -> TemplateExpression.Arguments {
    switch token.kind {
    case .symbol("("): return try arguments()
    case .name("else"), .name("or"), .name("and"): return .init()
    case .name("is"): throw unexpected()
    case .name, .string, .integer, .float, .symbol("["), .symbol("{"):
      return .init(positional: [try postfix(try primary())])
    default: return .init()
    }
  }
}
