package import CMCVocabulary

/// Where a special token went, and why.
package struct SpecialPlacement: Sendable {
  /// The source token.
  package let token: ShownToken
  /// Its roles, and who says so.
  package let roles: [RoleAssignment]
  /// The target tokens: none, one, or the several of a list.
  package let targets: [ShownToken]
  /// The rule that decided, in words.
  package let reason: String

  /// The placements of all special tokens of a map's source: those with roles first, then by id.
  ///
  /// - Complexity: O(tokens).
  package static func all(
    in map: TokenMap, source: TokenizerDescription, target: TokenizerDescription,
    overrides: ResolvedOverrides = .none
  ) -> [SpecialPlacement] {
    let matcher = SpecialMatcher(source: source.vocabulary, target: target.vocabulary)
    let isIdentity = source.vocabulary.fingerprint == target.vocabulary.fingerprint
    let ids = (0..<Int32(map.count)).filter { source.vocabulary.kind($0) == .special }
    let placements = ids.map { id in
      let targetID = map.ids[Int(id)]
      let reason: String
      if let decision = overrides.decisions[id] {
        reason = "override \(overrides.files[decision.file].name), line \(decision.line)"
      } else if targetID < 0 {
        reason = "no special token of the target shares its role or piece"
      } else if isIdentity {
        reason = "same vocabulary"
      } else if let match = matcher.match(id), match.id == targetID {
        reason = "\(match.reason)"
      } else {
        reason = "keeps its own id, as in the reference scripts"
      }
      return SpecialPlacement(
        token: map.source.token(id), roles: source.vocabulary.roleAssignments.filter { $0.id == id },
        targets: map[Int(id)].targets.map(map.target.token), reason: reason)
    }
    return placements.sorted {
      ($0.roles.isEmpty ? 1 : 0, $0.token.id) < ($1.roles.isEmpty ? 1 : 0, $1.token.id)
    }
  }
}
