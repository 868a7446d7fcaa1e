import CMCPrimitives
import CMCVocabulary

extension Tokenizer {
  /// The tokens that together stand for the bytes of one token of another vocabulary.
  ///
  /// The bytes are taken as they occur inside a text: no space is put before them. A piece of a character is encoded
  /// byte by byte as far as the vocabulary has tokens for that.
  ///
  /// - Returns: The ids, or nil where the bytes cannot be expressed without an unknown token or a loss.
  /// - Throws: `RegexError` where a pattern gives up.
  public func retokenize(_ bytes: [UInt8]) throws -> [Int32]? {
    guard !bytes.isEmpty else { return nil }
    var options = EncodingOptions()
    options.isContinuation = true
    let ids: [Int32]
    if isValidUTF8(bytes) {
      do {
        ids = try encode(bytes, options: options)
      } catch TokenizationError.noUnknown {
        return nil
      }
    } else {
      ids = encodeFragment(bytes)
    }
    guard !ids.isEmpty, try decodesTo(bytes, ids) else { return nil }
    return ids
  }

  /// Bytes that are no whole characters: through the model where it works on bytes, else by byte tokens.
  private func encodeFragment(_ bytes: [UInt8]) -> [Int32] {
    if preTokenization.isByteLevel || isGreedyTrie {
      return withSession { session in
        var memory = session.takeMemory()
        defer { session.giveBack(memory) }
        bytes.withUnsafeBufferPointer {
          model.encode($0, scratch: &memory.scratch, into: &memory.tokens)
        }
        return memory.tokens.map { max($0.id, -1) }
      }
    }
    let vocabulary = description.vocabulary
    var tokens = [Int32](repeating: -1, count: 256)
    for id in (0..<vocabulary.idLimit).reversed() where vocabulary.kinds[id] == .byte {
      if let byte = vocabulary.canonical[id].first { tokens[Int(byte)] = Int32(id) }
    }
    return bytes.map { tokens[Int($0)] }
  }

  private var isGreedyTrie: Bool {
    if case .greedyTrie = description.algorithm { true } else { false }
  }

  /// Whether the canonical bytes of tokens, joined, are the given ones; normalisers may have changed them.
  private func decodesTo(_ bytes: [UInt8], _ ids: [Int32]) throws -> Bool {
    let vocabulary = description.vocabulary
    var joined: [UInt8] = []
    for id in ids {
      guard id >= 0, [.text, .fragment, .byte].contains(vocabulary.kind(id)) else { return false }
      joined += vocabulary.canonical[Int(id)]
    }
    return joined == bytes || (joined.first == 0x20 && joined.dropFirst().elementsEqual(bytes))
  }
}
