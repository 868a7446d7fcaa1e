internal import CMCPrimitives
package import CMCVocabulary

/// Reads tiktoken rank files.
///
/// A line is a token in base64, a space and its rank, which is its id. The file says nothing else: special tokens and
/// the pattern that cuts text into words come from ``KnownFamilies``, which knows the family by its ranks. Ids that are
/// left out stay holes. A token that is spelled by `=` alone is decoded to nothing and no text becomes it; of several
/// such tokens only the last exists. Source: the loader of the public tiktoken package.
package enum TiktokenReader {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: A name for people; the file holds none.
  /// - Throws: ``TiktokenError``.
  /// - Complexity: O(bytes).
  package static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> TokenizerDescription {
    var emptyRanks: [Int] = []
    var builder = try readRanks(bytes, emptyRanks: &emptyRanks)
    let base = try finish(builder)
    try refuseDuplicates(in: base, bytes)
    let family = KnownFamilies.family(of: base).flatMap { TiktokenFamily(named: $0) }
    var vocabulary = base
    if let family {
      for special in family.specials where !builder.contains(special.id) {
        do {
          try builder.addSpecial(id: special.id, piece: Array(special.piece.utf8))
        } catch {
          throw TiktokenError.vocabulary(error)
        }
      }
      vocabulary = try finish(builder)
    }
    var description = TokenizerDescription(
      name: name, format: .tiktoken, files: [], vocabulary: vocabulary,
      algorithm: .rankedBPE(RankedBPEModel(firstID: 0, rankCount: base.idLimit, pattern: family?.pattern)))
    if let family {
      description.family = family.name
      description.normalizers = family.normalizers
      description.addedTokens = family.specials.map {
        AddedToken(id: Int32($0.id), content: $0.piece, isSpecial: true)
      }
    } else {
      description.notes += [
        "the ranks are of no known family, so there are no special tokens",
        TokenizerDescription.noPatternNote,
      ]
    }
    if !emptyRanks.isEmpty {
      description.notes.append(
        "the token of rank \(emptyRanks.map(String.init).joined(separator: ", ")) is spelled by `=` alone, which stands "
          + "for nothing: no text becomes it"
          + (emptyRanks.count > 1 ? ", and only the last of them is a token" : ""))
    }
    if base.tokenCount < base.idLimit {
      let holes = base.idLimit - base.tokenCount
      description.notes.append("\(holes) of the ids below \(base.idLimit) have no rank in the file")
    }
    return description
  }

  private static func readRanks(
    _ bytes: UnsafeRawBufferPointer, emptyRanks: inout [Int]
  ) throws(TiktokenError) -> VocabularyBuilder {
    var builder = VocabularyBuilder(capacity: bytes.count / 16)
    var lines = TiktokenLines(bytes)
    var piece: [UInt8] = []
    while try lines.next() {
      if lines.token.isEmpty {
        emptyRanks.append(lines.rank)
        continue
      }
      ByteLevelPiece.spell(lines.token, into: &piece)
      do {
        try builder.add(id: lines.rank, piece: piece, spelling: .byteLevel)
      } catch {
        throw .rank(line: lines.line, error)
      }
    }
    if let last = emptyRanks.last {
      do {
        try builder.add(id: last, piece: [], spelling: .byteLevel)
      } catch {
        throw .rank(line: lines.line, error)
      }
    }
    guard builder.count > 0 else { throw .empty }
    return builder
  }

  private static func finish(_ builder: VocabularyBuilder) throws(TiktokenError) -> Vocabulary {
    do {
      return try builder.finish()
    } catch {
      throw .vocabulary(error)
    }
  }

  private static func refuseDuplicates(in base: Vocabulary, _ bytes: UnsafeRawBufferPointer)
    throws(TiktokenError)
  {
    let index = ByteStringIndex(base.canonical, where: { base.kinds[$0] != .hole })
    guard let (earlier, later) = index.firstDuplicate else { return }
    var lines = TiktokenLines(bytes)
    while try lines.next(), lines.rank != later {}
    throw .duplicateToken(
      line: lines.line, token: shownPiece(base.canonical[later]), earlier: earlier, later: later)
  }
}
