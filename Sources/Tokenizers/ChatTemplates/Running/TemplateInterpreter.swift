/// Fills a template in, within bounds of work and size: templates come with models, so nobody has checked them.
final class TemplateInterpreter {
  /// The most work: bytes that are made or compared, and ``stepCost`` for each expression, statement and item.
  ///
  /// Several times what a prompt of four million bytes needs, and one or two seconds.
  static let workLimit = 1 << 27
  /// What a step counts for.
  static let stepCost = 64
  /// What a byte counts for where a text is gone through by code points.
  static let scalarCost = 4
  /// The most bytes of a text, and of what is written.
  static let sizeLimit = 1 << 24
  /// How deep calls, statements and expressions may be within each other.
  static let depthLimit = 200
  /// How deep lists and objects may be within each other.
  static let valueDepthLimit = 50

  /// The names that can be seen from here.
  var scope: TemplateScope
  /// The day that `strftime_now` writes.
  let day: TemplateDay
  /// The most macros that are defined, again and again in loops too.
  static let macroLimit = 2000

  private var output = ""
  private var macros = 0
  private var work = 0
  private var depth = 0
  /// The line of the statement that is running.
  var line = 1

  init(_ globals: [String: TemplateValue], day: TemplateDay) {
    let outer = TemplateScope(in: nil)
    outer.names = globals
    scope = TemplateScope(in: outer)
    self.day = day
  }

  /// Why a body ended.
  enum Flow {
    case on, exit, next
  }

  /// Everything the statements write.
  func run(_ body: [TemplateStatement]) throws(ChatTemplateError) -> String {
    _ = try execute(body)
    return output
  }

  func failure(_ reason: String) -> ChatTemplateError { .failed(line: line, reason: reason) }

  func unsupported(_ what: String) -> ChatTemplateError { .unsupported(line: line, what: what) }

  /// Why a value goes no deeper.
  func tooDeep() -> ChatTemplateError {
    failure("a value is nested more than \(Self.valueDepthLimit) deep")
  }

  // MARK: Bounds

  /// Counts work, before it is done.
  func spend(_ amount: Int = stepCost) throws(ChatTemplateError) {
    let (sum, overflow) = work.addingReportingOverflow(amount)
    guard !overflow, sum <= Self.workLimit else {
      throw failure("more work than \(Self.workLimit) bytes made or compared, \(Self.stepCost) for each step")
    }
    work = sum
  }

  /// Counts the bytes of a text that is to be made.
  func spend(text size: Int) throws(ChatTemplateError) {
    guard size <= Self.sizeLimit else { throw failure("a text of more than \(Self.sizeLimit) bytes") }
    try spend(size)
  }

  /// Counts items of a list that is to be made.
  func spend(items count: Int) throws(ChatTemplateError) {
    let (product, overflow) = count.multipliedReportingOverflow(by: Self.stepCost)
    try spend(overflow ? .max : product)
  }

  /// A text that was made.
  func made(_ text: String) throws(ChatTemplateError) -> TemplateValue {
    try spend(text: text.utf8.count)
    return .string(text)
  }

  /// A list that was made.
  func made(_ items: [TemplateValue]) throws(ChatTemplateError) -> TemplateValue {
    try spend(items: items.count)
    return .list(items)
  }

