import CMCPrimitives

/// A token that a file beside the tokenizer adds to it.
package struct TokenAddition: Sendable, Hashable {
  /// The id, which must be a hole so far.
  package var id: Int32
  /// The piece; its bytes are the token's bytes.
  package var piece: [UInt8]
  /// Whether it is special.
  package var isSpecial: Bool

  /// Notes a token.
  package init(id: Int32, piece: [UInt8], isSpecial: Bool) {
    self.id = id
    self.piece = piece
    self.isSpecial = isSpecial
  }
}

extension Vocabulary {
  /// The same vocabulary with some tokens made special and some added; roles stay.
  ///
  /// - Throws: ``VocabularyError`` for an added id that is negative, too large or taken.
  /// - Complexity: O(bytes of the vocabulary), O(1) where there is nothing to do.
  package func editing(special: Set<Int32>, additions: [TokenAddition]) throws(VocabularyError) -> Vocabulary
  {
    let special = special.filter { kind($0) != .special && kind($0) != .hole }
    guard !special.isEmpty || !additions.isEmpty else { return self }
    var added: [Int: TokenAddition] = [:]
    for addition in additions {
      let id = Int(addition.id)
      guard id >= 0, id < VocabularyBuilder.idLimit else { throw .idOutOfRange(id) }
      guard kind(addition.id) == .hole, added[id] == nil else { throw .duplicateID(id) }
      added[id] = addition
    }
    var builder = VocabularyBuilder(capacity: tokenCount + added.count)
    for id in 0..<max(idLimit, (added.keys.max() ?? -1) + 1) {
      if let addition = added[id] {
        if addition.isSpecial {
          try builder.addSpecial(id: id, piece: addition.piece)
        } else {
          try builder.add(id: id, piece: addition.piece, spelling: .literal)
        }
      } else if id < idLimit, kinds[id] != .hole {
        if special.contains(Int32(id)) {
          try builder.addSpecial(id: id, piece: Array(pieces[id]))
        } else {
          try builder.copy(id: id, from: self)
        }
      }
    }
    return try builder.finish().withRoles(roleAssignments)
  }
}
