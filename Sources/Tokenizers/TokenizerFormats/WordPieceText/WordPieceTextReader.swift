import CMCPrimitives
package import CMCVocabulary

/// Reads `vocab.txt`: a word part a line, its id the number of the line from 0 (BERT's format).
package enum WordPieceTextReader {
  /// BERT's own marks by their roles.
  package static let marks: [TokenRole: String] = [
    .pad: "[PAD]", .unk: "[UNK]", .cls: "[CLS]", .sep: "[SEP]", .mask: "[MASK]",
  ]

  /// Reads a file's bytes.
  ///
  /// White space at the end of a line is no part of it, as in the library; white space elsewhere is. An empty line
  /// counts, and is a hole. So is a line that comes again later: its word has the last number.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: A name for people.
  ///   - marks: The words that are special, by their roles; every other word is text, BERT's own marks too.
  ///   - dropsByteOrderMark: False where it is part of the first word, as it is for transformers' classes.
  /// - Throws: ``WordPieceTextError``, `VocabularyError`.
  /// - Complexity: O(bytes).
  package static func read(
    _ bytes: UnsafeRawBufferPointer, name: String, marks: [TokenRole: String] = WordPieceTextReader.marks,
    dropsByteOrderMark: Bool = true
  ) throws -> TokenizerDescription {
    let bytes =
      dropsByteOrderMark && bytes.starts(with: [0xEF, 0xBB, 0xBF])
      ? UnsafeRawBufferPointer(rebasing: bytes[3...]) : bytes
    var builder = VocabularyBuilder(capacity: bytes.count / 7)
    var specials: [AddedToken] = []
    var unknown: Int32?
    var notes: [String] = []
    var emptyLines: [Int] = []
    let special = Set(marks.values.map { Array($0.utf8) })
    let repeated = try repeatedLines(bytes)
    try forEachLine(bytes) { id, line in
      guard isValidUTF8(line) else { throw WordPieceTextError.invalidUTF8(line: id + 1) }
      guard !line.isEmpty else {
        emptyLines.append(id + 1)
        return
      }
      guard !repeated.contains(id) else { return }
      let piece = Array(line)
      guard special.contains(piece) else {
        return try builder.add(id: id, piece: line, spelling: spelling)
      }
      try builder.addSpecial(id: id, piece: piece)
      let content = String(decoding: line, as: UTF8.self)
      specials.append(AddedToken(id: Int32(id), content: content, isSpecial: true))
      for role in TokenRole.allCases {
        guard let mark = marks[role], mark.utf8.elementsEqual(line) else { continue }
        builder.assign(role, id: Int32(id), isPrimary: true, source: "vocab.txt: \(content)")
        if role == .unk { unknown = Int32(id) }
      }
    }
    if let first = repeated.min() {
      let others = repeated.count > 1 ? ", and \(repeated.count - 1) more" : ""
      notes.append("Line \(first + 1) comes again later\(others): a word has the number of its last line.")
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
    description.emptyPieces = emptyLines.isEmpty ? 0 : 1
    if unknown == nil {
      description.missingUnknown =
        marks[.unk].map { "the unknown token \(quoted(Array($0.utf8))) is no line of vocab.txt" }
        ?? "the model has no unknown token"
    }
    description.notes = notes
    return description
  }

  private static let spelling = PieceSpelling.wordPiece(continuation: "##")

  /// The numbers of the lines that come again later, empty ones left out.
  private static func repeatedLines(_ bytes: UnsafeRawBufferPointer) throws -> Set<Int> {
    var lines = ByteTable(rows: 0, bytes: bytes.count)
    try forEachLine(bytes) { id, line in
      guard id < VocabularyBuilder.idLimit else {
        throw WordPieceTextError.tooManyLines(limit: VocabularyBuilder.idLimit)
      }
      lines.append(line)
    }
    // Few files have one; only of those every line is looked up by a copy.
    guard ByteStringIndex(lines, where: { lines.length($0) > 0 }).firstDuplicate != nil else { return [] }
    var repeated: Set<Int> = []
    var last: [[UInt8]: Int] = [:]
    for id in 0..<lines.count where lines.length(id) > 0 {
      if let earlier = last.updateValue(id, forKey: Array(lines[id])) { repeated.insert(earlier) }
    }
    return repeated
  }

  /// Calls `body` for each line without its end and without white space before that.
  private static func forEachLine(
    _ bytes: UnsafeRawBufferPointer, _ body: (Int, UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    let text = bytes.bindMemory(to: UInt8.self)
    var start = 0
    var number = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0A { end += 1 }
      try body(number, withoutSpaceBehind(UnsafeBufferPointer(rebasing: text[start..<end])))
      number += 1
      start = end + 1
    }
  }

  /// A line without the white space at its end, by Unicode's property.
  private static func withoutSpaceBehind(_ line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var end = line.count
    while end > 0 {
      var start = end - 1
      while start > 0, end - start < 4, line[start] & 0xC0 == 0x80 { start -= 1 }
      // Only ASCII's and a few of two or three bytes are white space.
      guard line[start] <= 0x20 || line[start] >= 0xC2,
        let last = String(validating: line[start..<end], as: UTF8.self)?.unicodeScalars.first,
        last.properties.isWhitespace
      else { break }
      end = start
    }
    return UnsafeBufferPointer(rebasing: line[..<end])
  }

  /// Whether a word has a capital letter: such vocabularies are for text that is not lower-cased.
  private static func hasUpperCase(_ vocabulary: Vocabulary) -> Bool {
    vocabulary.canonical.withUnsafeRows { rows in
      (0..<rows.count).contains { id in
        vocabulary.kinds[id] == .text && rows[id].contains { (65...90).contains($0) }
          // A mark of BERT's that is text here says nothing of the other words.
          && !marks.values.contains { $0.utf8.elementsEqual(vocabulary.pieces[id]) }
      }
    }
  }
}
