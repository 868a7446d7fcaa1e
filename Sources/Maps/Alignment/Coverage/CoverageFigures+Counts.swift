import CMCVocabulary

extension CoverageFigures {
  /// Sums up what was counted.
  ///
  /// - Parameters:
  ///   - saved: The counts.
  ///   - top: How many tokens each list names.
  ///   - facts: What is to be said of an id that occurs.
  /// - Complexity: O(n log n) for n ids that occur.
  init(_ saved: CoverageCounts, top: Int, facts: (Int32) -> CoverageTokenFacts?) {
    text = saved.text
    source = saved.source
    target = saved.target
    sameTexts = saved.sameTexts
    var methods: [MapMethod: TokenTally] = [:]
    var scripts: [String: ScriptTally] = [:]
    var unmatched: [(id: Int32, tally: TokenTally)] = []
    var costs: [(id: Int32, tally: TokenTally)] = []
    for (id, count) in zip(saved.ids, saved.counts) {
      guard let fact = facts(id) else { continue }
      let tally = TokenTally(tokens: count, bytes: count * Int(fact.length), distinct: 1)
      tokens.add(tally)
      methods[fact.method, default: TokenTally()].add(tally)
      if fact.isSame { same.add(tally) }
      scripts[fact.script, default: ScriptTally(name: fact.script)].add(tally, fact.method)
      if fact.method == .unmatched { unmatched.append((id, tally)) }
      if !fact.isSame, tally.bytes > 0 { costs.append((id, tally)) }
    }
    self.methods = MapMethod.allCases.compactMap { method in
      methods[method].map { MethodTally(method: method, tally: $0) }
    }
    self.scripts = scripts.values.sorted { ($1.all.tokens, $0.name) < ($0.all.tokens, $1.name) }
    unmatched.sort { ($1.tally.tokens, $0.id) < ($0.tally.tokens, $1.id) }
    let examples = Dictionary(zip(saved.unmatched, saved.occurrences)) { one, _ in one }
    self.unmatched = unmatched.prefix(top).compactMap { id, tally in
      guard let fact = facts(id), let token = fact.token else { return nil }
      return UnmatchedToken(token: token, script: fact.script, tally: tally, example: examples[id]?.example)
    }
    costs.sort {
      ($1.tally.bytes, $1.tally.tokens, $0.id) < ($0.tally.bytes, $0.tally.tokens, $1.id)
    }
    self.costs = costs.prefix(top).compactMap { id, tally in
      guard let fact = facts(id), let token = fact.token else { return nil }
      return TokenCost(token: token, targets: fact.targets ?? [], method: fact.method, tally: tally)
    }
  }
}

extension ScriptTally {
  fileprivate mutating func add(_ tally: TokenTally, _ method: MapMethod) {
    all.add(tally)
    switch method {
    case .exact: exact.add(tally)
    case .unmatched: unmatched.add(tally)
    case .override, .role, .prefix, .edit, .retokenized, .imported: inexact.add(tally)
    }
  }
}
