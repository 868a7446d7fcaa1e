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

  /// Corrects the clean-up that a `vocab.txt` only suggests by the case of its words.
  func applyNormalization(to description: inout TokenizerDescription) {
    guard description.format == .wordPieceText else { return }
    description.normalizers = description.normalizers.map { step in
      guard case .bert(let clean, let chinese, let accents, let lowercase) = step else { return step }
      return .bert(
        cleanText: clean, handleChineseCharacters: bertCleanup.handleChineseCharacters ?? chinese,
        stripAccents: bertCleanup.stripAccents ?? accents, lowercase: bertCleanup.lowercase ?? lowercase)
    }
  }
}
