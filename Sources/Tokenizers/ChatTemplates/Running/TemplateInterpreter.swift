/// Fills a template in, within bounds of time and size: templates come with models, so nobody has checked them.
final class TemplateInterpreter {
  /// The most expressions and statements that are evaluated.
  static let stepLimit = 1_000_000
  /// The most that is written, or that one text or list may have.
  static let sizeLimit = 1 << 24
  /// How deep calls, statements and expressions may be within each other.
  static let depthLimit = 200
  /// How deep lists and objects may be within each other.
  static let valueDepthLimit = 50

  /// Names of the whole template, and of the macro or loops that are running, the innermost last.
  private var scopes: [[String: TemplateValue]]
  private var output = ""
  private var steps = 0
  private var depth = 0
  /// The line of the statement that is running.
  private(set) var line = 1

  init(_ globals: [String: TemplateValue]) { scopes = [globals, [:]] }

  /// Why a loop's body ended.
  private enum Flow {
    case on, exit, next
  }

  /// Everything the statements write.
  func run(_ body: [TemplateStatement]) throws(ChatTemplateError) -> String {
    _ = try execute(body)
    return output
  }

  func failure(_ reason: String) -> ChatTemplateError { .failed(line: line, reason: reason) }

  /// Counts a step, and what it made.
  func spend(_ size: Int = 0) throws(ChatTemplateError) {
    steps += 1
    guard steps <= Self.stepLimit, size <= Self.sizeLimit else {
      throw failure("the template takes too long or makes too much")
    }
  }

