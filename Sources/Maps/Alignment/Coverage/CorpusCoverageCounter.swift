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
  /// The domain that is being counted: its number in the corpus, its texts so far, and what each thread has of it.
  private var current: (name: String, number: Int, texts: Int, workers: [CoverageWorker])?
  /// The number of the next domain where none is said.
  private var nextNumber = 0

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
  /// - Parameters:
  ///   - name: The part's name.
  ///   - number: Its number in a corpus of which other processes count other parts; where left out the next one.
  /// - Complexity: O(threads · ids).
  package mutating func beginDomain(_ name: String, number: Int? = nil) {
    endDomain()
    let number = number ?? nextNumber
    current = (name, number, 0, [])
    nextNumber = number + 1
  }

  /// Ends the part that is being counted.
  ///
  /// - Returns: What was counted in it; nil where there is none.
  /// - Complexity: O(threads · ids).
  @discardableResult
  package mutating func endDomain() -> CorpusCoverage.Domain? {
    guard let domain = current else { return nil }
    current = nil
    let counts = Self.sum(domain.workers, ids: table.methods.count)
    let ended = CorpusCoverage.Domain(name: domain.name, figures: figures(counts))
    finished.append(ended)
    total.merge(counts)
    return ended
  }

  private static func sum(_ workers: [CoverageWorker], ids: Int) -> CoverageWorker {
    var counts = CoverageWorker(ids: ids)
    for worker in workers { counts.merge(worker) }
    return counts
  }

  /// What was counted so far, to go on from later.
  package struct Checkpoint: Codable, Sendable, Equatable {
    /// All parts that are ended, together.
    var total: CoverageCounts
    /// The part that is being counted; nil between two.
    var current: Current?

    struct Current: Codable, Sendable, Equatable {
      var number: Int
      var texts: Int
      var counts: CoverageCounts
    }
  }

  /// Whether a part is being counted.
  package var isCounting: Bool { current != nil }

  /// What was counted so far; of ended parts their sum.
  ///
  /// - Complexity: O(threads · ids).
  package var checkpoint: Checkpoint {
    Checkpoint(
      total: total.saved,
      current: current.map { domain in
        .init(
          number: domain.number, texts: domain.texts,
          counts: Self.sum(domain.workers, ids: table.methods.count).saved)
      })
  }

  /// Goes on from what was counted earlier, in the middle of a part or between two.
  ///
  /// - Parameters:
  ///   - checkpoint: What was counted.
  ///   - finished: The parts that were ended then.
  ///   - name: The name of the part that was being counted.
  /// - Returns: Whether it fits these vocabularies; if not nothing is changed.
  package mutating func resume(
    _ checkpoint: Checkpoint, finished: [CorpusCoverage.Domain], name: String
  ) -> Bool {
    let ids = table.methods.count
    guard let total = CoverageWorker(checkpoint.total, ids: ids) else { return false }
    var current: (name: String, number: Int, texts: Int, workers: [CoverageWorker])?
    if let saved = checkpoint.current {
      guard let worker = CoverageWorker(saved.counts, ids: ids) else { return false }
      current = (name, saved.number, saved.texts, [worker])
    }
    (self.total, self.current, self.finished) = (total, current, finished)
    nextNumber = (current?.number ?? nextNumber - 1) + 1
    return true
  }

  /// What was counted in all parts that are ended, with what figures say of the tokens.
  ///
  /// - Complexity: O(ids).
  package var portable: PortableCounts {
    let saved = total.saved
    return PortableCounts(counts: saved, facts: saved.ids.map(facts))
  }

  /// Notes records of the part that is being counted that have no text.
  package mutating func leaveOut(_ records: Int) {
    guard records > 0 else { return }
    if current == nil { beginDomain("") }
    var worker = current?.workers.popLast() ?? CoverageWorker(ids: table.methods.count)
    worker.leaveOut(records)
    current?.workers.append(worker)
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
    let (source, target, table, options) = (source, target, table, options)
    let (number, first) = (current?.number ?? 0, current?.texts ?? 0)
    let chunk = max(1, min(32, batch.count / (options.threads * 8)))
    try parallelFor(batch.count, chunk: chunk, threads: options.threads) { range in
      var worker = idle.withLock { $0.popLast() } ?? CoverageWorker(ids: table.methods.count)
      for index in range {
        try worker.add(
          batch[index].bytes, at: .init(domain: number, text: first + index), source, target, table,
          parsesSpecial: options.parsesSpecial)
      }
      idle.withLock { $0.append(worker) }
    }
    current?.texts += batch.count
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
    CoverageFigures(counts.saved, top: options.top, facts: facts)
  }

  /// What is to be said of a token; its visible form only where a list may name it.
  private func facts(_ id: Int32) -> CoverageTokenFacts {
    let vocabulary = source.description.vocabulary
    let (method, isSame) = (table.methods[Int(id)], table.isSame[Int(id)])
    var facts = CoverageTokenFacts(
      method: method, length: table.lengths[Int(id)], isSame: isSame,
      script: TokenClass(id, in: vocabulary).name)
    if !isSame {
      facts.token = vocabulary.token(id)
      facts.targets =
        method == .unmatched ? [] : map[Int(id)].targets.map(target.description.vocabulary.token)
    }
    return facts
  }
}
