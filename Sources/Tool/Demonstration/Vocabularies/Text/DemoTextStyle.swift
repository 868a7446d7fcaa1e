/// A kind of text that the generator writes.
enum DemoTextStyle: Sendable {
  /// Sentences of one language.
  case prose(WordInventory)
  /// Invented names in Latin letters, of syllables.
  case names
  /// Functions of a made-up programming language.
  case code
  /// Rows of numbers, dates and prices.
  case figures
  /// Short messages with emoji.
  case chat
}
