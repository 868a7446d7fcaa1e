import CMCPrimitives
package import CMCVocabulary

/// Reads `vocab.txt`: a word part a line, its id the number of the line from 0 (BERT's format).
package enum WordPieceTextReader {
  /// Reads a file's bytes.
  ///
  /// An empty line counts, and is a hole; so does a piece that was there before, which stays a token of its own.
  ///
  /// - Throws: ``WordPieceTextError``, `VocabularyError`.
  package static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> TokenizerDescription {
    var builder = VocabularyBuilder(capacity: bytes.count / 7)
    var specials: [AddedToken] = []
    var unknown: Int32?
    var notes: [String] = []
    var emptyLines: [Int] = []
    try forEachLine(bytes) { id, line in
      guard id < VocabularyBuilder.idLimit else {
        throw WordPieceTextError.tooManyLines(limit: VocabularyBuilder.idLimit)
      }
      guard isValidUTF8(line) else { throw WordPieceTextError.invalidUTF8(line: id + 1) }
      guard !line.isEmpty else {
        emptyLines.append(id + 1)
        return
      }
      guard isSpecial(line) else { return try builder.add(id: id, piece: line, spelling: spelling) }
      try builder.addSpecial(id: id, piece: Array(line))
      let content = String(decoding: line, as: UTF8.self)
      specials.append(AddedToken(id: Int32(id), content: content, isSpecial: true))
      if let role = roles[content] {
        builder.assign(role, id: Int32(id), isPrimary: true, source: "vocab.txt: \(content)")
        if role == .unk { unknown = Int32(id) }
      }
    }
    if let first = emptyLines.first {
      notes.append(
        "Line \(first) is empty\(emptyLines.count > 1 ? ", and \(emptyLines.count - 1) more" : "").")
    }
    var description = TokenizerDescription(
      name: name, format: .wordPieceText, files: [], vocabulary: try builder.finish(),
      algorithm: .wordPiece(WordPieceModel(unknown: unknown)))
    description.normalizers = [
      .bert(
        cleanText: true, handleChineseCharacters: true, stripAccents: nil,
        lowercase: !hasUpperCase(description.vocabulary))
    ]
    description.preTokenizers = [.bert]
    description.decoders = [.wordPiece(prefix: "##", cleanup: true)]
    if let cls = description.vocabulary.ids(of: .cls).first,
      let sep = description.vocabulary.ids(of: .sep).first
    {
      description.postProcessors = [.bert(cls: cls, sep: sep)]
    }
    description.addedTokens = specials
    description.notes = notes
    return description
  }

  private static let spelling = PieceSpelling.wordPiece(continuation: "##")

  private static let roles: [String: TokenRole] = [
    "[PAD]": .pad, "[UNK]": .unk, "[CLS]": .cls, "[SEP]": .sep, "[MASK]": .mask,
  ]

  /// Calls `body` for each line without its end, which is a line feed with or without a carriage return before it.
  private static func forEachLine(
    _ bytes: UnsafeRawBufferPointer, _ body: (Int, UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    let text = bytes.bindMemory(to: UInt8.self)
    var start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var number = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0A { end += 1 }
      let stop = end > start && text[end - 1] == 0x0D ? end - 1 : end
      try body(number, UnsafeBufferPointer(rebasing: text[start..<stop]))
      number += 1
      start = end + 1
    }
  }

  /// The five marks of BERT; `[unusedN]`, which it keeps free, is text, as in its `tokenizer.json`.
  private static func isSpecial(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    line.first == UInt8(ascii: "[") && roles[String(decoding: line, as: UTF8.self)] != nil
  }

  /// Whether a word has a capital letter: such vocabularies are for text that is not lower-cased.
  private static func hasUpperCase(_ vocabulary: Vocabulary) -> Bool {
    vocabulary.canonical.withUnsafeRows { rows in
      (0..<rows.count).contains { id in
        vocabulary.kinds[id] == .text && rows[id].contains { (65...90).contains($0) }
      }
    }
  }
}
