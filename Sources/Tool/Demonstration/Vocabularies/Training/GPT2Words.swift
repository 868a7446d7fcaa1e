/// The words into which GPT-2's pattern cuts a text.
///
/// The pattern is `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, as published with GPT-2.
struct GPT2Words: Sequence, IteratorProtocol {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// The next word, or nil at the end.
  mutating func next() -> String? {
    guard position < scalars.count else { return nil }
    let end = endOfContraction() ?? endOfRun()
    defer { position = end }
    var word = String.UnicodeScalarView()
    word.append(contentsOf: scalars[position..<end])
    return String(word)
  }

  private func endOfContraction() -> Int? {
    guard scalars[position] == "'" else { return nil }
    for ending in ["s", "t", "re", "ve", "m", "ll", "d"] as [String] {
      let end = position + 1 + ending.unicodeScalars.count
      if end <= scalars.count, scalars[position + 1..<end].elementsEqual(ending.unicodeScalars) { return end }
    }
    return nil
  }

  private func endOfRun() -> Int {
    var start = position
    if scalars[start] == " ", start + 1 < scalars.count, kind(start + 1) != .space { start += 1 }
    let first = kind(start)
    var end = start + 1
    while end < scalars.count, kind(end) == first { end += 1 }
    // White space before a word leaves its last character to that word.
    return first == .space && end < scalars.count && end - position > 1 ? end - 1 : end
  }

  /// The kind as the pattern's classes have it: a mark is no letter there.
  private func kind(_ index: Int) -> CharacterKind {
    switch scalars[index].properties.generalCategory {
    case .nonspacingMark, .spacingMark: .other
    default: CharacterKind(scalars[index])
    }
  }
}
