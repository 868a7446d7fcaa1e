/// Where tokens begin in a text that comes piece by piece, counted in characters as Unicode has them.
///
/// A token may end within a character, and bytes that are no character become U+FFFD, one for all of them or one for each, as
/// the tokenizer's own library has it. So a token's place is known for sure once the text behind it is there: the bytes of
/// the tokens and the characters of the text are walked side by side.
package struct TextOffsets {
  /// Bytes of tokens whose characters have not come yet.
  private var bytes: [UInt8] = []
  /// Where waiting tokens begin among them.
  private var waiting: ArraySlice<Int> = []
  /// Characters that have come and belong to bytes that have not.
  private var characters: ArraySlice<Unicode.Scalar> = []
  /// How many characters have been gone past.
  private var place = 0
  private static let replacement: Unicode.Scalar = "\u{FFFD}"

  /// Before any text.
  package init() {}

  /// Takes the next token's bytes, none for one that is no text, and the text that has come with it.
  ///
  /// - Returns: Where those tokens begin that were waiting and now are known, in their order.
  package mutating func append(_ token: [UInt8], text: String) -> [Int] {
    waiting.append(bytes.count)
    bytes += token
    characters += text.unicodeScalars
    return walk()
  }

  /// Where the tokens begin that are still waiting when a text has ended, such as those of a stop string that was cut off.
  ///
  /// What follows counts on from there.
  package mutating func finish(text: String = "") -> [Int] {
    characters += text.unicodeScalars
    var known = walk()
    known += waiting.map { _ in place }
    place += characters.count
    (waiting, bytes, characters) = ([], [], [])
    return known
  }

  private mutating func walk() -> [Int] {
    var known: [Int] = []
    var position = 0
    while true {
      while let start = waiting.first, start <= position {
        known.append(place)
        waiting.removeFirst()
      }
      guard position < bytes.count, let character = characters.first else { break }
      let unit = Self.unit(of: bytes[position...])
      // What begins a text may have lost a blank.
      if unit.scalar == " ", place == 0, character != " " {
        position += 1
        continue
      }
      var (length, count) = (unit.length, 1)
      if character == Self.replacement, unit.scalar != character {
        if unit.scalar != nil || isReplacedByteByByte(from: position) { length = 1 }
      } else if unit.scalar == nil {
        // Bytes without a character, such as those that were cut off.
        count = 0
      }
      let end = position + length
      while let start = waiting.first, start < end {
        known.append(place)
        waiting.removeFirst()
      }
      position = end
      place += count
      characters = characters.dropFirst(count)
    }
    if position > 0 {
      bytes.removeFirst(position)
      waiting = ArraySlice(waiting.map { $0 - position })
    }
    return known
  }

  /// Whether each byte that is no whole text by itself, as far as they follow each other, has a U+FFFD of its own.
  private func isReplacedByteByByte(from position: Int) -> Bool {
    let run = bytes[position...].prefix { $0 >= 0x80 }.count
    return characters.prefix(run).allSatisfy { $0 == Self.replacement } && characters.count >= run
  }

  /// The first character of some bytes, or as many of them as are together no character, and how long it is.
  private static func unit(of bytes: ArraySlice<UInt8>) -> (scalar: Unicode.Scalar?, length: Int) {
    guard let first = bytes.first else { return (nil, 0) }
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length = first < 0xC2 || first > 0xF4 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
    var taken = 1
    for byte in bytes.dropFirst().prefix(length - 1) {
      let least: UInt8 = taken > 1 ? 0x80 : first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
      let greatest: UInt8 = taken > 1 ? 0xBF : first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
      guard (least...greatest).contains(byte) else { break }
      value = value << 6 | UInt32(byte & 0x3F)
      taken += 1
    }
    guard length > 1, taken == length else { return (nil, taken) }
    return (Unicode.Scalar(value), length)
  }
}
