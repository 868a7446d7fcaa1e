public import CMCAlignment
internal import CMCPrimitives
internal import CMCTokenization

/// A part of a corpus: a file, or standard input.
public struct CorpusFile: Sendable, Equatable {
  /// The name in results.
  public let name: String
  /// Where it is; nil is standard input.
  public let path: String?

  /// A file by its path, under which results name it.
  public init(_ path: String) {
    name = path
    self.path = path
  }

  private init(standardInputNamed name: String) {
    self.name = name
    path = nil
  }

  /// What is piped into the program; it can be read once.
  public static let standardInput = CorpusFile(standardInputNamed: "standard input")
}

extension MappedPair {
  /// Counts how the map covers a corpus; a few megabytes of it are held at a time.
  ///
  /// - Parameters:
  ///   - corpus: Its parts, reported each by itself and all together.
  ///   - unit: What is one text.
  ///   - options: How to count.
  ///   - observer: Hears of lines too long to be one text.
  /// - Throws: `FileError`; `TokenizationError` for text that is not UTF-8 where the options ask for it, and for
  ///   tokenizers whose encoding is not supported.
  /// - Complexity: That of encoding and decoding with both tokenizers.
  public func coverage(
    of corpus: [CorpusFile], unit: CorpusTextCutter.Unit = .passage, options: CoverageOptions = .init(),
    observer: RunObserver = .silent
  ) throws -> CorpusCoverage {
    let (source, target) = try concurrently(threads: options.threads) {
      try Tokenizer(self.source)
    } _: {
      try Tokenizer(self.target)
    }
    var counter = try CorpusCoverageCounter(map, source: source, target: target, options: options)
    for file in corpus {
      counter.beginDomain(file.name)
      let cutLines = try Self.count(file, unit, &counter)
      if cutLines > 0 {
        observer.note(
          "\(file.name): \(NumberText.grouped(cutLines)) line\(cutLines == 1 ? "" : "s") longer than \(CorpusTextCutter.limit) bytes, taken in parts"
        )
      }
    }
    return counter.finish()
  }

  /// Counts one file.
  ///
  /// - Returns: How many lines were too long to be one text.
  private static func count(
    _ file: CorpusFile, _ unit: CorpusTextCutter.Unit, _ counter: inout CorpusCoverageCounter
  ) throws -> Int {
    var cutter = CorpusTextCutter(unit)
    var batch: [CorpusText] = []
    var bytes = 0
    func add(_ text: CorpusText) throws {
      batch.append(text)
      bytes += text.bytes.count
      guard bytes >= 1 << 22 else { return }
      try counter.add(batch)
      batch.removeAll(keepingCapacity: true)
      bytes = 0
    }
    try withFile(file.name) {
      try forEachBlock(of: file.path) { try cutter.append($0, add) }
      try cutter.finish(add)
      try counter.add(batch)
    }
    return cutter.cutLines
  }
}
