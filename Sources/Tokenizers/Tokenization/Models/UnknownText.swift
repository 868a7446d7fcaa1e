import CMCPrimitives
import CMCVocabulary

/// What becomes of characters that are no piece: byte tokens, the unknown token, or nothing.
struct UnknownText: Sendable {
  private let unknown: Int32
  /// The token of each byte, where every byte has one and bytes are fallen back to.
  private let bytes: [Int32]?
  private let fuses: Bool

  init(_ vocabulary: Vocabulary, unknown: Int32?, usesBytes: Bool, fuses: Bool) {
    self.unknown = unknown ?? -1
    self.fuses = fuses
    var tokens = [Int32](repeating: -1, count: 256)
    if usesBytes {
      for id in (0..<vocabulary.idLimit).reversed() where vocabulary.kinds[id] == .byte {
        if let byte = vocabulary.canonical[id].first { tokens[Int(byte)] = Int32(id) }
      }
    }
    bytes = usesBytes ? tokens : nil
  }

  /// Whether some text may have neither bytes nor an unknown token; the HF library drops it before merging.
  var mayDrop: Bool { unknown < 0 && !(bytes?.allSatisfy { $0 >= 0 } ?? false) }

  /// Whether a character that is no piece is dropped.
  func drops(_ character: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard unknown < 0 else { return false }
    guard let bytes else { return true }
    return character.contains { bytes[Int($0)] < 0 }
  }

  /// Replaces tokens of id -1 from a place on; `word` from `offset` on is what they all stand for.
  func resolve(
    _ tokens: inout [EncodedToken], from start: Int, word: UnsafeBufferPointer<UInt8>, offset: Int = 0
  ) {
    guard tokens[start...].contains(where: { $0.id < 0 }) else { return }
    var place = offset
    var result: [EncodedToken] = []
    for token in tokens[start...] {
      let length = Int(token.length)
      defer { place += length }
      guard token.id < 0 else {
        result.append(token)
        continue
      }
      if let bytes, word[place..<place + length].allSatisfy({ bytes[Int($0)] >= 0 }) {
        for byte in word[place..<place + length] {
          result.append(EncodedToken(id: bytes[Int(byte)], length: 1))
        }
      } else if fuses, let last = result.last, last.id == unknown {
        result[result.count - 1].length = last.length + token.length
      } else {
        result.append(EncodedToken(id: unknown, length: token.length))
      }
    }
    tokens.replaceSubrange(start..., with: result)
  }

  /// Joins an unknown token with one before it, where two parts of a text meet.
  func fuse(_ tokens: inout [EncodedToken], at place: Int) {
    guard fuses, place > 0, place < tokens.count, tokens[place].id == unknown, tokens[place - 1].id == unknown
    else {
      return
    }
    tokens[place - 1].length += tokens[place].length
    tokens.remove(at: place)
  }
}
