extension RegexParser {
  /// The inside of a bracketed class and its closing bracket.
  mutating func characterClass() throws(RegexError) -> ScalarSet {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw unsupported("classes nested this deeply") }
    let isNegated = take("^")
    var operands: [ScalarSet] = []
    var set = ScalarSet()
    var isFirst = true
    while true {
      guard let scalar = next else { throw malformed("a class is not closed") }
      if scalar == "]", !isFirst {
        position += 1
        break
      }
      isFirst = false
      if take(text: "&&") {
        operands.append(set)
        set = ScalarSet()
        continue
      }
      if scalar == "[" {
        guard peek(1) != ":" else { throw unsupported("a POSIX class") }
        position += 1
        set = set.union(try characterClass())
        continue
      }
      let low = try classItem()
      guard next == "-", let after = peek(1), after != "]", let start = low.onlyScalar else {
        set = set.union(low)
        continue
      }
      position += 1
      guard let end = try classItem().onlyScalar else { throw malformed("a range that ends in a class") }
      guard start <= end else { throw malformed("a range whose end is before its beginning") }
      set = set.union(ScalarSet([start...end]))
    }
    // Case is ignored before negation, as everywhere.
    set = cased(operands.reduce(set) { $0.intersection($1) })
    return isNegated ? set.complement : set
  }

  private mutating func classItem() throws(RegexError) -> ScalarSet {
    guard let scalar = next else { throw malformed("a class is not closed") }
    if scalar == "\\" { return try escape(inClass: true) }
    position += 1
    return ScalarSet(scalar)
  }

  /// What a backslash and what follows stand for, where it is one scalar out of a set.
  ///
  /// - Parameter inClass: Whether it stands in a bracketed class, where Oniguruma's `\w` is another set.
  mutating func escape(inClass: Bool = false) throws(RegexError) -> ScalarSet {
    guard let scalar = peek(1) else { throw malformed("a backslash at the end") }
    position += 2
    switch scalar {
    case "s": return .whiteSpace
    case "S": return ScalarSet.whiteSpace.complement
    case "d": return .decimalDigits
    case "D": return ScalarSet.decimalDigits.complement
    case "w": return .wordCharacters(dialect, inClass: inClass)
    case "W": return ScalarSet.wordCharacters(dialect, inClass: inClass).complement
    case "p": return try property(negated: false)
    case "P": return try property(negated: true)
    case "n": return ScalarSet("\n")
    case "r": return ScalarSet("\r")
    case "t": return ScalarSet("\t")
    case "f": return ScalarSet("\u{C}")
    case "v": return ScalarSet("\u{B}")
    case "a": return ScalarSet("\u{7}")
    case "e": return ScalarSet("\u{1B}")
    case "x", "u": return try hexadecimal(scalar)
    default:
      let isWord = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      if isWord {
        position -= 2
        throw unsupported("\\\(scalar)")
      }
      return ScalarSet(scalar)
    }
  }

  private mutating func property(negated: Bool) throws(RegexError) -> ScalarSet {
    var name = ""
    var isNegated = negated
    if take("{") {
      if take("^") { isNegated.toggle() }
      while let scalar = next, scalar != "}" {
        name.unicodeScalars.append(scalar)
        position += 1
      }
      guard take("}") else { throw malformed("a property is not closed") }
    } else if let scalar = next {
      name = String(scalar)
      position += 1
    }
    guard let set = ScalarSet.property(name) else { throw unsupported("the property \(name)") }
    return isNegated ? set.complement : set
  }

  /// `\xNN`, `\x{N…}`, `\uNNNN`, `\u{N…}`.
  private mutating func hexadecimal(_ kind: Unicode.Scalar) throws(RegexError) -> ScalarSet {
    var digits = ""
    if take("{") {
      while let scalar = next, scalar != "}" {
        digits.unicodeScalars.append(scalar)
        position += 1
      }
      guard take("}") else { throw malformed("a number is not closed") }
    } else {
      let limit = kind == "x" ? 2 : 4
      while digits.count < limit, let scalar = next, scalar.properties.isASCIIHexDigit {
        digits.unicodeScalars.append(scalar)
        position += 1
      }
    }
    guard let value = UInt32(digits, radix: 16), value <= 0x10FFFF else {
      throw malformed("a number of a character")
    }
    return ScalarSet([value...value])
  }
}

extension ScalarSet {
  /// The only code point of the set, or nil.
  fileprivate var onlyScalar: UInt32? { count == 1 ? ranges.first?.lowerBound : nil }
}
