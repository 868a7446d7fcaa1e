extension RegexParser {
  /// What a character or an escape stands for.
  enum Item {
    /// One code point, which may be the end of a range.
    case scalar(UInt32)
    /// Any of a set.
    case set(ScalarSet)
  }

  /// What a backslash and what follows stand for, where it is one scalar out of a set.
  ///
  /// - Parameter inClass: Whether it stands in a bracketed class, where Oniguruma's `\w` is another set.
  mutating func escape(inClass: Bool = false) throws(RegexError) -> Item {
    guard let scalar = peek(1) else { throw malformed("a backslash at the end") }
    position += 2
    switch scalar {
    case "s": return .set(.whiteSpace)
    case "S": return .set(ScalarSet.whiteSpace.complement)
    case "d": return .set(.decimalDigits)
    case "D": return .set(ScalarSet.decimalDigits.complement)
    case "w": return .set(.wordCharacters(dialect, inClass: inClass))
    case "W": return .set(ScalarSet.wordCharacters(dialect, inClass: inClass).complement)
    // Oniguruma takes a property in braces only; else it is the letter.
    case "p", "P":
      return next == "{" || dialect == .rust
        ? .set(try property(negated: scalar == "P")) : .scalar(scalar.value)
    case "n": return .scalar(0x0A)
    case "r": return .scalar(0x0D)
    case "t": return .scalar(0x09)
    case "f": return .scalar(0x0C)
    case "v": return .scalar(0x0B)
    case "a": return .scalar(0x07)
    case "e": return .scalar(0x1B)
    case "x", "u": return .scalar(try hexadecimal(scalar))
    default:
      let isWord = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      // In Rust's dialect `\<` and `\>` are the ends of a word.
      if isWord || (dialect == .rust && !inClass && (scalar == "<" || scalar == ">")) {
        position -= 2
        throw unsupported("\\\(scalar)")
      }
      return .scalar(scalar.value)
    }
  }

  /// The set of a property from what follows `\p` on.
  private mutating func property(negated: Bool) throws(RegexError) -> ScalarSet {
    let start = position
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
    guard var set = ScalarSet.property(name, dialect) else {
      position = start
      throw unsupported("the property \(name)")
    }
    // Rust's regex ignores case before it negates; Oniguruma heeds the case of a property.
    if dialect == .rust, ignoresCase { set = set.ignoringCase }
    return isNegated ? set.complement : set
  }

  /// `\xNN`, `\x{N…}`, `\uNNNN`, and in Rust's dialect `\u{N…}`.
  private mutating func hexadecimal(_ kind: Unicode.Scalar) throws(RegexError) -> UInt32 {
    let isBraced = (kind == "x" || dialect == .rust) && take("{")
    let limit = isBraced ? 8 : kind == "x" ? 2 : 4
    var value: UInt32 = 0
    var count = 0
    while count < limit, let scalar = next, let digit = Character(scalar).hexDigitValue, scalar.isASCII {
      value = value << 4 | UInt32(digit)
      count += 1
      position += 1
    }
    // In Oniguruma `\x` may have fewer digits; what is then the character NUL is refused.
    let isShort = dialect == .oniguruma && kind == "x" && count > 0
    guard isBraced ? count > 0 && take("}") : count == limit || isShort else {
      throw malformed("a number of a character")
    }
    if !isBraced, kind == "x", dialect == .oniguruma, value > 0x7F {
      throw unsupported("a byte of a character")
    }
    guard Unicode.Scalar(value) != nil else { throw malformed("a number of a character") }
    return value
  }
}
