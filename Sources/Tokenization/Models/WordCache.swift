/// Words that were encoded before, and their tokens; text repeats most of its words.
///
/// Of bounded size: full, it is emptied. Longer words than ``wordLimit`` are not kept.
struct WordCache {
  static let wordLimit = 64
  private static let slotCount = 1 << 16
  private static let arenaLimit = 4 << 20

  private struct Slot: BitwiseCopyable {
    var hash: UInt64
    var word: UInt32
    var tokens: UInt32
    var wordLength: UInt16
    var tokenCount: UInt16
  }

  private var slots = [Slot](
    repeating: Slot(hash: 0, word: 0, tokens: 0, wordLength: 0, tokenCount: 0), count: slotCount)
  private var words: [UInt8] = []
  private var tokens: [EncodedToken] = []
  private var count = 0

  /// Appends the tokens of a word, where they are known.
  ///
  /// - Returns: Whether they are.
  @inline(__always)
  func append(_ word: UnsafeBufferPointer<UInt8>, hash: UInt64, to output: inout [EncodedToken]) -> Bool {
    slots.withUnsafeBufferPointer { slots in
      var place = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
      while slots[place].wordLength != 0 {
        let slot = slots[place]
        if slot.hash == hash, Int(slot.wordLength) == word.count, matches(slot, word) {
          tokens.withUnsafeBufferPointer { tokens in
            for index in Int(slot.tokens)..<Int(slot.tokens) + Int(slot.tokenCount) {
              output.append(tokens[index])
            }
          }
          return true
        }
        place = (place + 1) & (Self.slotCount - 1)
      }
      return false
    }
  }

  @inline(__always)
  private func matches(_ slot: Slot, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    words.withUnsafeBufferPointer { words in
      let start = Int(slot.word)
      for index in 0..<word.count where words[start + index] != word[index] { return false }
      return true
    }
  }

  /// Keeps the tokens of a word that is not there yet.
  mutating func store(_ word: UnsafeBufferPointer<UInt8>, hash: UInt64, _ encoded: ArraySlice<EncodedToken>) {
    guard word.count > 0, word.count <= Self.wordLimit, encoded.count <= 255 else { return }
    if count >= Self.slotCount / 2 || words.count > Self.arenaLimit {
      self = WordCache()
    }
    var place = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
    while slots[place].wordLength != 0 { place = (place + 1) & (Self.slotCount - 1) }
    slots[place] = Slot(
      hash: hash, word: UInt32(words.count), tokens: UInt32(tokens.count), wordLength: UInt16(word.count),
      tokenCount: UInt16(encoded.count))
    words.append(contentsOf: word)
    tokens.append(contentsOf: encoded)
    count += 1
  }

  /// The hash of a word, of which the low bits choose the slot.
  @inline(__always)
  static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(word)
    var hash = seed ^ UInt64(truncatingIfNeeded: raw.count)
    var offset = 0
    while offset + 8 <= raw.count {
      hash = fold(hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < raw.count {
      tail = tail << 8 | UInt64(raw[offset])
      offset += 1
    }
    return fold(hash ^ tail ^ 0x9E37_79B9_7F4A_7C15)
  }

  /// New in every process, so that no text can be made to collide.
  private static let seed = UInt64.random(in: .min ... .max)

  @inline(__always)
  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
