/// Reads the statements of a template; expressions are in `TemplateParser+Expressions.swift`.
struct TemplateParser {
  /// How deep expressions and statements may be nested.
  static let depthLimit = 40

  private let tokens: [TemplateToken]
  private var place = 0
  private var depth = 0

  private init(_ tokens: [TemplateToken]) { self.tokens = tokens }

  /// The statements of a whole template.
  static func parse(_ text: String) throws(ChatTemplateError) -> [TemplateStatement] {
    var parser = TemplateParser(try TemplateLexer.tokens(text))
    let body = try parser.statements(until: [])
    guard parser.token.kind == .end else { throw parser.unexpected() }
    return body
  }

  var token: TemplateToken { tokens[place] }
  var line: Int { token.line }

  /// The token after this one.
  var following: TemplateToken.Kind { tokens[min(place + 1, tokens.count - 1)].kind }

  mutating func step() { place = min(place + 1, tokens.count - 1) }

  func unexpected() -> ChatTemplateError {
    .syntax(line: line, reason: "\(token.kind.shown) is not expected here")
  }

  /// Goes over a token if it is there.
  mutating func skip(_ kind: TemplateToken.Kind) -> Bool {
    guard token.kind == kind else { return false }
    step()
    return true
  }

  mutating func expect(_ kind: TemplateToken.Kind) throws(ChatTemplateError) {
    guard skip(kind) else {
      throw .syntax(line: line, reason: "\(kind.shown) should be here in place of \(token.kind.shown)")
    }
  }

  mutating func expectName() throws(ChatTemplateError) -> String {
    guard case .name(let name) = token.kind else { throw unexpected() }
    step()
    return name
  }

  /// Guards against nesting that would need more stack than there is.
  mutating func nested<T>(
    _ body: (inout TemplateParser) throws(ChatTemplateError) -> T
  ) throws(ChatTemplateError) -> T {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw .syntax(line: line, reason: "it is nested too deeply") }
    return try body(&self)
  }

  /// Statements up to a tag of one of these names, which is not read.
  private mutating func statements(until ends: Set<String>) throws(ChatTemplateError) -> [TemplateStatement] {
    var body: [TemplateStatement] = []
    while true {
      let line = line
      switch token.kind {
      case .text(let text):
        step()
        body.append(TemplateStatement(kind: .text(text), line: line))
      case .outputBegin:
        step()
        body.append(TemplateStatement(kind: .output(try tuple()), line: line))
        try expect(.outputEnd)
      case .tagBegin:
        guard case .name(let name) = following else {
          step()
          throw unexpected()
        }
        if ends.contains(name) { return body }
        body.append(try nested { parser throws(ChatTemplateError) in try parser.tag() })
      default: return body
      }
    }
  }

  /// A tag, and what belongs to it up to its end.
  private mutating func tag() throws(ChatTemplateError) -> TemplateStatement {
    let line = line
    step()
    let name = try expectName()
    let kind: TemplateStatement.Kind
    switch name {
    case "if": kind = try conditional()
    case "for": kind = try loop()
    case "set": kind = try assignment()
    case "macro": kind = try macro()
    case "generation": kind = .group(try block(endingWith: "endgeneration"))
    case "break": kind = .exit
    case "continue": kind = .next
    case _ where name.hasPrefix("end") || name == "else" || name == "elif":
      throw .syntax(line: line, reason: "{% \(name) %} ends nothing")
    default: throw .unsupported(line: line, what: "{% \(name) %}")
    }
    if case .exit = kind { try expect(.tagEnd) }
    if case .next = kind { try expect(.tagEnd) }
    return TemplateStatement(kind: kind, line: line)
  }

  /// The end of a tag, a body, and the tag that ends it.
  private mutating func block(endingWith end: String) throws(ChatTemplateError) -> [TemplateStatement] {
    try expect(.tagEnd)
    let body = try statements(until: [end])
    try expectTag(end)
    try expect(.tagEnd)
    return body
  }

  private mutating func expectTag(_ name: String) throws(ChatTemplateError) {
    guard token.kind == .tagBegin, following == .name(name) else {
      throw .syntax(line: line, reason: "{% \(name) %} is missing")
    }
    step()
    step()
  }

  private mutating func conditional() throws(ChatTemplateError) -> TemplateStatement.Kind {
    var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
    var otherwise: [TemplateStatement] = []
    var condition: TemplateExpression? = try tuple()
    while true {
      try expect(.tagEnd)
      let body = try statements(until: ["elif", "else", "endif"])
      if let condition { branches.append((condition, body)) } else { otherwise = body }
      guard token.kind == .tagBegin else { throw .syntax(line: line, reason: "{% endif %} is missing") }
      step()
      let name = try expectName()
      if name == "endif" { break }
      guard condition != nil else {
        throw .syntax(line: line, reason: "{% \(name) %} comes after {% else %}")
      }
      condition = name == "elif" ? try tuple() : nil
    }
    try expect(.tagEnd)
    return .conditional(branches, otherwise: otherwise)
  }

  private mutating func loop() throws(ChatTemplateError) -> TemplateStatement.Kind {
    let target = try self.target()
    try expect(.name("in"))
    let items = try tuple(allowsConditional: false)
    let condition: TemplateExpression? = skip(.name("if")) ? try expression() : nil
    if token.kind == .name("recursive") { throw .unsupported(line: line, what: "a recursive loop") }
    try expect(.tagEnd)
    let body = try statements(until: ["else", "endfor"])
    var otherwise: [TemplateStatement] = []
    if following == .name("else") {
      try expectTag("else")
      try expect(.tagEnd)
      otherwise = try statements(until: ["endfor"])
    }
    try expectTag("endfor")
    try expect(.tagEnd)
    return .loop(target, over: items, where: condition, body: body, otherwise: otherwise)
  }

  private mutating func target() throws(ChatTemplateError) -> TemplateStatement.Target {
    let parenthesized = skip(.symbol("("))
    var names = [try expectName()]
    if !parenthesized, skip(.symbol(".")) { return .member(names[0], try expectName()) }
    while skip(.symbol(",")) { names.append(try expectName()) }
    if parenthesized { try expect(.symbol(")")) }
    return names.count == 1 ? .name(names[0]) : .names(names)
  }

  private mutating func assignment() throws(ChatTemplateError) -> TemplateStatement.Kind {
    let target = try self.target()
    guard skip(.symbol("=")) else {
      if token.kind == .symbol("|") { throw .unsupported(line: line, what: "a filter on a set block") }
      return .setBlock(target, try block(endingWith: "endset"))
    }
    let value = try tuple()
    try expect(.tagEnd)
    return .set(target, value)
  }

  private mutating func macro() throws(ChatTemplateError) -> TemplateStatement.Kind {
    let name = try expectName()
    var parameters: [TemplateStatement.Parameter] = []
    try expect(.symbol("("))
    while token.kind != .symbol(")") {
      let parameter = try expectName()
      let value: TemplateExpression? = skip(.symbol("=")) ? try expression() : nil
      parameters.append(TemplateStatement.Parameter(name: parameter, value: value))
      if !skip(.symbol(",")) { break }
    }
    try expect(.symbol(")"))
    return .macro(name, parameters, try block(endingWith: "endmacro"))
  }
}
