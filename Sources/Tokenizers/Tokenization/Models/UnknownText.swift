import CMCPrimitives
import CMCVocabulary

/// What becomes of characters that are no piece: byte tokens, the unknown token, or nothing.
struct UnknownText: Sendable {
  private let unknown: Int32
  /// The token of each byte, where every byte has one and bytes are fallen back to.
  private let bytes: [Int32]?
  private let fuses: Bool
  /// Whether the unknown token is a character's own too, so that one beside it is not to be joined with it.
  let isAmbiguous: Bool

  init(_ pieces: ModelPieces, unknown: Int32?, usesBytes: Bool, fuses: Bool) {
    let vocabulary = pieces.vocabulary
    self.unknown = unknown ?? (pieces.refusesUnknown ? EncodedToken.refused : -1)
    self.fuses = fuses
    isAmbiguous =
      fuses && unknown.map { vocabulary.pieces[Int($0)].filter { $0 & 0xC0 != 0x80 }.count == 1 } ?? false
    var tokens = [Int32](repeating: -1, count: 256)
    if usesBytes {
      for id in (0..<vocabulary.idLimit).reversed() where pieces.contains(id, kinds: { $0 == .byte }) {
        if let byte = pieces.byte(of: id) { tokens[Int(byte)] = Int32(id) }
      }
    }
    bytes = usesBytes ? tokens : nil
  }

  /// Whether some text may have neither bytes nor an unknown token; the HF library drops it before merging.
  var mayDrop: Bool { unknown == -1 && !(bytes?.allSatisfy { $0 >= 0 } ?? false) }

  /// Whether a character that is no piece is dropped.
  func drops(_ character: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard unknown == -1 else { return false }
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
    var isFusing = false
    for token in tokens[start...] {
      let length = Int(token.length)
      defer { place += length }
      guard token.id < 0, token.id != EncodedToken.refused else {
        result.append(token)
        isFusing = false
        continue
      }
      if let bytes, word[place..<place + length].allSatisfy({ bytes[Int($0)] >= 0 }) {
        for byte in word[place..<place + length] {
          result.append(EncodedToken(id: bytes[Int(byte)], length: 1))
        }
        isFusing = false
      } else if fuses, isFusing, let last = result.last {
        result[result.count - 1].length = last.length + token.length
      } else {
        result.append(EncodedToken(id: unknown, length: token.length))
        isFusing = true
      }
    }
    tokens.replaceSubrange(start..., with: result)
  }

  /// Replaces runs of unknown tokens and of tokens of id -1 from a place on, as the HF library's Unigram does: a run that
  /// spells a piece is that piece, else all its bytes have tokens and are them, or it is one unknown token.
  func resolveRuns(
    _ tokens: inout [EncodedToken], from start: Int, word: UnsafeBufferPointer<UInt8>, unknown: Int32?,
    pieces: ByteTrie
  ) {
    guard tokens[start...].contains(where: { $0.id < 0 || $0.id == unknown }) else { return }
    var result: [EncodedToken] = []
    var place = 0
    var runStart = 0
    func close() {
      guard runStart < place else { return }
      let run = UnsafeBufferPointer(rebasing: word[runStart..<place])
      if let match = pieces.longestMatch(in: run, from: 0), match.length == run.count {
        result.append(EncodedToken(id: match.value, length: Int32(run.count)))
      } else if let bytes, run.allSatisfy({ bytes[Int($0)] >= 0 }) {
        result += run.map { EncodedToken(id: bytes[Int($0)], length: 1) }
      } else {
        result.append(EncodedToken(id: self.unknown, length: Int32(run.count)))
      }
    }
    for token in tokens[start...] {
      if token.id < 0 || token.id == unknown {
        place += Int(token.length)
        continue
      }
      close()
      result.append(token)
      place += Int(token.length)
      runStart = place
    }
    close()
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
