/// Python's `str.format`: fields by number or by name, with widths and kinds of numbers.
extension TemplateInterpreter {
  /// A text with its fields filled in.
  func formatted(_ text: String, _ arguments: EvaluatedArguments) throws(ChatTemplateError) -> TemplateValue {
    var result = ""
    var rest = text.unicodeScalars[...]
    var next = 0
    var isNumbered: Bool?
    // Each field looks for its name among all.
    let names = 8 * arguments.named.count
    while let scalar = rest.popFirst() {
      if scalar != "{" && scalar != "}" {
        result.unicodeScalars.append(scalar)
        continue
      }
      if rest.first == scalar {
        rest.removeFirst()
        result.unicodeScalars.append(scalar)
        continue
      }
      guard scalar == "{", let end = rest.firstIndex(of: "}") else {
        throw failure("a lone brace in a format")
      }
      let field = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      if field.contains("{") || field.contains("[") || field.contains(".") && !field.contains(":") {
        throw unsupported("the field {\(field)} of a format")
      }
      let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let head = parts[0].split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      if head[0].contains(".") { throw unsupported("the field {\(field)} of a format") }
      var value: TemplateValue?
      if head[0].isEmpty || head[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        if let isNumbered, isNumbered == head[0].isEmpty {
          throw failure("a format has fields with and without numbers")
        }
        isNumbered = !head[0].isEmpty
        let place = Int(head[0]) ?? next
        next += 1
        value = arguments.positional.indices.contains(place) ? arguments.positional[place] : nil
      } else {
        try spend(names)
        value = arguments.named.first { $0.name == head[0] }?.value
      }
      guard var value else { throw failure("a format has no value for {\(field)}") }
      if head.count > 1 {
        switch head[1] {
        case "s": value = .string(try self.text(of: value))
        case "r": value = .string(String(try self.text(of: .list([value])).dropFirst().dropLast()))
        default: throw unsupported("the field {\(field)} of a format")
        }
      }
      let filled = try filled(value, parts.count > 1 ? parts[1] : "", field)
      try spend(text: result.utf8.count + filled.utf8.count)
      result += filled
    }
    return .string(result)
  }

  /// A value in the form behind the colon.
  private func filled(
    _ value: TemplateValue, _ form: String, _ field: String
  ) throws(ChatTemplateError) -> String {
    if form.isEmpty { return try text(of: value) }
    if value.isMarkup { throw unsupported("a text marked safe in a format") }
    guard let form = TemplateFieldForm(form) else { throw unsupported("the field {\(field)} of a format") }
    var text: String
    switch value {
    case .string(let string):
      guard form.kind == nil || form.kind == "s", !form.hasSign, !form.hasCommas, !form.hasZero else {
        throw form.kind.map { "dxXf".unicodeScalars.contains($0) } == true
          ? failure("a text in the field {\(field)}") : unsupported("the field {\(field)} of a format")
      }
      text =
        form.precision.map { String(String.UnicodeScalarView(string.unicodeScalars.prefix($0))) } ?? string
      return try padded(text, form.width, form.alignment ?? .left, form.fill)
    case .boolean, .integer, .float:
      text = try number(value, form, field)
    case .undefined, .none, .list, .dictionary, .tuple, .group:
      throw failure("\(value.typeName) in the field {\(field)}")
    default: throw unsupported("\(value.typeName) in the field {\(field)}")
    }
    if form.hasSign, !text.hasPrefix("-") { text = "+" + text }
    if form.hasZero, form.alignment == nil {
      if form.hasCommas { throw unsupported("the field {\(field)} of a format") }
      return try zeroFilled(text, form.width)
    }
    return try padded(text, form.width, form.alignment ?? .right, form.fill)
  }

  private func number(
    _ value: TemplateValue, _ form: TemplateFieldForm, _ field: String
  ) throws(ChatTemplateError) -> String {
    if form.kind == "s" { throw failure("a number in the field {\(field)}") }
    if form.kind == "f", let number = value.number {
      guard number.isFinite, let text = TemplateText.fixed(number, places: form.precision ?? 6) else {
        throw unsupported("the field {\(field)} of a format")
      }
      return form.hasCommas ? withCommas(text) : text
    }
    guard let whole = value.wholeNumber else {
      throw form.kind == nil
        ? unsupported("the field {\(field)} of a format") : failure("a number in the field {\(field)}")
    }
    guard form.precision == nil else { throw failure("a whole number in the field {\(field)}") }
    switch form.kind {
    case nil, "d": return form.hasCommas ? withCommas("\(whole)") : "\(whole)"
    default:
      guard !form.hasCommas else { throw failure("a comma in the field {\(field)}") }
      return String(whole, radix: 16, uppercase: form.kind == "X")
    }
  }

  private func withCommas(_ text: String) -> String {
    let parts = text.split(separator: ".", maxSplits: 1)
    var digits = Array(parts[0])
    var place = digits.count - 3
    while place > (digits[0] == "-" ? 1 : 0) {
      digits.insert(",", at: place)
      place -= 3
    }
    return String(digits) + (parts.count > 1 ? "." + parts[1] : "")
  }
}

/// What is behind the colon of a field: filling, alignment, sign, zero, width, commas, precision, kind.
struct TemplateFieldForm {
  var fill = " "
  var alignment: TemplateInterpreter.Alignment?
  var hasSign = false
  var hasZero = false
  var hasCommas = false
  var width = 0
  var precision: Int?
  var kind: Unicode.Scalar?

  /// A form; nil where it has more than that.
  init?(_ text: String) {
    var rest = text.unicodeScalars[...]
    let alignments: [Unicode.Scalar: TemplateInterpreter.Alignment] = ["<": .left, "^": .center, ">": .right]
    if rest.count > 1, let found = alignments[rest[rest.index(after: rest.startIndex)]] {
      fill = String(rest.removeFirst())
      alignment = found
      rest.removeFirst()
    } else if let first = rest.first, let found = alignments[first] {
      alignment = found
      rest.removeFirst()
    }
    func number() -> Int? {
      var digits = ""
      while let digit = rest.first, ("0"..."9").contains(digit) {
        digits.unicodeScalars.append(digit)
        rest.removeFirst()
      }
      return digits.utf8.count <= 6 ? Int(digits) : nil
    }
    if rest.first == "+" || rest.first == "-" { hasSign = rest.removeFirst() == "+" }
    if rest.first == "0" {
      hasZero = true
      rest.removeFirst()
      if alignment != nil { return nil }
    }
    if let first = rest.first, ("0"..."9").contains(first) {
      guard let width = number() else { return nil }
      self.width = width
    }
    if rest.first == "," {
      hasCommas = true
      rest.removeFirst()
    }
    if rest.first == "." {
      rest.removeFirst()
      guard let precision = number(), precision <= 100 else { return nil }
      self.precision = precision
    }
    kind = rest.popFirst()
    guard rest.isEmpty, kind.map({ "sdxXf".unicodeScalars.contains($0) }) ?? true else { return nil }
  }
}
