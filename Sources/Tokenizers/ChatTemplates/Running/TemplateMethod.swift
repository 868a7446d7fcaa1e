/// Methods of texts and of dictionaries.
enum TemplateMethod: String, CaseIterable {
  case strip, lstrip, rstrip, split, startswith, endswith, upper, lower, title, capitalize, replace, find,
    join
  case items, keys, values, get

  /// Those of dictionaries.
  static let ofObjects: [TemplateMethod] = [.items, .keys, .values, .get]
}

extension TemplateInterpreter {
  /// Calls a method.
  func apply(
    _ method: TemplateMethod, to value: TemplateValue, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch value {
    case .dictionary(let members): return try apply(method, to: members, arguments)
    case .string(let text): return try apply(method, to: text, arguments)
    default: throw .unsupported(line: line, what: "method '\(method.rawValue)' of \(value.typeName)")
    }
  }

  private func apply(
    _ method: TemplateMethod, to members: TemplateDictionary, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch method {
    case .items: return .list(members.pairs.map { .list([.string($0.key), $0.value]) })
    case .keys: return .list(members.keys.map { .string($0) })
    case .values: return .list(members.pairs.map(\.value))
    case .get:
      guard case .string(let key)? = arguments.positional.first else { throw failure("get needs a key") }
      return members[key] ?? (arguments.value(1, "default") ?? .none)
    default: throw .unsupported(line: line, what: "method '\(method.rawValue)' of an object")
    }
  }

  private func apply(
    _ method: TemplateMethod, to text: String, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch method {
    case .strip: return .string(TemplateText.stripped(text, try optionalText(arguments.positional.first)))
    case .lstrip:
      return .string(TemplateText.stripped(text, try optionalText(arguments.positional.first), end: false))
    case .rstrip:
      return .string(TemplateText.stripped(text, try optionalText(arguments.positional.first), start: false))
    case .split:
      let limit = arguments.value(1, "maxsplit")?.wholeNumber ?? -1
      let parts = TemplateText.split(text, try optionalText(arguments.value(0, "sep")), limit: limit)
      guard let parts else { throw failure("an empty separator") }
      try spend(parts.count)
      return .list(parts.map { .string($0) })
    case .startswith, .endswith:
      let options: [TemplateValue]
      switch arguments.positional.first {
      case .list(let items)?: options = items
      case let one?: options = [one]
      case nil: options = []
      }
      for option in options {
        let part = try required(option).utf8
        let holds =
          method == .startswith
          ? text.utf8.starts(with: part) : text.utf8.suffix(part.count).elementsEqual(part)
        if holds { return .boolean(true) }
      }
      return .boolean(false)
    case .upper: return .string(text.uppercased())
    case .lower: return .string(text.lowercased())
    case .title: return .string(TemplateText.title(text))
    case .capitalize: return .string(TemplateText.capitalized(text))
    case .replace: return .string(try replace(text, arguments))
    case .find:
      let part = try required(arguments.positional.first)
      guard let place = part.isEmpty ? text.startIndex : text.utf8.firstPlace(of: part.utf8) else {
        return .integer(-1)
      }
      return .integer(text.unicodeScalars.distance(from: text.startIndex, to: place))
    case .join:
      let items = try self.elements(of: arguments.positional.first ?? .undefined("join"))
      return .string(try joined(items, by: text))
    case .items, .keys, .values, .get:
      throw .unsupported(line: line, what: "method '\(method.rawValue)' of a text")
    }
  }

  /// A text argument.
  func required(_ value: TemplateValue?) throws(ChatTemplateError) -> String {
    guard case .string(let text)? = value else { throw failure("\(value?.typeName ?? "nothing") is no text") }
    return text
  }

  /// A text argument that may be left out.
  func optionalText(_ value: TemplateValue?) throws(ChatTemplateError) -> String? {
    switch value {
    case nil, .none?: return nil
    default: return try required(value)
    }
  }

  /// `replace(old, new, count)`.
  func replace(_ text: String, _ arguments: EvaluatedArguments) throws(ChatTemplateError) -> String {
    let old = try required(arguments.value(0, "old"))
    let new = try required(arguments.value(1, "new"))
    let result = TemplateText.replaced(text, old, new, limit: arguments.value(2, "count")?.wholeNumber ?? -1)
    try spend(result.utf8.count)
    return result
  }

  /// Texts of values with another between.
  func joined(_ items: [TemplateValue], by separator: String) throws(ChatTemplateError) -> String {
    let result = items.map(\.text).joined(separator: separator)
    try spend(result.utf8.count)
    return result
  }
}
