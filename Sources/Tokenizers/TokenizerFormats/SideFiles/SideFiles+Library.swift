import CMCPrimitives
import CMCVocabulary

extension SideFiles {
  /// Adds to a tokenizer what the files beside it add, as transformers does, and marks what they call special.
  ///
  /// The library gives ids itself: that of the model's piece with the same text, else the next one after all. Which
  /// tokens are special decides two questions apart: encoding and decoding go by the added tokens' own flags, as in
  /// the library; in the vocabulary a token that has a role is special too.
  ///
  /// - Throws: ``SideFileError``, `VocabularyError`.
  /// - Returns: An index of the pieces, where one was made and still holds.
  func applyToLibrary(to description: inout TokenizerDescription) throws -> ByteStringIndex? {
    let file = description.format == .tokenizerJSON ? "tokenizer.json" : "the tokenizer's own file"
    let vocabulary = description.vocabulary
    let names = vocabulary.pieceIndex
    let pieces = vocabulary.tokenCount + description.emptyPieces - description.addedOnlyIDs.count
    var next = Int32(max(pieces, description.addedTokens.lazy.map { Int($0.id) + 1 }.max() ?? 0))
    var places = Dictionary(
      description.addedTokens.enumerated().map { (Array($1.content.utf8), $0) }, uniquingKeysWith: { $1 })
    var additions: [Int32: TokenAddition] = [:]
    for stated in stated.inOrder(added: description.addedTokens) where !stated.content.isEmpty {
      if let place = places[stated.content] {
        let earlier = description.addedTokens[place]
        description.addedTokens[place] = stated.token(id: earlier.id)
        description.addedTokens[place].isSpecial = earlier.isSpecial || stated.isSpecial == true
        continue
      }
      places[stated.content] = description.addedTokens.count
      if let row = names.row(of: stated.content) {
        description.addedTokens.append(stated.token(id: Int32(row)))
        continue
      }
      guard Int(next) < VocabularyBuilder.idLimit, vocabulary.kind(next) == .hole else {
        throw SideFileError.idTaken(key: stated.source, id: Int(next))
      }
      let token = stated.token(id: next)
      additions[next] = TokenAddition(id: next, piece: stated.content, isSpecial: token.isSpecial)
      description.addedTokens.append(token)
      description.addedOnlyIDs.insert(next)
      description.besideIDs.insert(next)
      description.notes.append(
        "\(stated.source) adds \(quoted(stated.content)), which \(file) does not list, as id \(next).")
      next += 1
    }
    if description.format == .sentencePiece {
      // The model normalises what is between added tokens; those are found in the text as it was given.
      for place in description.addedTokens.indices { description.addedTokens[place].isNormalized = false }
    }
    noteOtherIDs(vocabulary, of: file, names: names, additions: additions, notes: &description.notes)
    var special = namedSpecials(vocabulary, names: names, additions: &additions, notes: &description.notes)
    for token in description.addedTokens where token.isSpecial { special.insert(token.id) }
    special.subtract(additions.keys)
    description.keepPieces(special)
    description.vocabulary = try vocabulary.editing(
      special: special, additions: additions.values.sorted { $0.id < $1.id })
    description.algorithm.extendScores(to: description.vocabulary.idLimit)
    return additions.isEmpty ? names : nil
  }

  /// Notes the ids that the files state and the library does not follow.
  private func noteOtherIDs(
    _ vocabulary: Vocabulary, of file: String, names: ByteStringIndex, additions: [Int32: TokenAddition],
    notes: inout [String]
  ) {
    let added = Dictionary(additions.values.map { ($0.piece, Int($0.id)) }) { first, _ in first }
    for token in tokens where !token.content.isEmpty {
      let stated = "\(token.file) gives \(quoted(token.content)) the id \(token.id)"
      guard let id = names.row(of: token.content) ?? added[token.content] else {
        notes.append(
          "\(stated); it is not added, as transformers takes "
            + (vocabulary.kind(Int32(token.id)) == .hole
              ? "the list of tokenizer_config.json alone."
              : "\(quoted(vocabulary.pieces[token.id])), which \(file) has there."))
        continue
      }
      guard id != token.id else { continue }
      notes.append(
        "\(stated); it has \(id), as transformers "
          + (added[token.content] == nil
            ? "takes that of \(file)." : "counts added tokens on from those of \(file)."))
    }
  }
}
