/// The characters that BERT's pre-tokeniser makes tokens of their own: punctuation and CJK ideographs.
///
/// Source: the published BERT reference tokenizer (`_is_punctuation`, `_is_chinese_char`).
enum WordPieceIsolation {
  /// Whether a piece consists of such characters only.
  static func isIsolated(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let text = String(validating: piece, as: UTF8.self), !text.isEmpty else { return false }
    return text.unicodeScalars.allSatisfy { isPunctuation($0) || isIdeograph($0) }
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 33...47, 58...64, 91...96, 123...126: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B820...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      return true
    default: return false
    }
  }
}
