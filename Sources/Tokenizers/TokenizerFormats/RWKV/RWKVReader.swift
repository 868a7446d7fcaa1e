internal import CMCPrimitives
package import CMCVocabulary

/// Reads RWKV vocabularies: a line is an id, a Python literal, and the length of its bytes.
///
/// Id 0 is in no file; the models use it to end texts, and it becomes a special token here.
/// Source: the loader of the public rwkv package.
package enum RWKVReader {
  /// The piece of id 0.
  static let endOfText = "<|endoftext|>"

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: A name for people; the file holds none.
  /// - Throws: ``RWKVError``.
  /// - Complexity: O(bytes).
  package static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> TokenizerDescription {
    var builder = VocabularyBuilder(capacity: bytes.count / 16)
    var lines = RWKVLines(bytes)
    while try lines.next() {
      do {
        try builder.add(id: lines.id, piece: lines.token, spelling: .literal)
      } catch {
        throw RWKVError.id(line: lines.line, error)
      }
    }
    guard builder.count > 0 else { throw RWKVError.empty }
    let hasRoomForEnd = !builder.contains(0)
    if hasRoomForEnd {
      try builder.addSpecial(id: 0, piece: Array(endOfText.utf8))
      for role in [TokenRole.bos, .eos] {
        builder.assign(role, id: 0, isPrimary: true, source: "RWKV: id 0 is reserved")
      }
    }
    let vocabulary: Vocabulary
    do {
      vocabulary = try builder.finish()
    } catch {
      throw RWKVError.vocabulary(error)
    }
    let index = ByteStringIndex(vocabulary.canonical, where: { vocabulary.kinds[$0] != .hole })
    if let (earlier, later) = index.firstDuplicate {
      throw RWKVError.duplicateToken(
        token: shownPiece(vocabulary.canonical[later]), earlier: earlier, later: later)
    }
    var description = TokenizerDescription(
      name: name, format: .rwkv, files: [], vocabulary: vocabulary, algorithm: .greedyTrie)
    if !hasRoomForEnd {
      description.notes.append("id 0, which ends texts in RWKV models, is an ordinary token here")
    }
    return description
  }
}
