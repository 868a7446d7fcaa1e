/// Reads the statements of a template; expressions are in `TemplateParser+Expressions.swift`.
struct TemplateParser {
  /// How deep expressions and statements may be nested.
  static let depthLimit = 40

  private let tokens: [TemplateToken]
  private var place = 0
  private var depth = 0
  /// How many loops are around, within the innermost macro.
  var loops = 0
  /// How many loops are around in all.
  var allLoops = 0
  /// Whether a filter that nobody knows is only an error where it is reached: within `if`, as in Jinja.
  var isConditional = false
  /// Names of filters and tests that nobody knows, where that is an error before they are reached.
  var unknown: [ChatTemplateError] = []
  /// Objects with a key that cannot be one, which is an error where Jinja computes them while it reads.
  var impossible: [ChatTemplateError] = []
  /// The names of Jinja's own that macros have in their bodies, the innermost last.
  var specials: [Set<String>] = []

  private init(_ tokens: [TemplateToken]) { self.tokens = tokens }

  /// The statements of a whole template.
  static func parse(_ text: String) throws(ChatTemplateError) -> [TemplateStatement] {
    var parser = TemplateParser(try TemplateLexer.tokens(text))
    let body = try parser.statements(until: [])
    guard parser.token.kind == .end else { throw parser.unexpected() }
    if let first = parser.unknown.first { throw first }
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
    guard depth <= Self.depthLimit else {
      throw .syntax(line: line, reason: "it is nested more than \(Self.depthLimit) deep")
    }
    return try body(&self)
  }

  /// Reads a part in which conditions are around, or are not.
  mutating func inside<T>(
    conditional: Bool, _ body: (inout TemplateParser) throws(ChatTemplateError) -> T
  ) throws(ChatTemplateError) -> T {
    let outer = isConditional
    defer { isConditional = outer }
    isConditional = conditional
    return try body(&self)
  }

  /// Statements up to a tag of one of these names, which is not read.
  mutating func statements(until ends: Set<String>) throws(ChatTemplateError) -> [TemplateStatement] {
    var body: [TemplateStatement] = []
    while true {
      let line = line
      switch token.kind {
      case .text(let text):
        step()
        body.append(TemplateStatement(kind: .text(text), line: line))
      case .outputBegin:
        step()
        body.append(TemplateStatement(kind: .output([try tuple()]), line: line))
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

  /// The end of a tag, a body, and the tag that ends it.
  mutating func block(endingWith end: String) throws(ChatTemplateError) -> [TemplateStatement] {
    try expect(.tagEnd)
    let body = try statements(until: [end])
    try expectTag(end)
    try expect(.tagEnd)
    return body
  }

  /// The body of what Python has as a function: no loop around it can be left from within.
  mutating func functionBody(endingWith end: String) throws(ChatTemplateError) -> [TemplateStatement] {
    let outer = loops
    defer { loops = outer }
    loops = 0
    return try inside(conditional: false) { parser throws(ChatTemplateError) in
      try parser.block(endingWith: end)
    }
  }

  mutating func expectTag(_ name: String) throws(ChatTemplateError) {
    guard token.kind == .tagBegin, following == .name(name) else {
      throw .syntax(line: line, reason: "{% \(name) %} is missing")
    }
    step()
    step()
  }

  // MARK: What is assigned to

  /// One name or several.
  ///
  /// - Parameter allowsMembers: Whether members of namespaces are among them.
  mutating func target(allowsMembers: Bool, until end: TemplateToken.Kind? = nil) throws(ChatTemplateError)
    -> TemplateStatement.Target
  {
    let first = try part(allowsMembers)
    guard token.kind == .symbol(",") else { return first }
    var parts = [first]
    while skip(.symbol(",")) {
      if token.kind == .symbol(")") || token.kind == .tagEnd || token.kind == end { break }
      parts.append(try part(allowsMembers))
    }
    return .several(parts)
  }

  private mutating func part(_ allowsMembers: Bool) throws(ChatTemplateError) -> TemplateStatement.Target {
    if skip(.symbol("(")) {
      if skip(.symbol(")")) { return .several([]) }
      let inner = try nested { parser throws(ChatTemplateError) in try parser.target(allowsMembers: false) }
      try expect(.symbol(")"))
      return inner
    }
    let name = try expectName()
    if allowsMembers, skip(.symbol(".")) { return .member(name, try expectName()) }
    if ["true", "false", "none", "True", "False", "None"].contains(name) {
      throw .syntax(line: line, reason: "nothing can be assigned to \(name)")
    }
    if name == "loop", allLoops > 0 {
      throw .syntax(line: line, reason: "nothing can be assigned to loop in a loop")
    }
    return .name(name)
  }
}
