internal import CMCKernels
import CMCPrimitives
import CMCVocabulary

/// The target token of least unrestricted edit distance: the method `mined`.
///
/// Text is compared with all text in scalars, fragments with fragments and byte tokens in bytes. Lengths nearest to the
/// token's come first; a signature of occurring symbols rules out most of each length, the bit-parallel distance with a
/// bound decides the rest. Ties go to the lowest id. A distance as large as the longer length is no match.
struct EditDistanceSearch: Sendable {
  private let source: Vocabulary
  private let target: Vocabulary
  private let isa: KernelISA

  init(source: Vocabulary, target: Vocabulary, isa: KernelISA = .current) {
    self.source = source
    self.target = target
    self.isa = isa
  }

  /// Finds a target for every token that has none, and where asked for those that have only a prefix match.
  ///
  /// - Complexity: O(sources · targets) signature comparisons at worst, memory O(targets).
  func fill(_ choices: inout [TargetChoice], replacingPrefix: Bool, threads: Int) throws {
    let isOpen: (Int) -> Bool = { [choices] id in
      choices[id].id < 0 || (replacingPrefix && choices[id].method == .prefix)
    }
    let texts = (0..<source.idLimit).filter { source.kinds[$0] == .text && isOpen($0) }
    let fragments = (0..<source.idLimit).filter { source.kinds[$0] == .fragment && isOpen($0) }
    try fill(&choices, texts, SymbolTokens(target, kinds: [.text], unit: .scalars), threads)
    try fill(&choices, fragments, SymbolTokens(target, kinds: [.fragment, .byte], unit: .bytes), threads)
  }

  private func fill(_ choices: inout [TargetChoice], _ ids: [Int], _ tokens: SymbolTokens, _ threads: Int)
    throws
  {
    guard !ids.isEmpty, !tokens.ids.isEmpty else { return }
    let seeds = choices
    let found = try [TargetChoice](unsafeUninitializedCapacity: ids.count) { buffer, initialized in
      nonisolated(unsafe) let results = buffer  // disjoint writes: parallelFor gives each index to one body
      try parallelFor(ids.count, chunk: 128, threads: threads) { range in
        var scanner = EditDistanceScanner(tokens: tokens, isa: isa)
        for i in range {
          let seed = seeds[ids[i]]
          var best = scanner.nearest(
            to: source.canonical[ids[i]], seed: seed.method == .prefix ? seed : .unmatched)
          if source.optionalSpaceIDs.contains(Int32(ids[i])) {
            let bare = scanner.nearest(to: source.canonical[ids[i]].dropFirst(), seed: .unmatched)
            if best.id < 0 || (bare.id >= 0 && (bare.distance, bare.id) < (best.distance, best.id)) {
              best = bare
            }
          }
          results.initializeElement(at: i, to: best)
        }
      }
      initialized = ids.count
    }
    for (id, choice) in zip(ids, found) { choices[id] = choice }
  }
}

/// One thread's search, with its scratch memory.
struct EditDistanceScanner {
  private let tokens: SymbolTokens
  private let isa: KernelISA
  private var distance: BitParallelDistance
  private var candidates: [UInt32]

  /// Makes the scratch memory for a set of targets.
  init(tokens: SymbolTokens, isa: KernelISA) {
    self.tokens = tokens
    self.isa = isa
    distance = BitParallelDistance(symbolCount: tokens.symbolCount)
    candidates = [UInt32](repeating: 0, count: tokens.ids.count)
  }

  /// The nearest target of a string; `seed` is a match already known, which bounds the search.
  ///
  /// - Parameter acceptsAnything: Whether a distance as large as the longer length is a match too.
  mutating func nearest(
    to bytes: ArraySlice<UInt8>, seed: TargetChoice, acceptsAnything: Bool = false
  ) -> TargetChoice {
    let query = tokens.encode(bytes)
    guard !query.isEmpty, !tokens.ids.isEmpty else { return .unmatched }
    let signature = SymbolTokens.signature(query.filter { $0 != 0 })
    // Each place with a symbol that no target has costs an edit.
    let foreign = query.count { $0 == 0 }
    distance.setPattern(query)
    var best = seed.id >= 0 ? (distance: Int(seed.distance), id: seed.id) : (distance: Int.max, id: Int32.max)

    for difference in 0...max(query.count, tokens.longest) where difference <= best.distance {
      for length in difference == 0 ? [query.count] : [query.count - difference, query.count + difference] {
        guard length >= 1, length <= tokens.longest, foreign <= best.distance else { continue }
        let longer = max(length, query.count)
        scan(length, signature, limit: acceptsAnything ? longer : longer - 1, &best)
      }
    }
    guard best.distance != Int.max else { return .unmatched }
    return TargetChoice(id: best.id, method: .edit, distance: Int32(best.distance))
  }

  /// Looks through the targets of one length.
  private mutating func scan(
    _ length: Int, _ signature: UInt64, limit: Int, _ best: inout (distance: Int, id: Int32)
  ) {
    let group = tokens.groups[length]..<tokens.groups[length + 1]
    guard !group.isEmpty else { return }
    let bound = min(best.distance, limit)
    let found = tokens.signatures.withUnsafeBufferPointer { signatures in
      candidates.withUnsafeMutableBufferPointer { candidates in
        ck_filter_signatures(
          signatures.baseAddress.map { $0 + group.lowerBound }, group.count, signature, UInt32(bound),
          candidates.baseAddress, ck_isa(isa.code))
      }
    }
    tokens.text.withUnsafeBufferPointer { text in
      for c in 0..<found {
        let token = group.lowerBound + Int(candidates[c])
        let id = tokens.ids[token]
        // An equal distance counts only where the id is lower.
        let bound = min(limit, id < best.id ? best.distance : best.distance - 1)
        let symbols = UnsafeBufferPointer(
          rebasing: text[Int(tokens.starts[token])..<Int(tokens.starts[token + 1])])
        let d = distance.distance(to: symbols, bound: bound)
        if d <= bound { best = (d, id) }
      }
    }
  }
}
