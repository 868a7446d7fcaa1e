/// How JSON is written.
struct TemplateJSONStyle {
  /// Whether all beyond ASCII is escaped.
  var isASCII = false
  /// What one level is moved to the right by; nil for one line.
  var indent: String?
  var comma = ", "
  var colon = ": "
  var sortsKeys = false
}

/// `tojson`, as transformers sets it: Python's `json.dumps` without escapes.
extension TemplateInterpreter {
  /// JSON of a value.
  func json(_ value: TemplateValue, _ bound: BoundArguments) throws(ChatTemplateError) -> String {
    var style = TemplateJSONStyle(isASCII: bound.isTrue("ensure_ascii"), sortsKeys: bound.isTrue("sort_keys"))
    if let indent = bound["indent"], !indent.isNone {
      if case .string(let text) = indent {
        style.indent = text
      } else {
        let count = max(0, try bound.number("indent") ?? 0)
        guard count <= 1024 else { throw unsupported("tojson with an indentation of \(count)") }
        style.indent = String(repeating: " ", count: count)
      }
      style.comma = ","
    }
    if let separators = bound["separators"], !separators.isNone {
      let parts = (separators.items ?? []).compactMap(\.string)
      guard parts.count == 2, separators.items?.count == 2 else {
        throw unsupported("tojson with separators that are not a pair of texts")
      }
      (style.comma, style.colon) = (parts[0], parts[1])
    }
    var result = ""
    try append(value, style, level: 0, to: &result)
    return result
  }

  private func write(_ text: String, to result: inout String) throws(ChatTemplateError) {
    try spend(text: result.utf8.count + text.utf8.count <= Self.sizeLimit ? text.utf8.count : .max)
    result += text
  }

  private func append(
    _ value: TemplateValue, _ style: TemplateJSONStyle, level: Int, to result: inout String
  ) throws(ChatTemplateError) {
    guard level <= 2 * Self.valueDepthLimit else { throw tooDeep() }
    try spend()
    switch value {
    case .none: try write("null", to: &result)
    case .boolean(let value): try write(value ? "true" : "false", to: &result)
    case .integer(let value): try write("\(value)", to: &result)
    case .float(let value): try write(Self.jsonNumber(value), to: &result)
    case .string(let text), .markup(let text):
      try write(try quoted(text, style), to: &result)
    case .list, .tuple, .group:
      let items = value.items ?? []
      try write("[", to: &result)
      for (index, item) in items.enumerated() {
        try separate(index, style, level, in: &result)
        try append(item, style, level: level + 1, to: &result)
      }
      try close("]", items.isEmpty, style, level, in: &result)
    case .dictionary(let members):
      try write("{", to: &result)
      for (index, pair) in try namedMembers(of: members, style).enumerated() {
        try separate(index, style, level, in: &result)
        try write(try quoted(pair.name, style), to: &result)
        try write(style.colon, to: &result)
        try append(pair.value, style, level: level + 1, to: &result)
      }
      try close("}", members.count == 0, style, level, in: &result)
    default: throw failure("\(value.typeName) cannot be written as JSON")
    }
  }

  private func namedMembers(
    of members: TemplateDictionary, _ style: TemplateJSONStyle
  ) throws(ChatTemplateError) -> [(name: String, value: TemplateValue)] {
    var pairs = members.pairs
    if style.sortsKeys {
      let order = try ordered(.sort, .list(pairs.map(\.key)), try sortArguments())
      pairs = try (order.items ?? []).map { key throws(ChatTemplateError) in
        (key, members[try self.key(key)] ?? .none)
      }
    }
    var result: [(name: String, value: TemplateValue)] = []
    for pair in pairs {
      switch pair.key {
      case .string(let name), .markup(let name): result.append((name, pair.value))
      case .none: result.append(("null", pair.value))
      case .boolean(let value): result.append((value ? "true" : "false", pair.value))
      case .integer(let number): result.append(("\(number)", pair.value))
      case .float(let number): result.append((Self.jsonNumber(number), pair.value))
      default: throw failure("\(pair.key.typeName) cannot be a key in JSON")
      }
    }
    return result
  }

  private func sortArguments() throws(ChatTemplateError) -> BoundArguments {
    try TemplateSignature("case_sensitive").bind(
      EvaluatedArguments(positional: [.boolean(true)]), "tojson", line: line)
  }

  private func separate(
    _ index: Int, _ style: TemplateJSONStyle, _ level: Int, in result: inout String
  ) throws(ChatTemplateError) {
    if index > 0 { try write(style.comma, to: &result) }
    if let indent = style.indent {
      try write("\n" + String(repeating: indent, count: level + 1), to: &result)
    }
  }

  private func close(
    _ bracket: String, _ isEmpty: Bool, _ style: TemplateJSONStyle, _ level: Int, in result: inout String
  ) throws(ChatTemplateError) {
    if let indent = style.indent, !isEmpty {
      try write("\n" + String(repeating: indent, count: level), to: &result)
    }
    try write(bracket, to: &result)
  }

  private static func jsonNumber(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return "\(value)"
  }

  /// A text in quotes, whose size is known before it is made: each byte can become six.
  private func quoted(_ text: String, _ style: TemplateJSONStyle) throws(ChatTemplateError) -> String {
    try spend(Self.scalarCost * text.utf8.count)
    let size = TemplateText.jsonSize(text, isASCII: style.isASCII)
    try spend(text: size)
    return TemplateText.json(text, isASCII: style.isASCII, size: size)
  }
}
