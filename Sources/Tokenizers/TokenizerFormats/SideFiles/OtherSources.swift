import CMCFastJSON
import CMCModelFiles
import CMCPrimitives
import CMCVocabulary

/// Whole tokenizers beside the one that is read, of which a folder should have but one.
///
/// A `tokenizer.json` with the `tokenizer.model` it was made from is what most folders have, so only what is plainly of
/// another vocabulary is noted: other pieces, or a number of tokens that is far off.
enum OtherSources {
  /// How many ids a file may lack or shift against another of the same model: marks that classes put before the pieces.
  private static let slack = 128
  /// How many more ids the `tokenizer.json` of a model may have than its plain vocabulary: added tokens.
  private static let additions = 4096

  /// A sentence for each such file that is of another vocabulary.
  ///
  /// - Complexity: O(bytes of those files); none of them is parsed as a whole but a `tekken.json`.
  static func notes(_ location: ModelLocation, _ description: TokenizerDescription) -> [String] {
    guard location.ownsDirectory,
      description.format == .tokenizerJSON || description.format == .tekken
    else { return [] }
    let taken = lastComponent(location.path)
    return ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "tekken.json"].compactMap { name in
      guard name != taken, let path = location.sibling(name), let bytes = try? readFile(path, limit: 1 << 27),
        let difference =
          name == "tekken.json" ? tekkenDifference(bytes, description) : modelDifference(bytes, description)
      else { return nil }
      return "\(taken) and \(name) are of different vocabularies: \(difference); \(taken) is taken"
    }
  }

  private static func tekkenDifference(_ bytes: [UInt8], _ description: TokenizerDescription) -> String? {
    guard let root = try? JSONDocument(bytes).root, let size = root["config"]?["default_vocab_size"]?.int
    else {
      return nil
    }
    return sizeDifference(size, description)
  }

  private static func modelDifference(_ bytes: [UInt8], _ description: TokenizerDescription) -> String? {
    let kind = bytes.withUnsafeBytes { FileKind.withoutParsing($0) }
    if kind == .tiktoken {
      // Lines of base64 and rank: special tokens are not among them.
      return sizeDifference(bytes.count { $0 == UInt8(ascii: "\n") }, description)
    }
    guard kind == .sentencePiece else { return nil }
    let pieces = SentencePiecePeek.pieces(bytes)
    guard !pieces.isEmpty else { return nil }
    if description.format == .tokenizerJSON, let different = pieceDifference(pieces, description) {
      return different
    }
    return sizeDifference(pieces.count, description)
  }

  private static func sizeDifference(_ count: Int, _ description: TokenizerDescription) -> String? {
    let own = description.vocabulary.idLimit - description.besideIDs.count
    guard own < count - slack || own > count + additions else { return nil }
    return "\(own) and \(count) ids"
  }

  /// The first piece that differs, where more than a few of some hundred do; ids may be shifted by marks before them.
  private static func pieceDifference(
    _ pieces: [ArraySlice<UInt8>], _ description: TokenizerDescription
  ) -> String? {
    let names = description.vocabulary.pieceIndex
    var shifts: [Int: Int] = [:]
    var asked = 0
    // From the middle on no file has marks any more.
    for id in stride(from: pieces.count / 2, to: pieces.count, by: max(1, pieces.count / 512)) {
      asked += 1
      if let row = names.row(of: pieces[id]), abs(row - id) <= slack {
        shifts[row - id, default: 0] += 1
      }
    }
    guard asked >= 16 else { return nil }
    let common = shifts.values.max() ?? 0
    guard common * 10 < asked * 8 else { return nil }
    let id = pieces.count / 2
    return
      "of \(asked) pieces \(asked - common) are not at their place, such as id \(id), \(quoted(pieces[id]))"
  }
}

/// The texts of a SentencePiece model's pieces, without parsing the rest of it.
enum SentencePiecePeek {
  /// The pieces in order; those before the first byte that is not as expected.
  ///
  /// - Complexity: O(pieces).
  static func pieces(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    var place = 0
    // Field 1 of the model is a piece, and field 1 of that its text; writers put both first.
    while place < bytes.count, bytes[place] == 0x0A {
      place += 1
      guard let length = number(bytes, &place), length <= bytes.count - place else { break }
      let end = place + length
      guard place < end, bytes[place] == 0x0A else { break }
      place += 1
      guard let text = number(bytes, &place), place <= end, text <= end - place else { break }
      result.append(bytes[place..<place + text])
      place = end
    }
    return result
  }

  /// A length of up to 28 bits.
  private static func number(_ bytes: [UInt8], _ place: inout Int) -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 28, by: 7) {
      guard place < bytes.count else { return nil }
      let byte = Int(bytes[place])
      place += 1
      value |= (byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
