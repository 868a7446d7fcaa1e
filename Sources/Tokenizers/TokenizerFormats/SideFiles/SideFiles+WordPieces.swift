import CMCPrimitives
import CMCVocabulary

extension SideFiles {
  /// The words that BERT's classes take for special, by their roles: BERT's own but where a file states others.
  ///
  /// - Throws: `FileError` where a role that text needs has no token.
  private func stateMarks(_ description: TokenizerDescription) throws -> [TokenRole: String] {
    let names: [(name: String, role: TokenRole)] = [
      ("unk_token", .unk), ("sep_token", .sep), ("pad_token", .pad), ("cls_token", .cls),
      ("mask_token", .mask),
    ]
    var marks = WordPieceTextReader.marks
    for (name, role) in names {
      guard let stated = templateTokens.stated(name) else { continue }
      marks[role] = stated
      // Without its piece the library fails at the first unknown word, and without the others at any text.
      guard role == .unk || stated == nil && (role == .cls || role == .sep) else { continue }
      let isThere = stated.map { hasLine($0, of: description) } ?? false
      if !isThere {
        throw FileError(
          path: path(of: "/tokenizer_config.json"),
          underlying: SideFileError.roleMissing(name: name, text: stated))
      }
    }
    return marks
  }

  private func hasLine(_ text: String, of description: TokenizerDescription) -> Bool {
    description.vocabulary.pieceIndex.row(of: Array(text.utf8)) != nil
  }

  /// Reads a `vocab.txt` again where files beside it state other special tokens than BERT's.
  ///
  /// BERT's own marks are ordinary words then, as in the `tokenizer.json` that transformers writes of the folder.
  ///
  /// - Throws: As the reader, and `FileError` for a role without a token.
  func applyMarks(to description: inout TokenizerDescription, path: String) throws {
    guard description.format == .wordPieceText else { return }
    let marks = try stateMarks(description)
    guard marks != WordPieceTextReader.marks else { return }
    var read = try withFile(path) {
      try readFile(path).withUnsafeBytes {
        try WordPieceTextReader.read($0, name: description.name, marks: marks)
      }
    }
    read.files = description.files
    description = read
  }

  /// Puts the stated tokens around a text, where one of them is no line of the `vocab.txt` and was added.
  func applySurroundings(to description: inout TokenizerDescription) {
    guard description.format == .wordPieceText, description.postProcessors.isEmpty else { return }
    let cls: String? = templateTokens.stated("cls_token") ?? WordPieceTextReader.marks[.cls]
    let sep: String? = templateTokens.stated("sep_token") ?? WordPieceTextReader.marks[.sep]
    let names = description.vocabulary.pieceIndex
    guard let cls, let sep, let first = names.row(of: Array(cls.utf8)),
      let last = names.row(of: Array(sep.utf8))
    else { return }
    description.postProcessors = [.bert(cls: Int32(first), sep: Int32(last))]
  }
}
