public import CMCPrimitives
public import CMCTokenization
import CMCVocabulary

/// How a corpus is counted.
public struct CoverageOptions: Sendable {
  /// Whether special tokens written out in the text become their ids; otherwise they are plain text.
  public var parsesSpecial: Bool
  /// What becomes of bytes that are not UTF-8.
  public var invalid: InvalidUTF8Policy
  /// How many unmatched tokens to name, and how many that change the text most.
  public let top: Int
  /// The number of threads; the result does not depend on it.
  public let threads: Int

  /// The given choices; a negative `top` names no tokens, less than one thread is one.
  public init(
    parsesSpecial: Bool = false, invalid: InvalidUTF8Policy = .replace, top: Int = 20,
    threads: Int = defaultThreadCount
  ) {
    self.parsesSpecial = parsesSpecial
    self.invalid = invalid
    self.top = max(0, top)
    self.threads = max(1, threads)
  }
}

/// Counts texts as they come and says in the end how a token map covers them.
///
/// What it holds depends on the vocabularies, not on the length of the corpus.
package struct CorpusCoverageCounter: Sendable {
  private let source: Tokenizer
  private let target: Tokenizer
  private let map: TokenMap
  private let table: CoverageTable
  private let options: CoverageOptions
  private var finished: [CorpusCoverage.Domain] = []
  /// All finished domains together.
  private var total: CoverageWorker
  /// The domain that is being counted, and what each thread has of it.
  private var current: (name: String, workers: [CoverageWorker])?
  /// The texts of all domains so far.
  private var texts = 0

  /// Prepares counting.
  ///
  /// - Parameters:
  ///   - map: The map from the source's vocabulary to the target's.
  ///   - source: The tokenizer whose tokens are counted.
  ///   - target: The tokenizer of the map's target.
  ///   - options: How to count.
  /// - Throws: ``TokenMapToolError`` where the map does not belong to the two vocabularies.
  /// - Complexity: O(bytes of both vocabularies).
  package init(
    _ map: TokenMap, source: Tokenizer, target: Tokenizer, options: CoverageOptions = CoverageOptions()
  ) throws {
    _ = try map.validate(source: source.description, target: target.description)
    let map = map.completed(
      source: map.source.pieces == nil ? MapSide(source.description) : nil,
      target: map.target.pieces == nil ? MapSide(target.description) : nil)
    self.map = map
    self.source = source
    self.target = target
    self.options = options
    table = CoverageTable(
      map, source: source.description.vocabulary, target: target.description.vocabulary)
    total = CoverageWorker(ids: table.methods.count)
  }

  /// Begins a part of the corpus; the texts that follow belong to it.
  ///
  /// - Complexity: O(threads · ids).
  package mutating func beginDomain(_ name: String) {
    endDomain()
    current = (name, [])
  }

  private mutating func endDomain() {
    guard let domain = current else { return }
    current = nil
    var counts = CoverageWorker(ids: table.methods.count)
    for worker in domain.workers { counts.merge(worker) }
    finished.append(CorpusCoverage.Domain(name: domain.name, figures: figures(counts)))
    total.merge(counts)
  }

  /// Counts texts, in parallel; without a domain so far they belong to one without a name.
  ///
  /// - Throws: `TokenizationError/invalidUTF8(offset:)` with the offset in the file where the options ask for it;
  ///   `RegexError` where a pattern gives up.
  /// - Complexity: That of encoding and decoding with both tokenizers; where a text of n bytes does not come back,
  ///   O(n² / 64) more.
  package mutating func add(_ batch: [CorpusText]) throws {
    if current == nil { beginDomain("") }
    if options.invalid == .error {
      for text in batch {
        if let flaw = WellFormedText(text.bytes).firstFlaw {
          throw TokenizationError.invalidUTF8(offset: text.offset + flaw)
        }
      }
    }
    // Workers outlive a batch, so that a token's first occurrence is looked for once.
    let idle = Guarded(current?.workers ?? [])
    current?.workers = []
    let (source, target, table, options, first) = (source, target, table, options, texts)
    let chunk = max(1, min(32, batch.count / (options.threads * 8)))
    try parallelFor(batch.count, chunk: chunk, threads: options.threads) { range in
      var worker = idle.withLock { $0.popLast() } ?? CoverageWorker(ids: table.methods.count)
      for index in range {
        try worker.add(
          batch[index].bytes, number: first + index, source, target, table,
          parsesSpecial: options.parsesSpecial)
      }
      idle.withLock { $0.append(worker) }
    }
    texts += batch.count
    current?.workers = idle.withLock { $0 }
  }

  /// Ends the last domain and gives the coverage of everything that was added.
  ///
  /// - Complexity: O(threads · ids).
  package mutating func finish() -> CorpusCoverage {
    endDomain()
    return CorpusCoverage(total: figures(total), domains: finished)
  }

  private func figures(_ counts: CoverageWorker) -> CoverageFigures {
    let vocabulary = source.description.vocabulary
    var figures = CoverageFigures()
    figures.text = counts.text
    figures.source = counts.source
    figures.target = counts.target
    figures.sameTexts = counts.sameTexts
    var methods: [MapMethod: TokenTally] = [:]
    var scripts: [TokenClass: ScriptTally] = [:]
    var unmatched: [(id: Int32, tally: TokenTally)] = []
    var costs: [(id: Int32, tally: TokenTally)] = []
    for (index, count) in counts.counts.enumerated() where count > 0 {
      let id = Int32(index)
      let method = table.methods[index]
      let tally = TokenTally(tokens: count, bytes: count * Int(table.lengths[index]), distinct: 1)
      figures.tokens.add(tally)
      methods[method, default: TokenTally()].add(tally)
      if table.isSame[index] { figures.same.add(tally) }
      let tokenClass = TokenClass(id, in: vocabulary)
      scripts[tokenClass, default: ScriptTally(name: tokenClass.name)].add(tally, method)
      if method == .unmatched { unmatched.append((id, tally)) }
      if !table.isSame[index], tally.bytes > 0 { costs.append((id, tally)) }
    }
    figures.methods = MapMethod.allCases.compactMap { method in
      methods[method].map { MethodTally(method: method, tally: $0) }
    }
    figures.scripts = scripts.values.sorted { ($1.all.tokens, $0.name) < ($0.all.tokens, $1.name) }
    unmatched.sort { ($1.tally.tokens, $0.id) < ($0.tally.tokens, $1.id) }
    figures.unmatched = unmatched.prefix(options.top).map { id, tally in
      UnmatchedToken(
        token: vocabulary.token(id), script: TokenClass(id, in: vocabulary).name, tally: tally,
        example: counts.occurrences[id]?.example)
    }
    costs.sort {
      ($1.tally.bytes, $1.tally.tokens, $0.id) < ($0.tally.bytes, $0.tally.tokens, $1.id)
    }
    figures.costs = costs.prefix(options.top).map { id, tally in
      let method = table.methods[Int(id)]
      let targets = method == .unmatched ? [] : map[Int(id)].targets
      return TokenCost(
        token: vocabulary.token(id), targets: targets.map(target.description.vocabulary.token),
        method: method,
        tally: tally)
    }
    return figures
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
