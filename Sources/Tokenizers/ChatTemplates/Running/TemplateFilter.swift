/// The filters behind `|`.
enum TemplateFilter: String, CaseIterable {
  case trim, length, count, upper, lower, title, capitalize, join, first, last, `default`, d, tojson, string,
    int, float
  case list, items, replace, reverse, unique, abs, safe, indent, map, select, reject, selectattr, rejectattr,
    sum
}

extension TemplateInterpreter {
  /// Applies a filter.
  func apply(
    _ filter: TemplateFilter, to value: TemplateValue, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch filter {
    case .trim:
      return .string(TemplateText.stripped(value.text, try optionalText(arguments.positional.first)))
    case .upper: return .string(value.text.uppercased())
    case .lower: return .string(value.text.lowercased())
    case .title: return .string(TemplateText.title(value.text))
    case .capitalize: return .string(TemplateText.capitalized(value.text))
    case .string, .safe: return .string(value.text)
    case .replace: return .string(try replace(value.text, arguments))
    case .indent:
      let width = arguments.value(0, "width")
      let prefix: String
      if case .string(let text)? = width {
        prefix = text
      } else {
        let count = width?.wholeNumber ?? 4
        try spend(count)
        prefix = String(repeating: " ", count: max(0, count))
      }
      let text = TemplateText.indented(
        value.text, by: prefix, first: arguments.value(1, "first")?.isTrue ?? false,
        blank: arguments.value(2, "blank")?.isTrue ?? false)
      try spend(text.utf8.count)
      return .string(text)
    case .default, .d:
      let other = arguments.value(0, "default_value") ?? .string("")
      if case .undefined = value { return other }
      return arguments.value(1, "boolean")?.isTrue == true && !value.isTrue ? other : value
    case .tojson:
      let indent = arguments.value(0, "indent")?.wholeNumber
      guard (0...16).contains(indent ?? 0), let text = TemplateJSON.text(value, indent: indent) else {
        throw failure("\(value.typeName) cannot be written as JSON, or not with this indentation")
      }
      try spend(text.utf8.count)
      return .string(text)
    case .int:
      if let number = value.number, abs(number) < 0x1p62 { return .integer(Int(number)) }
      return .integer(
        Int(TemplateText.stripped(value.text)) ?? arguments.value(0, "default")?.wholeNumber ?? 0)
    case .float:
      return .float(value.number ?? Double(TemplateText.stripped(value.text)) ?? 0)
    case .abs:
      guard let number = value.number else { throw failure("\(value.typeName) is no number") }
      return number < 0 ? try binary(.subtract, .integer(0), value) : value
    default: return try apply(filter, toItems: value, arguments)
    }
  }

  /// The filters of what has items.
  private func apply(
    _ filter: TemplateFilter, toItems value: TemplateValue, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    if case .items = filter {
      if case .undefined = value { return .list([]) }
      return try apply(TemplateMethod.items, to: value, EvaluatedArguments())
    }
    let items = try self.elements(of: value)
    switch filter {
    case .length, .count: return .integer(items.count)
    case .first: return items.first ?? .undefined("first")
    case .last: return items.last ?? .undefined("last")
    case .list: return .list(items)
    case .reverse:
      if case .string(let text) = value {
        return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
      }
      return .list(items.reversed())
    case .join:
      var parts = items
      if let name = arguments.value(1, "attribute") { parts = try attributes(items, try required(name)) }
      return .string(try joined(parts, by: try optionalText(arguments.value(0, "d")) ?? ""))
    case .sum:
      var total = TemplateValue.integer(0)
      for item in items { total = try binary(.add, total, item) }
      return total
    case .unique:
      var kept: [TemplateValue] = []
      for item in items {
        try spend()
        // As in Jinja, where case does not count.
        if !kept.contains(where: { TemplateValue.equal(Self.folded($0), Self.folded(item)) }) {
          kept.append(item)
        }
      }
      return .list(kept)
    case .map: return .list(try mapped(items, arguments))
    case .select, .reject, .selectattr, .rejectattr: return .list(try selected(filter, items, arguments))
    default: throw .unsupported(line: line, what: "filter '\(filter.rawValue)'")
    }
  }

  private static func folded(_ value: TemplateValue) -> TemplateValue {
    if case .string(let text) = value { return .string(text.lowercased()) }
    return value
  }

  /// A member of each, by a path with dots.
  private func attributes(_ items: [TemplateValue], _ path: String) throws(ChatTemplateError)
    -> [TemplateValue]
  {
    var result: [TemplateValue] = []
    for item in items {
      try spend()
      var value = item
      for name in path.split(separator: ".") {
        if case .dictionary(let members) = value {
          value = members[String(name)] ?? .undefined(String(name))
        } else {
          value = .undefined(String(name))
        }
      }
      result.append(value)
    }
    return result
  }

  private func mapped(
    _ items: [TemplateValue], _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> [TemplateValue] {
    if let path = arguments.named.first(where: { $0.name == "attribute" }) {
      return try attributes(items, try required(path.value))
    }
    let name = try required(arguments.positional.first)
    guard let filter = TemplateFilter(rawValue: name) else {
      throw .unsupported(line: line, what: "filter '\(name)'")
    }
    var rest = arguments
    rest.positional.removeFirst()
    var result: [TemplateValue] = []
    for item in items { result.append(try apply(filter, to: item, rest)) }
    return result
  }

  private func selected(
    _ filter: TemplateFilter, _ items: [TemplateValue], _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> [TemplateValue] {
    var rest = arguments.positional[...]
    var tested = items
    if filter == .selectattr || filter == .rejectattr {
      tested = try attributes(items, try required(rest.popFirst()))
    }
    var test: TemplateTest?
    if let name = rest.popFirst() {
      let text = try required(name)
      test = TemplateTest(rawValue: text)
      if test == nil { throw .unsupported(line: line, what: "test '\(text)'") }
    }
    let wanted = filter == .select || filter == .selectattr
    var kept: [TemplateValue] = []
    for (item, value) in zip(items, tested) {
      try spend()
      let holds: Bool
      if let test { holds = try self.holds(test, of: value, Array(rest)) } else { holds = value.isTrue }
      if holds == wanted { kept.append(item) }
    }
    return kept
  }
}
