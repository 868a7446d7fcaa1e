/// Methods of texts, of dictionaries and of lists.
enum TemplateMethod: String, CaseIterable {
  case capitalize, casefold, center, count, endswith, expandtabs, find, format, index, isalnum, isalpha,
    isascii
  case isdecimal, isdigit, islower, isnumeric, isspace, isupper, join, ljust, lower, lstrip, partition,
    removeprefix
  case removesuffix, replace, rfind, rindex, rjust, rpartition, rsplit, rstrip, split, splitlines, startswith,
    strip
  case swapcase, title, upper, zfill
  case copy, get, items, keys, values

  /// Those of dictionaries.
  static let ofObjects: Set<String> = ["copy", "get", "items", "keys", "values"]
  /// Those of lists; a tuple has no `copy`.
  static let ofLists: Set<String> = ["copy", "count", "index"]
  /// Those of texts.
  static let ofTexts = Set(allCases.map(\.rawValue)).subtracting(ofObjects)
  /// Python's that are refused.
  static let refusedOfTexts: Set<String> = [
    "encode", "format_map", "isidentifier", "isprintable", "istitle", "maketrans", "translate",
  ]

  /// What it takes; nil where that is any number of arguments.
  var parameters: String? {
    switch self {
    case .format: nil
    case .center, .ljust, .rjust: "width fillchar? /"
    case .count, .find, .index, .rfind, .rindex: "sub start? end? /"
    case .endswith, .startswith: "part start? end? /"
    case .expandtabs: "tabsize?"
    case .join: "iterable /"
    case .lstrip, .rstrip, .strip: "chars? /"
    case .partition, .rpartition: "sep /"
    case .removeprefix: "prefix /"
    case .removesuffix: "suffix /"
    case .replace: "old new count? /"
    case .rsplit, .split: "sep? maxsplit?"
    case .splitlines: "keepends?"
    case .zfill: "width /"
    case .get: "key default? /"
    default: ""
    }
  }

  static let signatures: [TemplateMethod: TemplateSignature] = Dictionary(
    uniqueKeysWithValues: allCases.compactMap { method in
      method.parameters.map { (method, TemplateSignature($0)) }
    })
}

extension TemplateInterpreter {
  /// Calls a method.
  func apply(
    method name: String, to value: TemplateValue, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let method = TemplateMethod(rawValue: name) else {
      throw unsupported("method '\(name)' of \(value.typeName)")
    }
    try spend()
    if method == .format, case .string(let text) = value { return try formatted(text, arguments) }
    guard let signature = TemplateMethod.signatures[method] else { throw unsupported("method '\(name)'") }
    let what = "method '\(name)'"
    switch value {
    case .dictionary(let members):
      return try apply(method, to: members, try signature.bind(arguments, what, line: line))
    case .string(let text):
      try spend(Self.scalarCost * text.utf8.count)
      return try apply(method, to: text, try signature.bind(arguments, what, line: line))
    default:
      guard let items = value.items else { throw unsupported("\(what) of \(value.typeName)") }
      let list = TemplateSignature(
        method == .copy ? "" : method == .count ? "value /" : "value start? stop? /")
      return try apply(method, to: items, try list.bind(arguments, what, line: line))
    }
  }

  private func apply(
    _ method: TemplateMethod, to members: TemplateDictionary, _ bound: BoundArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch method {
    case .items: return .view(members, .items)
    case .keys: return .view(members, .keys)
    case .values: return .view(members, .values)
    case .copy: return .dictionary(members)
    default:
      guard let key = bound["key"] else { return .none }
      if case .undefined = key { return bound["default"] ?? .none }
      return members[try self.key(key)] ?? bound["default"] ?? .none
    }
  }

  private func apply(
    _ method: TemplateMethod, to items: [TemplateValue], _ bound: BoundArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let value = bound["value"] else { return try made(items) }
    if method == .count {
      var count = 0
      for item in items where try equal(item, value) { count += 1 }
      return .integer(count)
    }
    func place(_ number: Int) -> Int { min(max(number < 0 ? number &+ items.count : number, 0), items.count) }
    let (start, end) = (place(try bound.number("start") ?? 0), place(try bound.number("stop") ?? items.count))
    for index in start..<max(start, end) where try equal(items[index], value) { return .integer(index) }
    throw failure("the value is not in the list")
  }

  private func apply(
    _ method: TemplateMethod, to text: String, _ bound: BoundArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch method {
    case .strip, .lstrip, .rstrip:
      return .string(
        TemplateText.stripped(
          text, try bound.text("chars"), start: method != .rstrip, end: method != .lstrip))
    case .split, .rsplit, .partition, .rpartition, .splitlines: return try divided(method, text, bound)
    case .startswith, .endswith, .find, .rfind, .index, .rindex, .count:
      return try searched(method, text, bound)
    case .removeprefix:
      let part = try bound.requiredText("prefix")
      guard text.utf8.starts(with: part.utf8) else { return .string(text) }
      return .string(String(decoding: text.utf8.dropFirst(part.utf8.count), as: UTF8.self))
    case .removesuffix:
      let part = try bound.requiredText("suffix")
      guard text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8) else { return .string(text) }
      return .string(String(decoding: text.utf8.dropLast(part.utf8.count), as: UTF8.self))
    case .upper: return try made(text.uppercased())
    case .lower: return try made(TemplateText.lowercased(text))
    case .casefold: throw unsupported("method 'casefold'")
    case .title: return try made(TemplateText.title(text))
    case .capitalize: return try made(TemplateText.capitalized(text))
    case .swapcase: return try made(TemplateText.swapped(text))
    case .replace:
      return .string(
        try replaced(
          text, try bound.requiredText("old"), try bound.requiredText("new"),
          limit: try bound.number("count") ?? -1))
    case .join:
      return .string(try joined(try elements(of: bound["iterable"] ?? .none), by: text, strict: true))
    case .center, .ljust, .rjust:
      let fill = try bound["fillchar"] == nil ? " " : bound.requiredText("fillchar")
      guard fill.unicodeScalars.count == 1 else {
        throw failure("method '\(method)' fills with one character")
      }
      return .string(
        try padded(
          text, try bound.number("width") ?? 0,
          method == .center ? .center : method == .ljust ? .left : .right, fill))
    case .zfill: return .string(try zeroFilled(text, try bound.number("width") ?? 0))
    case .expandtabs: return try expanded(text, try bound.number("tabsize") ?? 8)
    default: return .boolean(TemplateText.isAll(method, text))
    }
  }
}
