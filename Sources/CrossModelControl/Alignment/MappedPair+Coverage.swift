public import CMCAlignment
internal import CMCPrimitives
internal import CMCTokenization

extension MappedPair {
  /// Counts how the map covers a corpus; a few megabytes of it are held at a time.
  ///
  /// - Parameters:
  ///   - corpus: Its parts, reported each by itself and all together.
  ///   - unit: What is one text.
  ///   - field: The member that holds the text, where the files are JSON lines.
  ///   - options: How to count.
  ///   - observer: Hears of lines too long to be one text, of records without a text, and how much is read.
  /// - Throws: `FileError`; `TokenizationError` for text that is not UTF-8 where the options ask for it, and for
  ///   tokenizers whose encoding is not supported.
  /// - Complexity: That of encoding and decoding with both tokenizers.
  public func coverage(
    of corpus: [CorpusFile], unit: CorpusTextCutter.Unit = .passage, field: CorpusField? = nil,
    options: CoverageOptions = .init(), observer: RunObserver = .silent
  ) throws -> CorpusCoverage {
    var counter = try counter(options)
    let progress = CorpusProgress(try corpus.map { try $0.size() }, observer)
    for (number, file) in corpus.enumerated() {
      counter.beginDomain(file.name, number: number)
      let reader = CorpusReader(file: file, unit: unit, field: field)
      let (position, _) = try reader.forEachBatch(from: .init()) { batch in
        counter.leaveOut(batch.left)
        try withFile(file.name) { try counter.add(batch.texts) }
        progress.read(batch.read, of: number)
        return true
      }
      try reader.tell(position, observer)
    }
    return counter.finish()
  }

  /// A counter of this map's tokens.
  func counter(_ options: CoverageOptions) throws -> CorpusCoverageCounter {
    let (source, target) = try concurrently(threads: options.threads) {
      try Tokenizer(self.source)
    } _: {
      try Tokenizer(self.target)
    }
    return try CorpusCoverageCounter(map, source: source, target: target, options: options)
  }
}

extension CorpusReader {
  /// Tells what is worth knowing of a file that was read to its end.
  ///
  /// - Throws: `FileError` with ``CorpusFieldError/nowhere(field:records:)``: a field whose name is misspelt.
  func tell(_ position: Position, _ observer: RunObserver) throws {
    let cutLines = position.text.cutLines
    if cutLines > 0 {
      observer.note(
        "\(file.name): \(NumberText.grouped(cutLines)) line\(cutLines == 1 ? "" : "s") longer than \(CorpusTextCutter.limit) bytes, taken in parts"
      )
    }
    guard let field, let first = position.firstLeft else { return }
    if position.left == position.lines {
      throw FileError(
        path: file.name,
        underlying: CorpusFieldError.nowhere(field: field.description, records: position.lines))
    }
    observer.note(
      "\(file.name): \(NumberText.grouped(position.left)) record\(position.left == 1 ? " has" : "s have") no text in \"\(field)\" and \(position.left == 1 ? "is" : "are") left out, the first in line \(first)"
    )
  }
}

/// Tells how much of a corpus is read, in megabytes; of files whose size is not known nothing.
struct CorpusProgress {
  private let sizes: [Int?]
  /// The bytes before each file.
  private let before: [Int]
  private let total: Int
  private let observer: RunObserver

  init(_ sizes: [Int?], _ observer: RunObserver) {
    self.sizes = sizes
    var (before, sum) = ([Int](), 0)
    for size in sizes {
      before.append(sum)
      sum += size ?? 0
    }
    (self.before, self.observer) = (before, observer)
    total = sizes.contains(nil) ? 0 : sum
  }

  /// So many bytes of a file are read, and all before.
  func read(_ bytes: Int, of file: Int) {
    guard total > 0 else { return }
    observer.progress.progress(
      "MB", done: min(total, before[file] + bytes) / 1_000_000, total: max(1, total / 1_000_000))
  }
}
