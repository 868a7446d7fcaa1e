/// Values as Python writes them; what is written is counted while it grows.
extension TemplateInterpreter {
  /// What is written for a value.
  func text(of value: TemplateValue) throws(ChatTemplateError) -> String {
    switch value {
    case .undefined: return ""
    case .string(let text), .markup(let text): return text
    default:
      var result = ""
      try show(value, in: &result, depth: 0)
      return result
    }
  }

  private func append(_ text: String, to result: inout String) throws(ChatTemplateError) {
    try spend(text: result.utf8.count + text.utf8.count <= Self.sizeLimit ? text.utf8.count : .max)
    result += text
  }

  private func quoted(_ text: String) throws(ChatTemplateError) -> String {
    try spend(2 * Self.scalarCost * text.utf8.count)
    return TemplateText.pythonString(text)
  }

  /// How Python writes a value within a list.
  private func show(_ value: TemplateValue, in result: inout String, depth: Int) throws(ChatTemplateError) {
    guard depth <= 2 * Self.valueDepthLimit else { throw tooDeep() }
    try spend()
    switch value {
    case .undefined: try append("Undefined", to: &result)
    case .none: try append("None", to: &result)
    case .boolean(let value): try append(value ? "True" : "False", to: &result)
    case .integer(let value): try append("\(value)", to: &result)
    case .float(let value): try append(TemplateText.number(value), to: &result)
    case .string(let text): try append(try quoted(text), to: &result)
    case .markup(let text): try append("Markup(\(try quoted(text)))", to: &result)
    case .list(let items): try show(items, "[", "]", in: &result, depth: depth)
    case .tuple, .group:
      let items = value.items ?? []
      try show(items, "(", items.count == 1 ? ",)" : ")", in: &result, depth: depth)
    case .dictionary(let members): try show(members, in: &result, depth: depth)
    case .range(let range):
      let step = range.step == 1 ? "" : ", \(range.step)"
      try append("range(\(range.start), \(range.end)\(step))", to: &result)
    case .view(let members, let view):
      try append("\(view.rawValue)(", to: &result)
      try show(view.items(of: members), "[", "])", in: &result, depth: depth)
    case .namespace(let namespace):
      try append("<Namespace ", to: &result)
      try show(namespace.members, in: &result, depth: depth)
      try append(">", to: &result)
    case .macro(let macro):
      let name = macro.definition.name
      try append(name.isEmpty ? "<Macro anonymous>" : "<Macro '\(name)'>", to: &result)
    case .loop(let loop):
      try append("<LoopContext \(loop.index + 1)/\(try loop.length())>", to: &result)
    case .iterator, .function, .method: throw unsupported("writing \(value.typeName)")
    }
  }

  private func show(
    _ items: [TemplateValue], _ open: String, _ close: String, in result: inout String, depth: Int
  ) throws(ChatTemplateError) {
    try append(open, to: &result)
    for (index, item) in items.enumerated() {
      if index > 0 { try append(", ", to: &result) }
      try show(item, in: &result, depth: depth + 1)
    }
    try append(close, to: &result)
  }

  private func show(_ members: TemplateDictionary, in result: inout String, depth: Int)
    throws(ChatTemplateError)
  {
    try append("{", to: &result)
    for (index, pair) in members.pairs.enumerated() {
      if index > 0 { try append(", ", to: &result) }
      try show(pair.key, in: &result, depth: depth + 1)
      try append(": ", to: &result)
      try show(pair.value, in: &result, depth: depth + 1)
    }
    try append("}", to: &result)
  }
}
