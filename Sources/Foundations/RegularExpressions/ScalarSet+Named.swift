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
  ///
  /// The case of letters, blanks, hyphens and underscores do not count. A script has the characters of it that
  /// ``TextRegex/unicodeVersion`` knows. Rust's dialect may say what the name is of, as in `Script=Han`.
  static func property(_ name: String, _ dialect: RegexDialect) -> ScalarSet? {
    guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let parts = name.split(separator: "=", omittingEmptySubsequences: false).map { folded($0) }
    if parts.count == 1 { return generalCategory(parts[0]) ?? script(name) }
    guard parts.count == 2, dialect == .rust else { return nil }
    switch parts[0] {
    case "gc", "generalcategory": return generalCategory(parts[1])
    case "sc", "script": return script(String(name.split(separator: "=")[1]))
    default: return nil
    }
  }

  /// A name without what does not count in it.
  private static func folded(_ name: some StringProtocol) -> String {
    String(name.filter { !" -_".contains($0) }).lowercased()
  }

  /// The set of a general category or a group of them, by its folded name.
  private static func generalCategory(_ name: String) -> ScalarSet? {
    switch categoryNames[name] ?? name {
    case "any": .all
    case "lc": category { ["Lu", "Ll", "Lt"].contains($0) }
    case let short where short.count == 1 && "lmnpszc".contains(short):
      category { $0.lowercased().hasPrefix(short) }
    case let short where GeneralCategoryTable.names.contains { $0.lowercased() == short }:
      category { $0.lowercased() == short }
    default: nil
    }
  }

  /// The characters of a script that the table of categories knows.
  private static func script(_ name: String) -> ScalarSet? {
    guard let script = UnicodeScript(name: name), script != .unknown else { return nil }
    let known = ScalarSet(script.ranges).intersection(category { $0 != "Cn" })
    return known.ranges.isEmpty ? nil : known
  }

  /// The short names of categories by their long ones, both folded.
  private static let categoryNames = [
    "letter": "l", "mark": "m", "number": "n", "punctuation": "p", "punct": "p", "symbol": "s",
    "separator": "z",
    "other": "c", "casedletter": "lc", "uppercaseletter": "lu", "lowercaseletter": "ll",
    "titlecaseletter": "lt",
    "modifierletter": "lm", "otherletter": "lo", "nonspacingmark": "mn", "spacingmark": "mc",
    "enclosingmark": "me",
    "decimalnumber": "nd", "letternumber": "nl", "othernumber": "no", "connectorpunctuation": "pc",
    "dashpunctuation": "pd", "openpunctuation": "ps", "closepunctuation": "pe", "initialpunctuation": "pi",
    "finalpunctuation": "pf", "otherpunctuation": "po", "mathsymbol": "sm", "currencysymbol": "sc",
    "modifiersymbol": "sk", "othersymbol": "so", "spaceseparator": "zs", "lineseparator": "zl",
    "paragraphseparator": "zp", "control": "cc", "format": "cf", "privateuse": "co",
    "unassigned": "cn",
  ]
}
