import CMCPrimitives
import CMCVocabulary

extension SideFiles {
  /// Adds the tokens that only the side files list, marks those that they call special, and notes disagreements.
  ///
  /// - Throws: ``SideFileError``, `VocabularyError`.
  /// - Returns: An index of the pieces, where one was made and still holds.
  func applyTokens(to description: inout TokenizerDescription) throws -> ByteStringIndex? {
    guard !tokens.isEmpty || !statements.isEmpty || !stated.isEmpty else { return nil }
    try checkIDs()
    if [.tokenizerJSON, .sentencePiece, .wordPieceText, .vocabAndMerges].contains(description.format) {
      return try applyToLibrary(to: &description)
    }
    var special: Set<Int32> = []
    var additions: [Int32: TokenAddition] = [:]
    let vocabulary = description.vocabulary
    let names = vocabulary.pieceIndex
    for token in tokens {
      let id = Int32(token.id)
      if let addition = additions[id] {
        if addition.piece != token.content {
          description.notes.append(
            "\(token.file) gives id \(id) to \(quoted(token.content)), another file to \(quoted(addition.piece)); "
              + "the latter counts.")
        } else if token.isSpecial == true {
          additions[id]?.isSpecial = true
        }
      } else if vocabulary.kind(id) == .hole {
        if let known = names.row(of: token.content) {
          description.notes.append(
            "\(token.file) gives \(quoted(token.content)) the id \(id), the tokenizer \(known); the latter counts."
          )
          continue
        }
        additions[id] = TokenAddition(id: id, piece: token.content, isSpecial: token.isSpecial ?? false)
      } else if !vocabulary.pieces[token.id].elementsEqual(token.content) {
        description.notes.append(
          "\(token.file) calls id \(id) \(quoted(token.content)), the tokenizer \(quoted(vocabulary.pieces[token.id])); "
            + "the latter counts.")
      } else if token.isSpecial == true {
        special.insert(id)
      }
    }
    let named = namedSpecials(vocabulary, names: names, additions: &additions, notes: &description.notes)
    special.formUnion(named)
    try apply(special, additions, to: &description)
    return additions.isEmpty ? names : nil
  }

  /// The ids of the tokens that a statement calls special.
  ///
  /// A text is the token's own name. A bare number may be a mistake: models exist whose configuration gives id 0, an
  /// exclamation mark, as padding. So a number makes a token special only where its piece looks like a marker.
  func namedSpecials(
    _ vocabulary: Vocabulary, names: ByteStringIndex, additions: inout [Int32: TokenAddition],
    notes: inout [String]
  ) -> Set<Int32> {
    var special: Set<Int32> = []
    var noted: Set<Int> = []
    let added = Dictionary(additions.values.map { ($0.piece, $0.id) }) { min($0, $1) }
    for statement in statements {
      switch statement.token {
      case .content(let content):
        if let row = names.row(of: content) {
          special.insert(Int32(row))
        } else if let id = added[content] {
          additions[id]?.isSpecial = true
        }
      case .id(let id):
        guard let id = Int32(exactly: id) else { continue }
        if additions[id] != nil {
          additions[id]?.isSpecial = true
          continue
        }
        guard vocabulary.kind(id) != .hole, vocabulary.kind(id) != .special else { continue }
        if looksLikeMarker(vocabulary.pieces[Int(id)]) {
          special.insert(id)
        } else if noted.insert(Int(id)).inserted {
          notes.append(
            "\(statement.source) names id \(id), \(quoted(vocabulary.pieces[Int(id)])), an ordinary token; "
              + "it stays one.")
        }
      }
    }
    return special
  }

  /// - Throws: `FileError` for an id that no vocabulary can have.
  private func checkIDs() throws {
    for token in tokens where token.id < 0 || token.id >= VocabularyBuilder.idLimit {
      throw FileError(
        path: path(of: token.file), underlying: SideFileError.idOutOfRange(key: token.key, id: token.id))
    }
  }

  private func apply(
    _ special: Set<Int32>, _ additions: [Int32: TokenAddition], to description: inout TokenizerDescription
  ) throws {
    let ordered = additions.values.sorted { $0.id < $1.id }
    description.keepPieces(special)
    description.vocabulary = try description.vocabulary.editing(special: special, additions: ordered)
    description.algorithm.extendScores(to: description.vocabulary.idLimit)
    for index in description.addedTokens.indices where special.contains(description.addedTokens[index].id) {
      description.addedTokens[index].isSpecial = true
    }
    let listed = Set(description.addedTokens.map(\.id))
    for addition in ordered {
      description.addedOnlyIDs.insert(addition.id)
      description.besideIDs.insert(addition.id)
      description.addedTokens.append(
        AddedToken(
          id: addition.id, content: String(decoding: addition.piece, as: UTF8.self),
          isSpecial: addition.isSpecial))
    }
    for id in special.subtracting(listed).sorted() {
      description.addedTokens.append(
        AddedToken(
          id: id, content: String(decoding: description.vocabulary.pieces[Int(id)], as: UTF8.self),
          isSpecial: true))
    }
  }

  /// The path of a file by its name.
  func path(of file: String) -> String { paths.first { $0.hasSuffix(file) } ?? file }
}

/// Whether a piece is in angle or square brackets, as names of special tokens are.
func looksLikeMarker(_ piece: some BidirectionalCollection<UInt8>) -> Bool {
  guard piece.count > 2 else { return false }
  return (piece.first == UInt8(ascii: "<") && piece.last == UInt8(ascii: ">"))
    || (piece.first == UInt8(ascii: "[") && piece.last == UInt8(ascii: "]"))
}

extension TokenizerDescription {
  /// Notes which of the tokens that are to be special are pieces of the model, and stay so.
  mutating func keepPieces(_ special: Set<Int32>) {
    markedPieceIDs.formUnion(
      special.filter { [.text, .fragment, .byte].contains(vocabulary.kind($0)) && !besideIDs.contains($0) })
  }
}

extension Vocabulary {
  /// An index from piece to id, holes left out.
  var pieceIndex: ByteStringIndex { ByteStringIndex(pieces) { kinds[$0] != .hole } }
}

extension EncodingAlgorithm {
  /// Gives ids that were added a score of 0, as holes have.
  mutating func extendScores(to limit: Int) {
    func extended(_ model: ScoredModel) -> ScoredModel {
      var model = model
      model.scores += [Float](repeating: 0, count: max(0, limit - model.scores.count))
      if !model.exactScores.isEmpty {
        model.exactScores += [Double](repeating: 0, count: max(0, limit - model.exactScores.count))
      }
      return model
    }
    switch self {
    case .scoredBPE(let model): self = .scoredBPE(extended(model))
    case .unigram(let model): self = .unigram(extended(model))
    default: break
    }
  }
}
