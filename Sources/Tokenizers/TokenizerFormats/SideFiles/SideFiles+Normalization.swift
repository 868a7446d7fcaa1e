import CMCPrimitives
import CMCVocabulary

extension SideFiles {
  /// A line where a `vocab.txt` beside the tokenizer has other pieces: it is not read then, as in transformers.
  func otherPieces(_ description: TokenizerDescription) -> String? {
    guard case .wordPiece = description.algorithm, let pieceLines else { return nil }
    let pieces = description.vocabulary.pieces
    for (id, line) in pieceLines.enumerated() where id >= pieces.count || !pieces[id].elementsEqual(line) {
      let own =
        id < pieces.count ? "tokenizer.json says \(quoted(pieces[id]))" : "tokenizer.json has no such id"
      return
        "the piece of id \(id): vocab.txt says \(quoted(line)), \(own); tokenizer.json is taken, as transformers does"
    }
    return nil
  }

  /// Corrects the clean-up that a `vocab.txt` only suggests by the case of its words, and notes a suggestion that stays.
  func applyNormalization(to description: inout TokenizerDescription) {
    guard description.format == .wordPieceText else { return }
    if bertCleanup.lowercase == nil, description.normalizers.contains(where: \.lowersCase) {
      description.notes.append(
        "no file names a class or says do_lower_case: text is lower-cased, as no word of vocab.txt has a capital"
      )
    } else if bertCleanup.lowercase == nil {
      description.notes.append(
        "no file names a class or says do_lower_case: text keeps its case, as words of vocab.txt have capitals"
      )
    }
    description.normalizers = description.normalizers.map { step in
      guard case .bert(let clean, let chinese, let accents, let lowercase) = step else { return step }
      return .bert(
        cleanText: clean, handleChineseCharacters: bertCleanup.handleChineseCharacters ?? chinese,
        stripAccents: bertCleanup.stripAccents ?? accents, lowercase: bertCleanup.lowercase ?? lowercase)
    }
  }
}

extension Normalizer {
  /// Whether the step is BERT's clean-up and makes capitals small.
  fileprivate var lowersCase: Bool { if case .bert(_, _, _, lowercase: true) = self { true } else { false } }
}
