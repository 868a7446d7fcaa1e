/// What methods and filters of texts share.
extension TemplateInterpreter {
  /// Where a text stands in its field.
  enum Alignment {
    case left, center, right
  }

  /// A text in a field of a width.
  func padded(
    _ text: String, _ width: Int, _ alignment: Alignment, _ fill: String
  ) throws(ChatTemplateError) -> String {
    let (missing, overflow) = width.subtractingReportingOverflow(text.unicodeScalars.count)
    guard missing > 0, !overflow else { return text }
    try spend(text: missing > Self.sizeLimit ? .max : missing * fill.utf8.count + text.utf8.count)
    let before =
      switch alignment {
      case .left: 0
      case .right: missing
      // Python puts the odd one to the left of a text of odd width.
      case .center: missing / 2 + (missing & width & 1)
      }
    return TemplateText.repeated(fill, before) + text + TemplateText.repeated(fill, missing - before)
  }

  /// Zeros behind the sign, up to a width.
  func zeroFilled(_ text: String, _ width: Int) throws(ChatTemplateError) -> String {
    guard let sign = text.utf8.first, sign == 0x2B || sign == 0x2D else {
      return try padded(text, width, .right, "0")
    }
    let (rest, overflow) = width.subtractingReportingOverflow(1)
    let digits = String(decoding: text.utf8.dropFirst(), as: UTF8.self)
    return (sign == 0x2B ? "+" : "-") + (try padded(digits, overflow ? 0 : rest, .right, "0"))
  }

  func expanded(_ text: String, _ size: Int) throws(ChatTemplateError) -> TemplateValue {
    guard size <= 4096 else { throw unsupported("tabs of more than 4096 columns") }
    try spend(text: text.utf8.count + text.utf8.count { $0 == 9 } * max(0, size))
    var result = String.UnicodeScalarView()
    var column = 0
    for scalar in text.unicodeScalars {
      if scalar == "\t" {
        guard size > 0 else { continue }
        let count = size - column % size
        result.append(contentsOf: repeatElement(" ", count: count))
        column += count
      } else {
        result.append(scalar)
        column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
      }
    }
    return .string(String(result))
  }

  /// A text with a part exchanged; an empty one stands between all code points.
  func replaced(_ text: String, _ old: String, _ new: String, limit: Int) throws(ChatTemplateError) -> String
  {
    try spend(Self.scalarCost * text.utf8.count + old.utf8.count)
    let limit = limit < 0 ? Int.max : limit
    let found =
      old.isEmpty
      ? min(limit, text.unicodeScalars.count + 1) : TemplateText.count(of: old, in: text, limit: limit)
    let (added, overflow) = found.multipliedReportingOverflow(by: new.utf8.count)
    try spend(text: overflow ? .max : text.utf8.count - found * old.utf8.count + added)
    // Each place is worth a few bytes that are copied.
    try spend(8 * found)
    return old.isEmpty
      ? TemplateText.spaced(text, by: new, count: found)
      : TemplateText.replaced(old, by: new, in: text, count: found)
  }

  /// Texts of values with another between.
  ///
  /// - Parameter strict: Whether all must be texts, as Python's method wants it.
  func joined(
    _ items: [TemplateValue], by separator: String, strict: Bool
  ) throws(ChatTemplateError) -> String {
    var result = ""
    for (index, item) in items.enumerated() {
      if strict, item.isMarkup { throw unsupported("method 'join' of texts marked safe") }
      guard !strict || item.string != nil else { throw failure("\(item.typeName) cannot be joined") }
      let part = try text(of: item)
      let size = part.utf8.count + (index > 0 ? separator.utf8.count : 0)
      try spend(text: result.utf8.count + size <= Self.sizeLimit ? size : .max)
      if index > 0 { result += separator }
      result += part
    }
    return result
  }

