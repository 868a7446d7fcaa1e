/// The kinds of character that a vocabulary's words are cut at.
enum CharacterKind {
  case space
  case letter
  case digit
  case other

  /// The kind of a character; marks that belong to letters count as letters.
  init(_ scalar: Unicode.Scalar) {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark:
      self = .letter
    case .decimalNumber, .letterNumber, .otherNumber: self = .digit
    default: self = scalar.properties.isWhitespace ? .space : .other
    }
  }
}
