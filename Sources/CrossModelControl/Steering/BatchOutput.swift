internal import CMCFastJSON
internal import CMCPrimitives

/// The file of a batch's answers, written as they come: `.jsonl` for lines, anything else for AlpacaEval's array.
struct BatchOutput: ~Copyable {
  private var file: OutputFile
  private let areLines: Bool
  private var block: [UInt8]
  private var isEmpty = true

  /// Begins the file.
  ///
  /// - Throws: `FileError`.
  init(_ path: String) throws {
    areLines = path.hasSuffix(".jsonl")
    file = try OutputFile(path: path)
    block = Array((areLines ? "" : "[\n").utf8)
  }

  /// Adds an answer, an object on one line.
  ///
  /// - Throws: `FileError`.
  mutating func add(_ line: some Collection<UInt8>) throws {
    if !isEmpty, !areLines { block += Array(",\n".utf8) }
    isEmpty = false
    block += line
    if areLines { block.append(0x0A) }
    if block.count > 1 << 20 {
      try block.withUnsafeBytes { try file.write($0) }
      block.removeAll(keepingCapacity: true)
    }
  }

  /// Ends the file and gives it its name.
  ///
  /// - Throws: `FileError`.
  consuming func finish() throws {
    block += Array((areLines ? "" : "\n]\n").utf8)
    try block.withUnsafeBytes { try file.write($0) }
    try file.sync()
    try file.commit()
  }

  /// The lines of a file's answers.
  ///
  /// - Throws: `FileError`.
  static func answers(_ path: String) throws -> [ArraySlice<UInt8>] {
    try readFile(path, limit: 1 << 34, isOwn: true).split(separator: 0x0A).compactMap { line in
      guard line.first == UInt8(ascii: "{") else { return nil }
      return line.last == UInt8(ascii: ",") ? line.dropLast() : line
    }
  }

  /// Those that say that they are of a run.
  ///
  /// - Throws: `FileError`.
  static func answers(_ path: String, ofRun run: String) throws -> [ArraySlice<UInt8>] {
    let mark = Array(#","run":"\#(run)"}"#.utf8)
    return try answers(path).filter { $0.suffix(mark.count).elementsEqual(mark) }
  }

  /// Why an answer could not be had; nil for one that is there.
  static func error(of line: some Collection<UInt8>) -> String? {
    (try? JSONDocument(Array(line)).root)?["error"]?.string
  }
}
