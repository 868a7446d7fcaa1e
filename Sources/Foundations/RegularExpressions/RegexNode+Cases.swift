extension RegexNode {
  /// The node with letters in all their cases written out, as Oniguruma does it.
  ///
  /// Oniguruma folds a character to one, two or three, and reads a run of characters from the left: three that `ﬃ`
  /// folds to match `ﬃ` too, else two that `ß` folds to match `ß` and `ẞ`, else the one matches all that fold as it
  /// does. Three or two that were taken are not looked at again. In a look-behind each is one character.
  func casesUnfolded(inLookBehind: Bool = false) -> RegexNode {
    switch self {
    case .set, .anchor: return self
    case .folded(let scalar):
      return inLookBehind ? .set(ScalarSet(scalar).ignoringCase) : Self.unfolded([scalar])[0]
    case .sequence(let nodes): return .sequence(Self.unfolded(nodes, inLookBehind))
    case .alternatives(let nodes):
      return .alternatives(nodes.map { $0.casesUnfolded(inLookBehind: inLookBehind) })
    case .group(let node): return .group(node.casesUnfolded(inLookBehind: inLookBehind))
    case .repeated(let node, let minimum, let maximum, let greed):
      let item = node.casesUnfolded(inLookBehind: inLookBehind)
      return .repeated(item, minimum: minimum, maximum: maximum, greed)
    case .look(let behind, let negative, let node):
      let item = node.casesUnfolded(inLookBehind: inLookBehind || behind)
      return .look(behind: behind, negative: negative, item)
    case .atomic(let node): return .atomic(node.casesUnfolded(inLookBehind: inLookBehind))
    }
  }

  /// A sequence with its runs of folded characters read from the left.
  private static func unfolded(_ nodes: [RegexNode], _ inLookBehind: Bool) -> [RegexNode] {
    var result: [RegexNode] = []
    var run: [UInt32] = []
    for node in nodes {
      if case .folded(let scalar) = node, !inLookBehind {
        run.append(scalar)
      } else {
        result += unfolded(run)
        run = []
        result.append(node.casesUnfolded(inLookBehind: inLookBehind))
      }
    }
    return result + unfolded(run)
  }

  /// A run of characters, each in all its cases.
  private static func unfolded(_ run: [UInt32]) -> [RegexNode] {
    var nodes: [RegexNode] = []
    var place = 0
    while place < run.count {
      let simple = run[place...].prefix(3).map(CaseFolding.simple)
      let length = [3, 2].first { $0 <= simple.count && CaseFolding.scalars[Array(simple.prefix($0))] != nil }
      if let length {
        nodes.append(anyCase(Array(simple.prefix(length))))
        place += length
        continue
      }
      nodes.append(
        CaseFolding.expansions[run[place]].map(anyCase) ?? .set(ScalarSet(run[place]).ignoringCase))
      place += 1
    }
    return nodes
  }

  /// A sequence that some scalars fold to: one of these, or the sequence in any case.
  private static func anyCase(_ folded: [UInt32]) -> RegexNode {
    let whole = ScalarSet((CaseFolding.scalars[folded] ?? []).map { $0...$0 })
    return .alternatives([.set(whole), .sequence(folded.map { .set(ScalarSet($0).ignoringCase) })])
  }

  /// One scalar out of a bracketed class of Oniguruma in any case, or a sequence that one of them folds to.
  ///
  /// - Parameter set: The class before it is negated.
  static func anyCase(of set: ScalarSet, isNegated: Bool) -> RegexNode {
    let all = set.ignoringCase
    if isNegated { return .set(all.complement) }
    let sequences = CaseFolding.scalars.filter { $0.value.contains(where: all.contains) }.keys
    if sequences.isEmpty { return .set(all) }
    // Shorter ones come first; of the same length no two match at one place.
    let sorted = sequences.sorted { ($0.count, $0[0], $0[1]) < ($1.count, $1[0], $1[1]) }
    return .alternatives(
      [.set(all)] + sorted.map { .sequence($0.map { .set(ScalarSet($0).ignoringCase) }) })
  }
}
