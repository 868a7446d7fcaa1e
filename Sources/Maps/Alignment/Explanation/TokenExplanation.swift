import CMCPrimitives
public import CMCVocabulary

/// Why one token went where it went, with the candidates that lost.
public struct TokenExplanation: Sendable {
  /// How a candidate is related to the token.
  public enum Relation: String, Sendable {
    /// Equal bytes.
    case equal
    /// The candidate is a proper prefix of the token.
    case shorter
    /// The token is a proper prefix of the candidate.
    case longer
    /// Neither begins with the other.
    case unrelated
  }

  /// A target token that was considered.
  public struct Candidate: Sendable {
    /// The target token.
    public let token: ShownToken
    /// The edit distance, in scalars for text and in bytes for fragments.
    public let distance: Int
    /// How it is related to the token.
    public let relation: Relation
    /// Why it won or lost.
    public let verdict: String
    /// Whether it is the token's target.
    public let isChosen: Bool
  }

  /// The source token.
  public let token: ShownToken
  /// The roles, and who says so.
  public let roles: [RoleAssignment]
  /// The row of the map.
  public let row: MapRow
  /// The rule that decided, in words.
  public let rule: String
  /// The nearest target tokens, the nearest first.
  public let candidates: [Candidate]
}

/// Explains single tokens of a map.
package struct TokenExplainer: Sendable {
  private let map: TokenMap
  private let source: TokenizerDescription
  private let target: TokenizerDescription
  private let overrides: ResolvedOverrides

  /// Explains a map that was made from these two tokenizers with these overrides.
  package init(
    _ map: TokenMap, source: TokenizerDescription, target: TokenizerDescription,
    overrides: ResolvedOverrides = .none
  ) {
    self.map = map
    self.source = source
    self.target = target
    self.overrides = overrides
  }

  /// Explains one token.
  ///
  /// - Parameters:
  ///   - id: The source id; must have a token.
  ///   - count: How many candidates to give.
  /// - Complexity: O(bytes of the target).
  package func explain(_ id: Int32, candidates count: Int = 10) -> TokenExplanation {
    let vocabulary = source.vocabulary
    let row = map.row(id)
    return TokenExplanation(
      token: vocabulary.token(id), roles: vocabulary.roleAssignments.filter { $0.id == id }, row: row,
      rule: rule(id, row),
      candidates: candidates(id, row, count))
  }

  private func rule(_ id: Int32, _ row: MapRow) -> String {
    switch row.method {
    case .override:
      guard let decision = overrides.decisions[id] else { return "an override file decides" }
      let file = overrides.files[decision.file].name
      return "rule 1, override: \(file), line \(decision.line)" + (decision.note.map { " (\($0))" } ?? "")
    case .role:
      let placement = SpecialPlacement.all(in: map, source: source, target: target).first {
        $0.token.id == id
      }
      return "rule 2, special: \(placement?.reason ?? "by role")"
    case .exact:
      return source.vocabulary.fingerprint == target.vocabulary.fingerprint
        ? "the vocabularies are the same: every id maps to itself"
        : "rule 3, exact: the target has a token of equal bytes"
    case .prefix: return "rule 4, prefix: the least edit distance in a prefix relation, then the lowest id"
    case .edit: return "least unrestricted edit distance, then the lowest id"
    case .retokenized:
      return row.distance >= 0
        ? "the first piece of the target tokenizer's encoding of the text"
        : "the target tokenizer's encoding of the text"
    case .imported: return "as the imported map says"
    case .unmatched:
      return switch row.token.kind {
      case .special?: "rule 2, special: no special token of the target shares a role or the piece"
      case .byte?: "rule 5: a byte token without an exact match stays unmatched"
      default: "rule 5: no token of the target has equal bytes or stands in a prefix relation"
      }
    }
  }

  private func candidates(_ id: Int32, _ row: MapRow, _ count: Int) -> [TokenExplanation.Candidate] {
    let kind = source.vocabulary.kind(id)
    let ranked = CandidateRanking(source: source.vocabulary, target: target.vocabulary).nearest(
      to: id, count: count)
    let ids = ranked.map(\.id)
    let targets = row.targets.map(\.id)
    let missing = targets.filter { !ids.contains($0) }.map {
      CandidateRanking(source: source.vocabulary, target: target.vocabulary).rank($0, against: id)
    }
    let best = targets.first.flatMap { chosen in (ranked + missing).first { $0.id == chosen } }
    return (missing + ranked).map { candidate in
      let isChosen = targets.contains(candidate.id)
      return TokenExplanation.Candidate(
        token: target.vocabulary.token(candidate.id), distance: candidate.distance,
        relation: candidate.relation,
        verdict: isChosen ? "chosen" : verdict(candidate, kind, row, best), isChosen: isChosen)
    }
  }

  /// Why a candidate lost.
  private func verdict(
    _ candidate: CandidateRanking.Ranked, _ kind: TokenKind, _ row: MapRow, _ best: CandidateRanking.Ranked?
  ) -> String {
    if row.method == .override { return "an override decides before the rules" }
    let other = target.vocabulary.kind(candidate.id)
    if kind == .special {
      return other == .special ? "shares no role that comes first" : "a special token meets only special ones"
    }
    if other == .special { return "special tokens are met by special ones only" }
    if row.method == .exact {
      return candidate.relation == .equal ? "equal bytes, but another kind or a higher id" : "not equal bytes"
    }
    if kind == .byte { return "a byte token is met by equal bytes only" }
    if row.method == .edit {
      return candidate.distance == Int(row.distance) ? "same distance, higher id" : "greater distance"
    }
    if (kind == .text) != (other == .text) {
      return "text is compared with text, fragments with fragments and bytes"
    }
    switch candidate.relation {
    case .unrelated: return "no prefix relation"
    case .equal, .shorter, .longer:
      if candidate.isLoneSpace { return "a single space serves only tokens of spaces" }
      guard let best else { return "greater distance" }
      return candidate.distance == best.distance ? "same distance, higher id" : "greater distance"
    }
  }
}