  /// Runs a body one level deeper.
  private func deeper<T>(_ body: () throws(ChatTemplateError) -> T) throws(ChatTemplateError) -> T {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw failure("it is nested too deeply") }
    try spend()
    return try body()
  }

  /// A value that was put together from others: values that are nested ever deeper would need more stack than there is.
  func checked(_ value: TemplateValue, depth: Int = 0) throws(ChatTemplateError) -> TemplateValue {
    guard depth <= Self.valueDepthLimit else { throw failure("a value is nested too deeply") }
    try spend()
    switch value {
    case .list(let items): for item in items { _ = try checked(item, depth: depth + 1) }
    case .dictionary(let members):
      for pair in members.pairs { _ = try checked(pair.value, depth: depth + 1) }
    case .namespace(let namespace):
      for pair in namespace.members.pairs { _ = try checked(pair.value, depth: depth + 1) }
    case .method(let object, _): _ = try checked(object, depth: depth + 1)
    default: break
    }
    return value
  }

  private func write(_ text: String) throws(ChatTemplateError) {
    output += text
    try spend(output.utf8.count)
  }

  private func execute(_ body: [TemplateStatement]) throws(ChatTemplateError) -> Flow {
    for statement in body {
      line = statement.line
      let flow = try deeper { () throws(ChatTemplateError) in try execute(statement) }
      if flow != .on { return flow }
    }
    return .on
  }

  private func execute(_ statement: TemplateStatement) throws(ChatTemplateError) -> Flow {
    switch statement.kind {
    case .text(let text): try write(text)
    case .output(let expression): try write(try evaluate(expression).text)
    case .conditional(let branches, let otherwise):
      for branch in branches where try evaluate(branch.condition).isTrue { return try execute(branch.body) }
      return try execute(otherwise)
    case .loop(let target, let items, let condition, let body, let otherwise):
      return try loop(target, try evaluate(items), condition, body, otherwise)
    case .set(let target, let expression): try assign(target, try evaluate(expression))
    case .setBlock(let target, let body): try assign(target, .string(try capture(body)))
    case .macro(let name, let parameters, let body):
      bind(name, .macro(TemplateMacro(name: name, parameters: parameters, body: body)))
    case .group(let body): return try execute(body)
    case .exit: return .exit
    case .next: return .next
    }
    return .on
  }

  /// What a body writes, in place of writing it.
  private func capture(_ body: [TemplateStatement]) throws(ChatTemplateError) -> String {
    let outer = output
    output = ""
    defer { output = outer }
    _ = try execute(body)
    return output
  }

  // MARK: Names

  func lookUp(_ name: String) -> TemplateValue {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return .undefined(name)
  }

  private func bind(_ name: String, _ value: TemplateValue) { scopes[scopes.count - 1][name] = value }

  private func assign(_ target: TemplateStatement.Target, _ value: TemplateValue) throws(ChatTemplateError) {
    switch target {
    case .name(let name): bind(name, value)
    case .member(let name, let member):
      guard case .namespace(let namespace) = lookUp(name) else { throw failure("'\(name)' is no namespace") }
      namespace.members[member] = value
    case .names(let names):
      guard case .list(let items) = value, items.count == names.count else {
        throw failure("\(value.typeName) cannot be taken apart into \(names.count) names")
      }
      for (name, item) in zip(names, items) { bind(name, item) }
    }
  }

  // MARK: Loops

  private func loop(
    _ target: TemplateStatement.Target, _ value: TemplateValue, _ condition: TemplateExpression?,
    _ body: [TemplateStatement], _ otherwise: [TemplateStatement]
  ) throws(ChatTemplateError) -> Flow {
    var items = try self.elements(of: value)
    scopes.append([:])
    defer { scopes.removeLast() }
    if let condition {
      var kept: [TemplateValue] = []
      for item in items {
        try assign(target, item)
        if try evaluate(condition).isTrue { kept.append(item) }
      }
      items = kept
    }
    if items.isEmpty { return try execute(otherwise) }
    for index in items.indices {
      // What a turn sets is gone in the next.
      scopes[scopes.count - 1] = ["loop": Self.state(index, items)]
      try assign(target, items[index])
      if try execute(body) == .exit { break }
    }
    return .on
  }

  private static func state(_ index: Int, _ items: [TemplateValue]) -> TemplateValue {
    var members = TemplateDictionary()
    members["index"] = .integer(index + 1)
    members["index0"] = .integer(index)
    members["revindex"] = .integer(items.count - index)
    members["revindex0"] = .integer(items.count - index - 1)
    members["first"] = .boolean(index == 0)
    members["last"] = .boolean(index == items.count - 1)
    members["length"] = .integer(items.count)
    if index > 0 { members["previtem"] = items[index - 1] }
    if index + 1 < items.count { members["nextitem"] = items[index + 1] }
    return .dictionary(members)
  }

  /// What a loop goes through.
  func elements(of value: TemplateValue) throws(ChatTemplateError) -> [TemplateValue] {
    switch value {
    case .list(let items): return items
    case .dictionary(let members): return members.keys.map { .string($0) }
    case .string(let text): return text.unicodeScalars.map { .string(String(Character($0))) }
    case .undefined: return []
    default: throw failure("\(value.typeName) has no items")
    }
  }

  // MARK: Calls

  func call(_ macro: TemplateMacro, _ arguments: EvaluatedArguments) throws(ChatTemplateError)
    -> TemplateValue
  {
    guard arguments.positional.count <= macro.parameters.count else {
      throw failure("macro '\(macro.name)' takes \(macro.parameters.count) arguments")
    }
    let (outer, place) = (scopes, line)
    scopes = [outer[0], outer[1], [:]]
    defer { (scopes, line) = (outer, place) }
    for (index, parameter) in macro.parameters.enumerated() {
      let value: TemplateValue
      if index < arguments.positional.count {
        value = arguments.positional[index]
      } else if let named = arguments.named.last(where: { $0.name == parameter.name }) {
        value = named.value
      } else {
        value =
          try parameter.value.map { expression throws(ChatTemplateError) in try evaluate(expression) }
          ?? .undefined(parameter.name)
      }
      bind(parameter.name, value)
    }
    return .string(try capture(macro.body))
  }

  /// The value of an expression.
  func evaluate(_ expression: TemplateExpression) throws(ChatTemplateError) -> TemplateValue {
    try deeper { () throws(ChatTemplateError) in try value(of: expression) }
  }
}

/// Arguments of a call, evaluated.
struct EvaluatedArguments {
  var positional: [TemplateValue] = []
  var named: [(name: String, value: TemplateValue)] = []

  /// The argument at a place or of a name.
  func value(_ index: Int, _ name: String) -> TemplateValue? {
    index < positional.count ? positional[index] : named.last { $0.name == name }?.value
  }
}