  /// Runs a body one level deeper.
  func deeper<T>(_ body: () throws(ChatTemplateError) -> T) throws(ChatTemplateError) -> T {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw failure("steps nested more than \(Self.depthLimit) deep") }
    try spend()
    return try body()
  }

  /// A value that was put together from others: values that are nested ever deeper would need more stack than there is.
  func checked(_ value: TemplateValue, depth: Int = 0) throws(ChatTemplateError) -> TemplateValue {
    guard depth <= Self.valueDepthLimit else { throw tooDeep() }
    try spend()
    switch value {
    case .dictionary(let members), .view(let members, _):
      for pair in members.pairs { _ = try checked(pair.value, depth: depth + 1) }
    case .namespace(let namespace):
      for pair in namespace.members.pairs { _ = try checked(pair.value, depth: depth + 1) }
    case .method(let object, _): _ = try checked(object, depth: depth + 1)
    case .iterator(let iterator): for item in iterator.held { _ = try checked(item, depth: depth + 1) }
    case .loop: throw unsupported("a loop within a value")
    default: for item in value.items ?? [] { _ = try checked(item, depth: depth + 1) }
    }
    return value
  }

  // MARK: Statements

  func write(_ text: String) throws(ChatTemplateError) {
    try spend(text.utf8.count)
    guard output.utf8.count + text.utf8.count <= Self.sizeLimit else {
      throw failure("the template writes more than \(Self.sizeLimit) bytes")
    }
    output += text
  }

  func execute(_ body: [TemplateStatement]) throws(ChatTemplateError) -> Flow {
    for statement in body {
      line = statement.line
      let flow = try deeper { () throws(ChatTemplateError) in try execute(statement) }
      if flow != .on { return flow }
    }
    return .on
  }

  /// Runs a body whose names are its own.
  func execute(_ body: [TemplateStatement], in inner: TemplateScope) throws(ChatTemplateError) -> Flow {
    let outer = scope
    defer { scope = outer }
    scope = inner
    return try execute(body)
  }

  /// What a body writes, in place of writing it.
  func capture(
    _ body: () throws(ChatTemplateError) -> Flow
  ) throws(ChatTemplateError) -> (text: String, flow: Flow) {
    let outer = output
    output = ""
    defer { output = outer }
    let flow = try body()
    return (output, flow)
  }

  private func execute(_ statement: TemplateStatement) throws(ChatTemplateError) -> Flow {
    switch statement.kind {
    case .text(let text): try write(text)
    case .output(let expressions):
      for expression in expressions { try write(try text(of: try evaluate(expression))) }
    case .conditional(let branches, let otherwise):
      for branch in branches where try evaluate(branch.condition).isTrue { return try execute(branch.body) }
      return try execute(otherwise)
    case .loop(let loop): return try run(loop, over: try evaluate(loop.items), depth: 1)
    case .set(let target, let expression): try assign(target, try evaluate(expression))
    case .setBlock(let target, let filters, let body):
      let (text, flow) = try filtered(filters, body)
      if flow != .on { return flow }
      try assign(target, text)
    case .filterBlock(let filters, let body):
      let (value, flow) = try filtered(filters, body)
      if flow != .on { return flow }
      guard let text = value.string else { throw failure("the block's filters give \(value.typeName)") }
      try write(text)
    case .with(let values, let body):
      let inner = TemplateScope(in: scope)
      for (target, expression) in values {
        let value = try evaluate(expression)
        let outer = scope
        defer { scope = outer }
        scope = inner
        try assign(target, value)
      }
      return try execute(body, in: inner)
    case .macro(let definition): bind(definition.name, try macro(definition))
    case .call(let function, let arguments, let definition):
      let callee = try evaluate(function)
      var evaluated = try self.evaluated(arguments)
      evaluated.named.append(("caller", try macro(definition)))
      try write(try text(of: try call(callee, evaluated)))
    case .generation(let body, let specials):
      let inner = TemplateScope(in: scope)
      if specials.contains("caller") { inner.names["caller"] = .undefined("caller") }
      if specials.contains("kwargs") { inner.names["kwargs"] = .dictionary(TemplateDictionary()) }
      if specials.contains("varargs") { inner.names["varargs"] = .tuple([]) }
      return try execute(body, in: inner)
    case .exit: return .exit
    case .next: return .next
    }
    return .on
  }

  /// What a body writes, after filters.
  private func filtered(
    _ filters: [TemplateStatement.Filter], _ body: [TemplateStatement]
  ) throws(ChatTemplateError) -> (value: TemplateValue, flow: Flow) {
    let inner = TemplateScope(in: scope)
    let (text, flow) = try capture { () throws(ChatTemplateError) in try execute(body, in: inner) }
    var value = TemplateValue.string(text)
    if flow != .on { return (value, flow) }
    for filter in filters {
      value = try apply(named: filter.name, to: value, try evaluated(filter.arguments))
    }
    return (value, flow)
  }

  /// A macro as it is defined here.
  ///
  /// They hold the names around them, so chains of them must not become long.
  private func macro(_ definition: TemplateStatement.Macro) throws(ChatTemplateError) -> TemplateValue {
    macros += 1
    guard macros <= Self.macroLimit else { throw failure("more than \(Self.macroLimit) macros") }
    return .macro(TemplateMacro(definition, in: scope))
  }

  /// Items that are made of a value when they are asked for.
  func lazily(
    of source: TemplateValue, _ make: @escaping () throws(ChatTemplateError) -> [TemplateValue]
  ) throws(ChatTemplateError) -> TemplateValue {
    try checked(.iterator(TemplateIterator(of: source, make)))
  }

  // MARK: Names

  func bind(_ name: String, _ value: TemplateValue) { scope.names[name] = value }

  func assign(_ target: TemplateStatement.Target, _ value: TemplateValue) throws(ChatTemplateError) {
    switch target {
    case .name(let name): bind(name, value)
    case .member(let name, let member):
      guard case .namespace(let namespace)? = scope.value(name) else {
        throw failure("'\(name)' is no namespace")
      }
      try checkMember(member)
      namespace.members[member] = try checked(value)
    case .several(let targets):
      let items = try elements(of: value)
      guard items.count == targets.count else {
        throw failure("\(value.typeName) cannot be taken apart into \(targets.count) parts")
      }
      for (target, item) in zip(targets, items) { try assign(target, item) }
    }
  }

  /// The value of an expression.
  func evaluate(_ expression: TemplateExpression) throws(ChatTemplateError) -> TemplateValue {
    try deeper { () throws(ChatTemplateError) in try value(of: expression) }
  }
}
