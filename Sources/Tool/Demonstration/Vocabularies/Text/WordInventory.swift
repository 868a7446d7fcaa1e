/// The words from which sentences of one language are put together, and how.
struct WordInventory: Sendable {
  /// Whole words or stems, the common ones first.
  let stems: [String]
  /// What may follow a stem; the empty ending is taken as often as all others together.
  let endings: [String]
  /// Between two words: a space, or nothing in Chinese and Japanese.
  let separator: String
  /// Between two parts of a sentence.
  let comma: String
  /// At the end of a sentence.
  let stops: [String]
  /// Around quoted words.
  let quotes: (open: String, close: String)
  /// Whether a sentence begins with a capital letter.
  let capitalizes: Bool

  init(
    _ stems: String, endings: String = "", separator: String = " ", comma: String = ", ",
    stops: [String] = [".", ".", ".", "!", "?"], quotes: (open: String, close: String) = ("\"", "\""),
    capitalizes: Bool = true
  ) {
    self.stems = stems.split(whereSeparator: \.isWhitespace).map(String.init)
    self.endings = endings.split(separator: " ").map(String.init)
    self.separator = separator
    self.comma = comma
    self.stops = stops
    self.quotes = quotes
    self.capitalizes = capitalizes
  }
}
