/// What the HF library takes for punctuation, digits, white space and control characters.
enum CharacterPredicates {
  /// What Punctuation and BertPreTokenizer isolate: ASCII symbols, and the general category P of Unicode 8.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    contains(OriginalCharacterSets.punctuation, scalar)
  }

  /// The general category N, as Rust's `char::is_numeric`.
  static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return (0x30...0x39).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }

  /// The property White_Space, as Rust's `char::is_whitespace`.
  static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value) }
    return scalar.properties.isWhitespace
  }

  /// What BERT's clean-up drops: control, format and private characters, but for tab and line ends.
  static func isDroppedByBERT(_ scalar: Unicode.Scalar) -> Bool {
    (0x20..<0x7F).contains(scalar.value) ? false : contains(OriginalCharacterSets.dropped, scalar)
  }

  /// A mark that takes no room of its own: general category Mn of Unicode 8.
  static func isNonSpacingMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x300 && contains(OriginalCharacterSets.nonSpacingMarks, scalar)
  }

  /// A mark of any sort, which StripAccents removes.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x300 && contains(OriginalCharacterSets.marks, scalar)
  }

  /// Whether a scalar is in one of some ascending ranges, given by first and last.
  private static func contains(_ ranges: [UInt32], _ scalar: Unicode.Scalar) -> Bool {
    ranges.withUnsafeBufferPointer { ranges in
      // The first place beyond which everything is larger than the scalar.
      var low = 0
      var high = ranges.count
      while low < high {
        let middle = (low + high) / 2
        if ranges[middle] <= scalar.value { low = middle + 1 } else { high = middle }
      }
      // Inside a range its first is at or below the scalar and its last is not, or is the scalar itself.
      return low % 2 == 1 || (low > 0 && ranges[low - 1] == scalar.value)
    }
  }

  /// The ideographs that BERT's normaliser puts blanks around.
  static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      return true
    default: return false
    }
  }
}
