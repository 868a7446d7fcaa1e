internal import CMCPrimitives

/// The files that a GGUF model is split over, by llama.cpp's names: `NAME-00001-of-00003.gguf` and so on.
package struct GGUFParts: Sendable, Equatable {
  /// What all names begin with.
  package let stem: String
  /// Which of the files this one is, from 1.
  package let number: Int
  /// How many there are.
  package let count: Int

  /// Reads the name of a file; nil for one that is named otherwise.
  package init?(name: String) {
    let ending = ".gguf"
    guard name.hasSuffix(ending) else { return nil }
    let words = name.dropLast(ending.count).split(separator: "-", omittingEmptySubsequences: false)
    guard words.count >= 4, words[words.count - 2] == "of",
      let number = Self.number(words[words.count - 3]), let count = Self.number(words[words.count - 1]),
      (1...count).contains(number)
    else { return nil }
    stem = words.dropLast(3).joined(separator: "-")
    self.number = number
    self.count = count
  }

  /// The names of all files in order.
  package var names: [String] {
    (1...count).map { "\(stem)-\(Self.digits($0))-of-\(Self.digits(count)).gguf" }
  }

  /// Whether names are those of files of one model, its first among them; one that lacks is named where it is opened.
  static func areOfOneModel(_ names: [String]) -> Bool {
    let parts = names.map { GGUFParts(name: $0) }
    guard let first = parts.first, let first, parts.contains(where: { $0?.number == 1 }) else { return false }
    return parts.allSatisfy { $0?.stem == first.stem && $0?.count == first.count }
  }

  private static func number(_ word: Substring) -> Int? {
    guard word.utf8.count == 5, word.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(word),
      number > 0
    else { return nil }
    return number
  }

  private static func digits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 5 - text.utf8.count)) + text
  }
}
