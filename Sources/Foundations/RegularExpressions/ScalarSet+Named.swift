internal import CMCUnicode

extension ScalarSet {
  /// White space as Oniguruma, Rust's regex and Python's regex take it: the property White_Space.
  static let whiteSpace = ScalarSet([
    0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
  ])

  /// Decimal digits of all scripts.
  static let decimalDigits = category { $0 == "Nd" }

  /// What `\w` matches: what is alphabetic, marks, decimal digits and connector punctuation (Unicode Technical Standard
  /// 18), and by engine a few more: the joiners of Rust's regex; Oniguruma's superscripts and fractions of Latin-1, but
  /// not in a bracketed class, so that `½` is matched by `\w` and by `[^\w]`.
  static func wordCharacters(_ dialect: RegexDialect, inClass: Bool = false) -> ScalarSet {
    let categories = category { $0.hasPrefix("L") || $0.hasPrefix("M") || ["Nd", "Nl", "Pc"].contains($0) }
    // The symbols with the property Other_Alphabetic.
    let circledLetters: [ClosedRange<UInt32>] = [
      0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189,
    ]
    let more: [ClosedRange<UInt32>] =
      switch dialect {
      case .oniguruma where inClass: []
      case .oniguruma: [0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE]
      case .rust: [0x200C...0x200D]
      }
    return ScalarSet(categories.ranges + circledLetters + more)
  }

  /// The scalars whose general category fulfils a condition.
  static func category(_ isIncluded: (String) -> Bool) -> ScalarSet {
    let included = GeneralCategoryTable.names.map(isIncluded)
    let table = GeneralCategoryTable.ranges
    var ranges: [ClosedRange<UInt32>] = []
    for index in table.indices where included[Int(table[index] & 0xFF)] {
      let end = index + 1 < table.count ? table[index + 1] >> 8 : 0x110000
      ranges.append((table[index] >> 8)...(end - 1))
    }
    return ScalarSet(ranges)
  }

  /// The set of a `\p{name}`: a general category, a group of them, or a script; nil for others.
  static func property(_ name: String) -> ScalarSet? {
    let longNames = [
      "Letter": "L", "Mark": "M", "Number": "N", "Punctuation": "P", "Punct": "P", "Symbol": "S",
      "Separator": "Z",
      "Other": "C", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt",
      "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Decimal_Number": "Nd", "Nonspacing_Mark": "Mn",
    ]
    let short = longNames[name] ?? name
    if short.count == 1, "LMNPSZC".contains(short) { return category { $0.hasPrefix(short) } }
    if short == "L&" || short == "LC" { return category { ["Lu", "Ll", "Lt"].contains($0) } }
    if GeneralCategoryTable.names.contains(short) { return category { $0 == short } }
    if name == "Any" { return .all }
    let script = name.split(separator: "=").last.map(String.init) ?? name
    return UnicodeScript(name: script).map { ScalarSet($0.ranges) }
  }

  /// The set with the other cases of its scalars, where each is one scalar.
  var ignoringCase: ScalarSet {
    var added: [ClosedRange<UInt32>] = []
    for range in ranges {
      for value in range {
        guard let scalar = Unicode.Scalar(value) else { continue }
        for other in scalar.caseVariants { added.append(other.value...other.value) }
      }
    }
    return ScalarSet(ranges + added)
  }
}

extension Unicode.Scalar {
  /// The scalars that equal this one when case is ignored; simple case folding, closed over its classes.
  fileprivate var caseVariants: [Unicode.Scalar] {
    func single(_ text: String) -> Unicode.Scalar? {
      text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }
    var variants = [single(properties.lowercaseMapping), single(properties.uppercaseMapping)].compactMap {
      $0
    }
    // The three letters outside ASCII that fold to a letter of it.
    switch value {
    case 0x4B, 0x6B: variants.append("\u{212A}")
    case 0x53, 0x73: variants.append("\u{17F}")
    case 0xC5, 0xE5: variants.append("\u{212B}")
    default: break
    }
    return variants
  }
}
