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
      result += smallSigma(at: index, in: scalars)
    }
    return result
  }

  /// The small letter of a capital sigma, which at the end of a word is another.
  private static func smallSigma(at index: Int, in scalars: [Unicode.Scalar]) -> String {
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true ? "\u{3C2}" : "\u{3C3}"
  }

  /// Each word with a capital, as Python's method does it.
  static func title(_ text: String) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    var isInside = false
    // Only a sigma looks at the letters around it.
    let scalars = text.unicodeScalars.contains("\u{3A3}") ? Array(text.unicodeScalars) : []
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if let small = asciiLetter(scalar) {
        result.append(isInside ? small : small - 0x20)
        isInside = true
        continue
      }
      let isLetter = !scalar.isASCII && scalar.properties.isCased
      if isLetter {
        let properties = scalar.properties
        result +=
          isInside && scalar == "\u{3A3}"
          ? smallSigma(at: index, in: scalars).utf8
          : (isInside ? properties.lowercaseMapping : properties.titlecaseMapping).utf8
      } else {
        append(scalar, to: &result)
      }
      isInside = isLetter
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The small letter of a letter of ASCII.
  private static func asciiLetter(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar.value {
    case 0x41...0x5A: UInt8(scalar.value) + 0x20
    case 0x61...0x7A: UInt8(scalar.value)
    default: nil
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout [UInt8]) {
    if scalar.isASCII {
      result.append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      result += UTF8.encode(scalar) ?? .init()
    }
  }

  /// Each word with a capital, as Jinja's filter does it: words begin behind blanks, dashes and opening brackets.
  static func titleOfFilter(_ text: String) -> String {
    // Only a final sigma looks at the letters around it; a text without one goes letter by letter.
    let hasSigma = text.unicodeScalars.contains("\u{3A3}")
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    var word = String.UnicodeScalarView()
    var isInside = false
    func flush() {
      if !word.isEmpty { result += lowercased(String(word)).utf8 }
      word = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      if scalar == "-" || scalar == "(" || scalar == "{" || scalar == "[" || scalar == "<"
        || isPythonSpace(scalar)
      {
        flush()
        isInside = false
        append(scalar, to: &result)
      } else if !isInside {
        isInside = true
        if let small = asciiLetter(scalar) {
          result.append(small - 0x20)
        } else {
          result += scalar.properties.uppercaseMapping.utf8
        }
      } else if hasSigma {
        word.append(scalar)
      } else if let small = asciiLetter(scalar) {
        result.append(small)
      } else if scalar.isASCII {
        append(scalar, to: &result)
      } else {
        result += scalar.properties.lowercaseMapping.utf8
      }
    }
    flush()
    return String(decoding: result, as: UTF8.self)
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
    // What a sigma becomes depends on the letters around it, so all small letters are made at once.
    let hasSigma = text.unicodeScalars.contains("\u{3A3}")
    let small = hasSigma ? Array(lowercased(text).unicodeScalars) : []
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    var place = 0
    for scalar in text.unicodeScalars {
      if !hasSigma, scalar.isASCII {
        let byte = UInt8(truncatingIfNeeded: scalar.value)
        result.append(asciiLetter(scalar) == nil ? byte : byte ^ 0x20)
        continue
      }
      let properties = scalar.properties
      let lower = properties.lowercaseMapping
      let length = hasSigma ? lower.unicodeScalars.count : 0
      if properties.isUppercase {
        if hasSigma {
          for scalar in small[place..<(place + length)] { append(scalar, to: &result) }
        } else {
          result += lower.utf8
        }
      } else if properties.isLowercase {
        result += properties.uppercaseMapping.utf8
      } else {
        append(scalar, to: &result)
      }
      place += length
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Whether there are letters with case, and all have this one.
  static func hasCase(_ text: String, upper: Bool) -> Bool {
    var hasOne = false
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        guard let small = asciiLetter(scalar) else { continue }
        if (small == UInt8(truncatingIfNeeded: scalar.value)) == upper { return false }
        hasOne = true
        continue
      }
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
