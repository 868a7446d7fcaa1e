/// Python's operations on texts, on code points.
enum TemplateText {
  /// Without certain code points at its ends; white space where none are named.
  static func stripped(_ text: String, _ characters: String? = nil, start: Bool = true, end: Bool = true)
    -> String
  {
    let set = characters.map { Set($0.unicodeScalars) }
    func goes(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? isPythonSpace(scalar) }
    var scalars = text.unicodeScalars[...]
    while start, let first = scalars.first, goes(first) { scalars.removeFirst() }
    while end, let last = scalars.last, goes(last) { scalars.removeLast() }
    return String(scalars)
  }

  /// Small letters; a sigma at the end of a word has its own.
  static func lowercased(_ text: String) -> String {
    guard text.unicodeScalars.contains("\u{3A3}") else { return text.lowercased() }
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      guard scalar == "\u{3A3}" else {
        result += scalar.properties.lowercaseMapping
        continue
      }
      let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
      let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
      result +=
        before?.properties.isCased == true && after?.properties.isCased != true ? "\u{3C2}" : "\u{3C3}"
    }
    return result
  }

  /// Each word with a capital, as Python's method does it.
  static func title(_ text: String) -> String {
    let small = Array(text.unicodeScalars).indices.isEmpty ? [] : Array(text.unicodeScalars)
    var result = ""
    var isInside = false
    for scalar in small {
      let isLetter = scalar.properties.isCased
      if isLetter {
        result += isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      } else {
        result.unicodeScalars.append(scalar)
      }
      isInside = isLetter
    }
    return result
  }

  /// Each word with a capital, as Jinja's filter does it: words begin behind blanks, dashes and opening brackets.
  static func titleOfFilter(_ text: String) -> String {
    var result = ""
    var word = String.UnicodeScalarView()
    func flush() {
      if let first = word.first {
        result += String(first).uppercased() + lowercased(String(word.dropFirst()))
      }
      word = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      if scalar == "-" || scalar == "(" || scalar == "{" || scalar == "[" || scalar == "<"
        || isPythonSpace(scalar)
      {
        flush()
        result.unicodeScalars.append(scalar)
      } else {
        word.append(scalar)
      }
    }
    flush()
    return result
  }

  /// With a capital at the beginning and none after.
  static func capitalized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    let small = lowercased(text).unicodeScalars
    let length = String(first).lowercased().unicodeScalars.count
    return first.properties.titlecaseMapping + String(small.dropFirst(length))
  }

  /// Small letters for capitals, and capitals for small letters.
  static func swapped(_ text: String) -> String {
    var result = ""
    let small = Array(lowercased(text).unicodeScalars)
    var place = 0
    for scalar in text.unicodeScalars {
      let length = scalar.properties.lowercaseMapping.unicodeScalars.count
      if scalar.properties.isUppercase {
        result.unicodeScalars.append(contentsOf: small[place..<(place + length)])
      } else if scalar.properties.isLowercase {
        result += scalar.properties.uppercaseMapping
      } else {
        result.unicodeScalars.append(scalar)
      }
      place += length
    }
    return result
  }

  /// Whether there are letters with case, and all have this one.
  static func hasCase(_ text: String, upper: Bool) -> Bool {
    var hasOne = false
    for scalar in text.unicodeScalars {
      let properties = scalar.properties
      if (upper ? properties.isLowercase : properties.isUppercase)
        || properties.generalCategory == .titlecaseLetter
      {
        return false
      }
      hasOne = hasOne || (upper ? properties.isUppercase : properties.isLowercase)
    }
    return hasOne
  }

  /// Whether all code points are of a kind: Python's `isalpha` and others.
  static func isAll(_ method: TemplateMethod, _ text: String) -> Bool {
    let scalars = text.unicodeScalars
    func isLetter(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
      default: false
      }
    }
    switch method {
    case .isascii: return scalars.allSatisfy(\.isASCII)
    case .islower: return hasCase(text, upper: false)
    case .isupper: return hasCase(text, upper: true)
    case _ where scalars.isEmpty: return false
    case .isspace: return scalars.allSatisfy(isPythonSpace)
    case .isalpha: return scalars.allSatisfy(isLetter)
    case .isdecimal: return scalars.allSatisfy { $0.properties.numericType == .decimal }
    case .isdigit:
      return scalars.allSatisfy {
        $0.properties.numericType == .decimal || $0.properties.numericType == .digit
      }
    case .isnumeric: return scalars.allSatisfy { $0.properties.numericType != nil }
    default: return scalars.allSatisfy { isLetter($0) || $0.properties.numericType != nil }
    }
  }

  /// Lines with `prefix` before each but the first; `blank` says whether before empty ones too.
  static func indented(_ lines: [String], by prefix: String, first: Bool, blank: Bool) -> String {
    lines.enumerated().map { index, line in
      (index == 0 ? first : blank || !line.isEmpty) ? prefix + line : line
    }.joined(separator: "\n")
  }
}
