internal import CMCAlignment
internal import CMCCompression
internal import CMCFastJSON
internal import CMCPrimitives

/// Reads one file of a corpus as texts, a few megabytes at a time, from its beginning or from where an earlier process was.
struct CorpusReader {
  /// Where reading can go on: behind all texts that were given.
  struct Position: Codable, Equatable {
    /// The place in plain text, or of JSON lines the beginning of a line, in bytes of what was compressed.
    var text = CorpusTextCutter.Position()
    /// How many lines stand before it; only of JSON lines.
    var lines = 0
    /// Of them those without a text.
    var left = 0
    /// The first of those, from 1.
    var firstLeft: Int?
  }

  /// Some texts, and where reading can go on behind them.
  struct Batch {
    var texts: [CorpusText]
    var position: Position
    /// How many records before the texts had none, since the last batch.
    var left: Int
    /// How many bytes of the file were read, as it lies there.
    var read: Int
  }

  let file: CorpusFile
  let unit: CorpusTextCutter.Unit
  /// The path of the member that is the text; nil where the file is text.
  let field: CorpusField?

  /// A batch has as many bytes, or a few more.
  static let batchSize = 1 << 22

  /// Gives the texts behind a position, and at last a batch that may be empty.
  ///
  /// - Parameter body: Gets each batch; reading ends where it says false.
  /// - Returns: Where reading ended, and whether the file was read to its end.
  /// - Throws: `FileError` with the system's reason, with what is wrong with compressed data, with a
  ///   ``CorpusFieldError``; what `body` throws.
  func forEachBatch(
    from start: Position, _ body: (Batch) throws -> Bool
  ) throws -> (position: Position, isWhole: Bool) {
    struct Stopped: Error {}
    var source: any TextSource = field.map { JSONLineTexts($0, unit, start) } ?? PlainTexts(unit, start)
    var (texts, bytes, left) = ([CorpusText](), 0, start.left)
    func give(_ read: Int) throws {
      let position = source.position
      guard try body(Batch(texts: texts, position: position, left: position.left - left, read: read)) else {
        throw Stopped()
      }
      texts.removeAll(keepingCapacity: true)
      (bytes, left) = (0, position.left)
    }
    func add(_ text: CorpusText) {
      texts.append(text)
      bytes += text.bytes.count
    }
    var seen = 0
    do {
      try withFile(file.name) {
        try forEachPlainBlock(of: file.path, from: start.text.offset) { block, read in
          seen = read
          try source.append(block, add)
          if bytes >= Self.batchSize { try give(read) }
        }
        try source.finish(add)
        try give(seen)
      }
    } catch is Stopped {
      return (source.position, false)
    }
    return (source.position, true)
  }
}

/// What makes texts of the bytes of a file.
private protocol TextSource {
  /// Where reading can go on.
  var position: CorpusReader.Position { get }
  /// Takes bytes and gives the texts that are complete with them.
  mutating func append(_ block: ArraySlice<UInt8>, _ emit: (CorpusText) -> Void) throws
  /// Gives what is left at the end.
  mutating func finish(_ emit: (CorpusText) -> Void) throws
}

/// A file that is text.
private struct PlainTexts: TextSource {
  private var cutter: CorpusTextCutter

  init(_ unit: CorpusTextCutter.Unit, _ start: CorpusReader.Position) {
    cutter = CorpusTextCutter(unit, from: start.text)
  }

  var position: CorpusReader.Position {
    var position = CorpusReader.Position()
    position.text = cutter.position
    return position
  }

  mutating func append(_ block: ArraySlice<UInt8>, _ emit: (CorpusText) -> Void) {
    cutter.append(block, emit)
  }
  mutating func finish(_ emit: (CorpusText) -> Void) { cutter.finish(emit) }
}

/// A file of JSON lines, one member of which is the text: each is cut by itself.
private struct JSONLineTexts: TextSource {
  private let field: CorpusField
  private let unit: CorpusTextCutter.Unit
  private(set) var position: CorpusReader.Position
  private var pending: [UInt8] = []

  init(_ field: CorpusField, _ unit: CorpusTextCutter.Unit, _ start: CorpusReader.Position) {
    (self.field, self.unit, position) = (field, unit, start)
  }

  mutating func append(_ block: ArraySlice<UInt8>, _ emit: (CorpusText) -> Void) throws {
    var rest = block
    while let end = rest.firstIndex(of: 0x0A) {
      pending += rest[..<end]
      try take(ending: 1, emit)
      rest = rest[(end + 1)...]
    }
    pending += rest
    guard pending.count <= CorpusField.lineLimit else {
      throw CorpusFieldError.tooLong(line: position.lines + 1)
    }
  }

  mutating func finish(_ emit: (CorpusText) -> Void) throws {
    if !pending.isEmpty { try take(ending: 0, emit) }
  }

  private mutating func take(ending: Int, _ emit: (CorpusText) -> Void) throws {
    let number = position.lines + 1
    let start = position.text.offset
    if !pending.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) {
      if let text = try field.text(of: pending, line: number) {
        var cutter = CorpusTextCutter(unit)
        cutter.append(Array(text.utf8)[...]) { emit(CorpusText($0.bytes, offset: start)) }
        cutter.finish { emit(CorpusText($0.bytes, offset: start)) }
        position.text.cutLines += cutter.cutLines
      } else {
        position.left += 1
        if position.firstLeft == nil { position.firstLeft = number }
      }
    }
    position.lines = number
    position.text.offset = start + pending.count + ending
    pending.removeAll(keepingCapacity: true)
  }
}
