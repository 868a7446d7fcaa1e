/// The filters of Jinja, and `tojson` as transformers sets it.
enum TemplateFilter: String, CaseIterable {
  case abs, attr, batch, capitalize, center, count, d, `default`, dictsort, first, float, groupby, indent,
    int, items
  case join, last, length, list, lower, map, max, min, reject, rejectattr, replace, reverse, round, safe,
    select
  case selectattr, slice, sort, string, sum, title, tojson, trim, truncate, unique, upper, urlencode,
    wordcount
  // Known, and refused.
  case e, escape, filesizeformat, forceescape, format, pprint, random, striptags, urlize, wordwrap, xmlattr

  /// Whether it is refused by name.
  var isRefused: Bool {
    switch self {
    case .e, .escape, .filesizeformat, .forceescape, .format, .pprint, .random, .striptags, .urlencode,
      .urlize,
      .wordcount, .wordwrap, .xmlattr:
      true
    default: false
    }
  }

  /// What it takes beside the value before it; nil where that is any number of arguments.
  var parameters: String? {
    switch self {
    case .map, .select, .reject, .selectattr, .rejectattr: nil
    case .attr: "name"
    case .batch: "linecount fill_with?"
    case .center: "width?"
    case .d, .default: "default_value? boolean?"
    case .dictsort: "case_sensitive? by? reverse?"
    case .float: "default?"
    case .groupby: "attribute default? case_sensitive?"
    case .indent: "width? first? blank?"
    case .int: "default? base?"
    case .join: "d? attribute?"
    case .max, .min, .unique: "case_sensitive? attribute?"
    case .replace: "old new count?"
    case .round: "precision? method?"
    case .slice: "slices fill_with?"
    case .sort: "reverse? case_sensitive? attribute?"
    case .sum: "attribute? start?"
    case .tojson: "ensure_ascii? indent? separators? sort_keys?"
    case .trim: "chars?"
    case .truncate: "length? killwords? end? leeway?"
    default: ""
    }
  }

  static let signatures: [TemplateFilter: TemplateSignature] = Dictionary(
    uniqueKeysWithValues: allCases.compactMap { filter in
      filter.parameters.map { (filter, TemplateSignature($0)) }
    })
}

extension TemplateInterpreter {
  /// Applies the filter of a name.
  func apply(
    named name: String, to value: TemplateValue, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let filter = TemplateFilter(rawValue: name) else { throw failure("there is no filter '\(name)'") }
    if filter.isRefused { throw unsupported("filter '\(name)'") }
    try spend()
    guard let signature = TemplateFilter.signatures[filter] else {
      return try apply(lazy: filter, to: value, arguments)
    }
    let bound = try signature.bind(arguments, "filter '\(name)'", line: line)
    if case .markup(let text) = value {
      switch filter {
      case .safe, .string: return value
      case .length, .count:
        try spend(text.utf8.count)
        return .integer(text.unicodeScalars.count)
      case .default, .d, .tojson: break
      default: throw unsupported("filter '\(name)' of a text marked safe")
      }
    }
    switch filter {
    case .trim: return .string(TemplateText.stripped(try counted(value), try bound.text("chars")))
    case .upper: return try made(try counted(value).uppercased())
    case .lower: return try made(TemplateText.lowercased(try counted(value)))
    case .title: return try made(TemplateText.titleOfFilter(try counted(value)))
    case .capitalize: return try made(TemplateText.capitalized(try counted(value)))
    case .string: return .string(try counted(value))
    case .safe: return .markup(try counted(value))
    case .center:
      return .string(try padded(try counted(value), try bound.number("width") ?? 80, .center, " "))
    case .replace:
      guard let old = bound["old"], let new = bound["new"] else { return value }
      return .string(
        try replaced(
          try counted(value), try text(of: old), try text(of: new),
          limit: try bound.optionalNumber("count") ?? -1))
    case .indent: return try indented(value, bound)
    case .truncate: return try truncated(value, bound)
    case .default, .d:
      let isMissing = value.isUndefined || bound.isTrue("boolean") && !value.isTrue
      return isMissing ? bound["default_value"] ?? .string("") : value
    case .tojson: return .string(try json(value, bound))
    case .int: return try wholeNumber(value, bound)
    case .float: return try realNumber(value, bound)
    case .round: return try rounded(value, bound)
    case .abs:
      guard let number = value.number else { throw failure("\(value.typeName) is no number") }
      if let whole = value.wholeNumber { return whole < 0 ? try negated(value) : .integer(whole) }
      return number.sign == .minus ? try negated(value) : value
    case .attr:
      let name = try bound.requiredText("name")
      try spend(2 * name.utf8.count)
      return try attribute(of: value, name) ?? .undefined(name)
    default: return try apply(filter, toItems: value, bound)
    }
  }

  /// The text of a value that a filter goes through.
  private func counted(_ value: TemplateValue) throws(ChatTemplateError) -> String {
    let text = try text(of: value)
    try spend(text: text.utf8.count)
    // Going through code points takes several times what going through bytes does.
    try spend(Self.scalarCost * text.utf8.count)
    return text
  }

  private func indented(_ value: TemplateValue, _ bound: BoundArguments) throws(ChatTemplateError)
    -> TemplateValue
  {
    guard case .string(let text) = value else {
      throw failure("filter 'indent' takes a text, not \(value.typeName)")
    }
    let prefix: String
    switch bound["width"] {
    case .string(let text)?: prefix = text
    case nil: prefix = "    "
    default:
      let count = max(0, try bound.number("width") ?? 4)
      try spend(text: count)
      prefix = TemplateText.repeated(" ", count)
    }
    let count = TemplateText.lineCount(text) + 1
    try spend(Self.scalarCost * text.utf8.count)
    try spend(items: count)
    let (size, overflow) = count.multipliedReportingOverflow(by: prefix.utf8.count)
    try spend(text: overflow ? .max : size + text.utf8.count)
    let lines = TemplateText.lines(text + "\n")
    return try made(
      TemplateText.indented(lines, by: prefix, first: bound.isTrue("first"), blank: bound.isTrue("blank")))
  }

  private func truncated(_ value: TemplateValue, _ bound: BoundArguments) throws(ChatTemplateError)
    -> TemplateValue
  {
    let length = try bound.number("length") ?? 255
    let end = try bound["end"] == nil ? "..." : bound.requiredText("end")
    let leeway = try bound.optionalNumber("leeway") ?? 5
    try spend(end.utf8.count)
    let ending = end.unicodeScalars.count
    guard length >= ending, leeway >= 0 else {
      throw failure("filter 'truncate': the length or the leeway is too small")
    }
    guard case .string(let text) = value else {
      if case .undefined = value { return value }
      throw value.items == nil
        ? failure("\(value.typeName) cannot be truncated") : unsupported("filter 'truncate' of a list")
    }
    try spend(Self.scalarCost * text.utf8.count)
    let scalars = Array(text.unicodeScalars)
    let (limit, overflow) = length.addingReportingOverflow(leeway)
    if overflow || scalars.count <= limit { return value }
    var kept = scalars[..<(length - ending)]
    if !bound.isTrue("killwords"), let blank = kept.lastIndex(of: " ") { kept = kept[..<blank] }
    return try made(makeString(kept) + end)
  }
}
