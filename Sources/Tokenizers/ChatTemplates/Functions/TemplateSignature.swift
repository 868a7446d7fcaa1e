/// Arguments of a call, evaluated.
struct EvaluatedArguments {
  var positional: [TemplateValue] = []
  var named: [(name: String, value: TemplateValue)] = []
}

/// The parameters of a filter, a test, a method or a function, as Python binds them: none is left unread.
struct TemplateSignature {
  private let names: [String]
  private let required: Int
  /// How many cannot be given by name.
  private let unnamed: Int

  /// Parameters with blanks between; `?` is behind those that may be left out, and those before `/` have no names.
  init(_ text: String) {
    let words = text.split(separator: " ").map(String.init)
    unnamed = words.firstIndex(of: "/") ?? 0
    let parameters = words.filter { $0 != "/" }
    required = parameters.count { !$0.hasSuffix("?") }
    names = parameters.map { $0.replacing("?", with: "") }
  }

  /// The arguments by parameter.
  ///
  /// - Parameter what: What is called, for messages.
  func bind(_ arguments: EvaluatedArguments, _ what: String, line: Int) throws(ChatTemplateError)
    -> BoundArguments
  {
    var values: [String: TemplateValue] = [:]
    guard arguments.positional.count <= names.count else {
      throw .failed(
        line: line,
        reason: "\(what) takes at most \(names.count) arguments, not \(arguments.positional.count)")
    }
    for (name, value) in zip(names, arguments.positional) { values[name] = value }
    for (name, value) in arguments.named {
      guard let place = names.firstIndex(of: name), place >= unnamed, values[name] == nil else {
        throw .failed(line: line, reason: "\(what) takes no argument '\(name)' here")
      }
      values[name] = value
    }
    for name in names.prefix(required) where values[name] == nil {
      throw .failed(line: line, reason: "\(what) needs the argument '\(name)'")
    }
    return BoundArguments(values: values, what: what, line: line)
  }
}

/// Arguments by parameter.
struct BoundArguments {
  fileprivate let values: [String: TemplateValue]
  let what: String
  let line: Int

  /// An argument; nil where it was left out.
  subscript(name: String) -> TemplateValue? { values[name] }

  private func wrong(_ name: String, _ value: TemplateValue) -> ChatTemplateError {
    .failed(line: line, reason: "\(what): \(value.typeName) cannot be '\(name)'")
  }

  /// A text argument, nil where it was left out or is `none`.
  func text(_ name: String) throws(ChatTemplateError) -> String? {
    guard let value = values[name], !value.isNone else { return nil }
    if case .markup = value {
      throw .unsupported(line: line, what: "a text marked safe as '\(name)' of \(what)")
    }
    guard case .string(let text) = value else { throw wrong(name, value) }
    return text
  }

  /// A text argument that must be there.
  func requiredText(_ name: String) throws(ChatTemplateError) -> String {
    guard let text = try text(name) else { throw wrong(name, values[name] ?? .none) }
    return text
  }

  /// A whole number, nil where it was left out.
  func number(_ name: String) throws(ChatTemplateError) -> Int? {
    guard let value = values[name] else { return nil }
    guard let number = value.wholeNumber else { throw wrong(name, value) }
    return number
  }

  /// A whole number, nil where it was left out or is `none`.
  func optionalNumber(_ name: String) throws(ChatTemplateError) -> Int? {
    values[name]?.isNone == true ? nil : try number(name)
  }

  /// Whether an argument holds.
  func isTrue(_ name: String) -> Bool { values[name]?.isTrue ?? false }
}
