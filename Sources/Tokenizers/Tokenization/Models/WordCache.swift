/// Words that were encoded before, and their tokens; text repeats most of its words.
///
/// One slot is one line of the processor's cache: the word, padded with zeros, then its tokens. Direct-mapped, so a word
/// takes the place of an earlier one, and of fixed size. What is too long for a slot is not kept.
final class WordCache {
  /// The longest word that is kept, in bytes.
  static let wordLimit = 32
  private static let tokenLimit = 6
  private static let count = 1 << 15

  // A slot, in bytes: word 0..<32, ids 32..<56, lengths 56..<62, length of the word 62, number of tokens 63.
  private static let stride = 64
  private let slots = UnsafeMutableRawPointer.allocate(byteCount: count * stride, alignment: stride)

  init() { slots.initializeMemory(as: UInt8.self, repeating: 0, count: Self.count * Self.stride) }

  deinit { slots.deallocate() }

  /// A word as four numbers, by which it is compared and found.
  struct Key {
    fileprivate let words: SIMD4<UInt64>
    fileprivate let length: UInt8
    fileprivate let slot: Int

    /// The key of a word of 1 to ``WordCache/wordLimit`` bytes.
    @inline(__always)
    init(_ word: UnsafeBufferPointer<UInt8>) {
      let raw = UnsafeRawBufferPointer(word)
      words = SIMD4(
        Self.load(raw, 0), Self.load(raw, 8), Self.load(raw, 16), Self.load(raw, 24))
      length = UInt8(truncatingIfNeeded: word.count)
      var hash = Self.fold(words[0] ^ WordCache.seed, words[1] ^ UInt64(length))
      if word.count > 16 { hash = Self.fold(hash ^ words[2], words[3] ^ 0x9E37_79B9_7F4A_7C15) }
      slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (WordCache.count - 1)
    }

    /// Eight bytes from a place on, zeros after the end.
    @inline(__always)
    private static func load(_ word: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
      let left = word.count - place
      if left >= 8 { return word.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
      if left <= 0 { return 0 }
      if word.count >= 8 {
        return word.loadUnaligned(fromByteOffset: word.count - 8, as: UInt64.self) >> UInt64(8 * (8 - left))
      }
      if left >= 4 {
        let low = UInt64(word.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        let high = UInt64(word.loadUnaligned(fromByteOffset: word.count - 4, as: UInt32.self))
        return low | high << UInt64(8 * (left - 4))
      }
      let first = UInt64(word[place])
      let middle = UInt64(word[place + left / 2])
      return first | middle << UInt64(8 * (left / 2)) | UInt64(word[word.count - 1]) << UInt64(8 * (left - 1))
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
      let product = (a ^ 0xD6E8_FEB8_6659_FD93).multipliedFullWidth(by: b ^ 0xA076_1D64_78BD_642F)
      return product.high ^ product.low
    }
  }

  /// Appends the tokens of a word, where they are known.
  ///
  /// - Returns: Whether they are.
  @inline(__always)
  func append(_ key: Key, to output: inout [EncodedToken]) -> Bool {
    let slot = slots + key.slot * Self.stride
    guard slot.load(fromByteOffset: 62, as: UInt8.self) == key.length,
      slot.load(as: SIMD4<UInt64>.self) == key.words
    else { return false }
    let count = Int(slot.load(fromByteOffset: 63, as: UInt8.self))
    for index in 0..<count {
      output.append(
        EncodedToken(
          id: slot.load(fromByteOffset: 32 + 4 * index, as: Int32.self),
          length: Int32(slot.load(fromByteOffset: 56 + index, as: UInt8.self))))
    }
    return true
  }

  /// Keeps the tokens of a word, in place of whatever was there.
  @inline(__always)
  func store(_ key: Key, _ encoded: UnsafeBufferPointer<EncodedToken>) {
    guard encoded.count <= Self.tokenLimit else { return }
    let slot = slots + key.slot * Self.stride
    slot.storeBytes(of: key.words, as: SIMD4<UInt64>.self)
    for (index, token) in encoded.enumerated() {
      slot.storeBytes(of: token.id, toByteOffset: 32 + 4 * index, as: Int32.self)
      slot.storeBytes(
        of: UInt8(truncatingIfNeeded: token.length), toByteOffset: 56 + index, as: UInt8.self)
    }
    slot.storeBytes(of: key.length, toByteOffset: 62, as: UInt8.self)
    slot.storeBytes(of: UInt8(encoded.count), toByteOffset: 63, as: UInt8.self)
  }

  /// New in every process, so that no text can be made to fall into one slot.
  private static let seed = UInt64.random(in: .min ... .max)
}
