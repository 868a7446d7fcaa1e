public import CMCAlignment
internal import CMCHashing
internal import CMCPrimitives
internal import CMCResultCoding
internal import CMCTokenization
internal import CMCVocabulary

/// Counts a corpus to a file, in all or as a shard; what is counted survives being killed at any moment.
///
/// Each finished file of the corpus is a line of the output's ``PartFile``; beside it a checkpoint is written at intervals,
/// with the counts so far and the place in the file that is read. The same run goes on from the last checkpoint.
public struct CoverageRun: Sendable {
  /// What became of it.
  public enum Outcome: Sendable {
    /// All files are counted: the coverage of those that were to be counted here.
    case finished(CorpusCoverage)
    /// It was cancelled; so many files are done.
    case cancelled(done: Int)
  }

  /// The files of the corpus, those of other shards as well.
  public let corpus: [CorpusFile]
  /// What is one text.
  public var unit = CorpusTextCutter.Unit.passage
  /// The member that holds the text, where the files are JSON lines.
  public var field: CorpusField?
  /// How to count.
  public var options = CoverageOptions()
  /// Which part of the files is counted here; nil for all.
  public var shard: Shard?
  /// Whether a shard's file that is there already, of this run or another, is counted anew and written over.
  public var replaces = false
  let pair: MappedPair
  let map: String
  let output: String
  let sizes: [Int]
  /// How often a checkpoint is written.
  var interval = Duration.seconds(30)

  /// Looks at the files; nothing is read of them yet.
  ///
  /// - Parameters:
  ///   - pair: The map and its tokenizers.
  ///   - map: The map's path, as results name it.
  ///   - corpus: Its parts.
  ///   - output: Where the counts go.
  /// - Returns: nil where a part can be read only once, as a pipe.
  /// - Throws: `FileError` where there is no such file.
  public init?(_ pair: MappedPair, map: String, corpus: [CorpusFile], output: String) throws {
    var sizes: [Int] = []
    for file in corpus {
      guard let size = try file.size() else { return nil }
      sizes.append(size)
    }
    (self.pair, self.map, self.corpus, self.output, self.sizes) = (pair, map, corpus, output, sizes)
  }

  /// What decides what is counted.
  ///
  /// - Throws: `FileError` for a file of a tokenizer that cannot be read any more.
  public func settings() throws -> CoverageSettings {
    try CoverageSettings(
      pair, files: zip(corpus, sizes).map { .init(name: $0.name, size: $1) }, unit: unit, field: field,
      options: options, shard: shard)
  }

  /// Counts what is not counted yet, and writes the output when all is.
  ///
  /// - Parameters:
  ///   - observer: Hears how much is read; a cancellation keeps what is counted.
  ///   - encode: The output of a whole corpus; that of a shard has a form of its own.
  /// - Throws: `FileError` with a ``SettingsDifference`` for the part of another run, and what counting throws.
  public func run(
    observer: RunObserver = .silent, encode: (CorpusCoverage) throws -> [UInt8]
  ) throws -> Outcome {
    let settings = try settings()
    let header = try header(settings)
    if let header, !replaces, try ShardFile.isFinished(output, as: header) {
      observer.note("\(output) is finished already")
      return .finished(try finished())
    }
    var counting = try Counting(self, settings, observer)
    guard try counting.run() else { return .cancelled(done: counting.done) }
    let counter = counting.counter
    let coverage = counting.finish()
    try counting.end {
      guard let header else { return try AtomicFile.write(encode(coverage), to: output) }
      var file = try ShardWriter(output: output, header)
      for domain in coverage.domains { try file.add(ResultCoding.encode(domain).dropLast()) }
      try file.add(ResultCoding.encode(counter.portable).dropLast())
      try file.finish()
    }
    return .finished(coverage)
  }

  /// What a shard's file says of itself; nil where all files are counted here.
  private func header(_ settings: CoverageSettings) throws -> ShardHeader? {
    guard let shard else { return nil }
    var settings = settings
    settings.shard = nil
    func side(_ tokenizer: TokenizerDescription) -> CoverageSide {
      CoverageSide(name: tokenizer.name, fingerprint: tokenizer.vocabulary.fingerprint.hex)
    }
    return try ShardHeader(
      shard, of: corpus.count, settings: settings,
      context: CoverageContext(map: map, source: side(pair.source), target: side(pair.target)))
  }

  /// What a shard that is there has counted.
  private func finished() throws -> CorpusCoverage {
    var file = try ShardFile(output, isOwn: true)
    return try withFile(output) {
      let domains = try shard.items(of: corpus.count).map { _ in
        try CoverageShards.domain(try file.require())
      }
      guard let total = try CoverageShards.counts(try file.require()).figures(top: options.top) else {
        throw ShardError.damaged("its counts do not fit together")
      }
      return CorpusCoverage(total: total, domains: domains)
    }
  }
}

/// The lines of a shard of coverage.
enum CoverageShards {
  /// The figures of a file of the corpus.
  ///
  /// - Throws: ``ShardError/damaged(_:)``.
  static func domain(_ line: [UInt8]) throws -> CorpusCoverage.Domain {
    guard let domain = try? ResultCoding.decode(CorpusCoverage.Domain.self, from: line) else {
      throw ShardError.damaged("an item is no file's figures")
    }
    return domain
  }

  /// The counts of all its files.
  ///
  /// - Throws: ``ShardError/damaged(_:)``.
  static func counts(_ line: [UInt8]) throws -> PortableCounts {
    guard let counts = try? ResultCoding.decode(PortableCounts.self, from: line) else {
      throw ShardError.damaged("its counts cannot be read")
    }
    return counts
  }
}
