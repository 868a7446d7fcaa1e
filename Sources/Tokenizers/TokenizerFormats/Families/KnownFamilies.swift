internal import CMCHashing
package import CMCVocabulary

/// What is known of widely used vocabularies beyond what their files say: the family's name and the roles of tokens.
///
/// A family is told by a digest of the tokens that all its members share, so that a GGUF, a JSON and a tiktoken file of
/// one vocabulary belong to one family although each adds special tokens of its own.
package enum KnownFamilies {
  /// Fills in the family, and the roles that no file stated.
  ///
  /// Statements of files stay as they are. A role that none of them states comes from the table of families (source
  /// `family table: NAME`), and after that from the names that special tokens commonly have (source
  /// `well-known name`).
  ///
  /// - Complexity: O(bytes of the vocabulary).
  package static func apply(to description: inout TokenizerDescription) {
    if description.family == nil { description.family = family(of: description.vocabulary) }
    let specials = SpecialTokenIndex(description.vocabulary)
    var assignments = description.vocabulary.roleAssignments
    var stated = Set(assignments.map(\.role))
    let known = table.first { $0.name == description.family }
    for role in TokenRole.allCases where !stated.contains(role) {
      let ids = (known?.roles ?? []).filter { $0.role == role }.compactMap { specials.id(of: $0.piece) }
      for (place, id) in ids.enumerated() {
        assignments.append(
          RoleAssignment(
            role: role, id: id, isPrimary: place == 0, source: "family table: \(known?.name ?? "")"))
        stated.insert(role)
      }
    }
    for role in TokenRole.allCases where !stated.contains(role) {
      guard let id = WellKnownNames.pieces(of: role).lazy.compactMap({ specials.id(of: $0) }).first else {
        continue
      }
      assignments.append(RoleAssignment(role: role, id: id, isPrimary: true, source: "well-known name"))
    }
    if assignments.count > description.vocabulary.roleAssignments.count {
      description.vocabulary = description.vocabulary.withRoles(assignments)
    }
  }

  /// The name of the family of a vocabulary, or nil.
  ///
  /// - Complexity: O(bytes of the vocabulary) for each place below which a known family ends and special tokens begin.
  static func family(of vocabulary: Vocabulary) -> String? {
    var digests: [Int: String] = [:]
    for family in table where isBoundary(family.limit, in: vocabulary) {
      let digest = digests[family.limit] ?? vocabulary.textFingerprint(below: family.limit).hex
      digests[family.limit] = digest
      if digest == family.fingerprint { return family.name }
    }
    return nil
  }

  /// Whether ordinary tokens end below an id; spares digests that cannot be equal.
  private static func isBoundary(_ limit: Int, in vocabulary: Vocabulary) -> Bool {
    func isOrdinary(_ id: Int) -> Bool {
      let kind = vocabulary.kind(Int32(id))
      return kind != .special && kind != .hole
    }
    return isOrdinary(limit - 1) && !isOrdinary(limit)
  }

  /// The families, those with the higher limit first: GPT-2's tokens are the first ones of p50k.
  static let table = FamilyTable.families.sorted { $0.limit > $1.limit }
}