  /// `split`, `rsplit`, `partition`, `rpartition`, `splitlines`.
  func divided(
    _ method: TemplateMethod, _ text: String, _ bound: BoundArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    if method == .splitlines {
      // Before Python 3.12 this is a number of C's: anything else is an error, not a value that holds.
      let keepsEnds = try bound.number("keepends") ?? 0
      guard Int32(exactly: keepsEnds) != nil else { throw failure("\(keepsEnds) is too large a number here") }
      try spend(items: TemplateText.lineCount(text))
      let lines = TemplateText.lines(text, keepsEnds: keepsEnds != 0)
      return try made(lines.map { .string($0) })
    }
    let separator = try bound.text("sep")
    if separator?.isEmpty == true { throw failure("an empty separator") }
    if method == .partition || method == .rpartition {
      guard let separator else { throw failure("method '\(method)' takes a text") }
      let parts = TemplateText.split(text, separator, limit: 1, fromEnd: method == .rpartition)
      if parts.count == 2 { return .tuple([.string(parts[0]), .string(separator), .string(parts[1])]) }
      return .tuple(
        method == .partition
          ? [.string(text), .string(""), .string("")] : [.string(""), .string(""), .string(text)])
    }
    let limit = try bound.number("maxsplit") ?? -1
    // Counted before the list is there: it needs many times the memory of the text.
    try spend(
      items: min(
        text.utf8.count + 1, limit < 0 ? .max : limit,
        1 + text.utf8.count / max(1, separator?.utf8.count ?? 2)))
    let parts =
      separator.map { TemplateText.split(text, $0, limit: limit, fromEnd: method == .rsplit) }
      ?? TemplateText.words(text, limit: limit, fromEnd: method == .rsplit)
    return .list(parts.map { .string($0) })
  }

  /// `startswith`, `endswith`, `find`, `rfind`, `index`, `rindex`, `count`.
  func searched(
    _ method: TemplateMethod, _ text: String, _ bound: BoundArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    let isWhole = bound["start"] == nil && bound["end"] == nil
    let length = text.unicodeScalars.count
    var (first, end) = (try bound.optionalNumber("start") ?? 0, try bound.optionalNumber("end") ?? length)
    first = first < 0 ? max(0, first &+ length) : first
    end = min(end < 0 ? max(0, end &+ length) : end, length)
    let part: Substring.UTF8View
    if isWhole {
      part = text[...].utf8
    } else if first <= end {
      let scalars = text.unicodeScalars
      let start = scalars.index(scalars.startIndex, offsetBy: first)
      part = Substring(scalars[start..<scalars.index(start, offsetBy: end - first)]).utf8
    } else {
      part = "".utf8[...]
    }
    // Beyond the text nothing is found, not even nothing.
    let isBeyond = first > end
    if method == .startswith || method == .endswith {
      let options: [TemplateValue]
      if case .tuple(let items)? = bound["part"] {
        options = items
      } else {
        options = [bound["part"] ?? .none]
      }
      for option in options {
        guard let wanted = option.string?.utf8 else {
          throw failure("method '\(method)' takes a text or a tuple of them")
        }
        try spend(Self.stepCost + wanted.count)
        let holds =
          method == .startswith ? part.starts(with: wanted) : part.suffix(wanted.count).elementsEqual(wanted)
        if holds, !isBeyond { return .boolean(true) }
      }
      return .boolean(false)
    }
    let wanted = try bound.requiredText("sub")
    try spend(2 * (part.count + wanted.utf8.count))
    let isLast = method == .rfind || method == .rindex
    var place: Int?
    if !isBeyond {
      if method == .count {
        return .integer(
          wanted.isEmpty
            ? end - first + 1 : TemplateText.count(of: wanted, in: Substring(part), limit: .max))
      }
      if wanted.isEmpty {
        place = isLast ? part.count : 0
      } else {
        place = TemplateText.place(of: wanted, in: Substring(part), isLast: isLast)
      }
    }
    if method == .count { return .integer(0) }
    guard let place else {
      if method == .index || method == .rindex { throw failure("the text has no such part") }
      return .integer(-1)
    }
    let index = part.index(part.startIndex, offsetBy: place)
    return .integer(text.unicodeScalars.distance(from: text.startIndex, to: index))
  }
}
