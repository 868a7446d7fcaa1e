import CMCVocabulary

extension SideFiles {
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
