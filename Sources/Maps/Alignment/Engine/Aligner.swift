import CMCPrimitives
package import CMCVocabulary

/// Aligns one vocabulary with another.
///
/// Making it builds the index of both; the same aligner then maps by any method. Both steps take time and memory
/// linear in the vocabularies.
package struct Aligner: Sendable {
  let source: Vocabulary
  let target: Vocabulary
  private let sourceForms: SortedForms
  private let targetForms: SortedForms

  /// Indexes both vocabularies, on two threads where `threads` allows.
  ///
  /// - Complexity: O(tokens of both).
  package init(source: Vocabulary, target: Vocabulary, threads: Int = 1) throws {
    self.source = source
    self.target = target
    let indexes = Guarded<[SortedForms?]>([nil, nil])
    try parallelFor(2, chunk: 1, threads: threads) { range in
      for side in range {
        let forms = SortedForms(side == 0 ? source : target)
        indexes.withLock { $0[side] = forms }
      }
    }
    let made = indexes.withLock { $0.compactMap { $0 } }
    (sourceForms, targetForms) = (made[0], made[1])
  }

  /// Takes indexes that were made before, for a vocabulary that is in many pairs.
  init(source: Vocabulary, _ sourceForms: SortedForms, target: Vocabulary, _ targetForms: SortedForms) {
    self.source = source
    self.target = target
    self.sourceForms = sourceForms
    self.targetForms = targetForms
  }

  /// Where every source id goes; holes are unmatched.
  ///
  /// - Returns: One choice an id, the same for every number of threads.
  package func choices(_ options: AlignmentOptions) throws -> [TargetChoice] {
    if source.fingerprint == target.fingerprint { return identity() }
    var choices = [TargetChoice](repeating: .unmatched, count: source.idLimit)
    matchSpecials(&choices)
    // The search by edit distance starts from a prefix match where there is one: it bounds what must be looked at.
    let byPrefix = [options.method, options.fallback].contains { $0 == .pmMined || $0 == .mined }
    try matchForms(&choices, byPrefix: byPrefix, threads: options.threads)
    if options.method == .mined || options.fallback == .mined {
      let search = EditDistanceSearch(source: source, target: target)
      try search.fill(&choices, replacingPrefix: options.method != .pmMined, threads: options.threads)
    }
    return choices
  }

  /// Equal fingerprints: every token is itself.
  private func identity() -> [TargetChoice] {
    source.kinds.enumerated().map { id, kind in
      switch kind {
      case .hole: .unmatched
      case .special: TargetChoice(id: Int32(id), method: .role, distance: 0)
      case .text, .fragment, .byte: TargetChoice(id: Int32(id), method: .exact, distance: 0)
      }
    }
  }

  private func matchSpecials(_ choices: inout [TargetChoice]) {
    let matcher = SpecialMatcher(source: source, target: target)
    for id in 0..<source.idLimit where source.kinds[id] == .special {
      if let match = matcher.match(Int32(id)) {
        choices[id] = TargetChoice(id: match.id, method: .role, distance: 0)
      }
    }
  }

  /// Exact matches, and where asked the nearest in a prefix relation, of everything that is not special.
  private func matchForms(_ choices: inout [TargetChoice], byPrefix: Bool, threads: Int) throws {
    let bytes = SingleByteTargets(target)
    let text = try PrefixWalk(blank: [0x20], measuresBytes: false).run(
      source: sourceForms.text, sourceBytes: sourceForms.bytes, target: targetForms.text,
      targetBytes: targetForms.bytes, threads: threads)
    let raw = try PrefixWalk(blank: [0x20], measuresBytes: true).run(
      source: sourceForms.raw, sourceBytes: sourceForms.bytes, target: targetForms.raw,
      targetBytes: targetForms.bytes, threads: threads)

    // A token with an optional space has two results: the one without the space is first for exact matches,
    // the nearer one counts for prefixes.
    var withSpace: [Int32: PrefixWalk.Found] = [:]
    var withoutSpace: [Int32: PrefixWalk.Found] = [:]
    let optional = source.optionalSpaceIDs
    for (form, found) in zip(sourceForms.text, text) {
      if !optional.isEmpty, optional.contains(form.id) {
        if Int(form.length) == source.canonical.length(Int(form.id)) {
          withSpace[form.id] = found
        } else {
          withoutSpace[form.id] = found
        }
      } else {
        choices[Int(form.id)] = bytes.choice(form, found, byPrefix: byPrefix)
      }
    }
    for (form, found) in zip(sourceForms.raw, raw) {
      choices[Int(form.id)] = bytes.choice(form, found, byPrefix: byPrefix)
    }
    for id in source.optionalSpaceIDs {
      let found = [withoutSpace[id], withSpace[id]].compactMap { $0 }
      choices[Int(id)] = bytes.choice(forms: source.forms(of: id), found, byPrefix: byPrefix)
    }
    matchEmptyTokens(&choices)
  }

  /// A token without bytes is in no prefix relation worth the name; it meets only another one.
  private func matchEmptyTokens(_ choices: inout [TargetChoice]) {
    func empties(_ vocabulary: Vocabulary) -> [Int] {
      (0..<vocabulary.idLimit).filter {
        vocabulary.kinds[$0] == .text && vocabulary.canonical.length($0) == 0
      }
    }
    let sources = empties(source)
    guard !sources.isEmpty, let target = empties(target).first else { return }
    for id in sources { choices[id] = TargetChoice(id: Int32(target), method: .exact, distance: 0) }
  }
}
