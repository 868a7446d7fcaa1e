internal import CMCFastJSON
internal import CMCHashing
internal import CMCPrimitives

/// Writes the file of a finished shard: a line that says what it is, a line for each item, and one that ends it.
///
/// The last line counts and digests those between, so that a copy that was cut short is no shard.
struct ShardWriter: ~Copyable {
  private var file: OutputFile
  private var hasher = SHA256Hasher()
  private var block: [UInt8]
  private var lines = 0

  /// Begins a file.
  ///
  /// - Throws: `FileError`.
  init(output: String, _ header: ShardHeader) throws {
    file = try OutputFile(path: output)
    block = header.line()
  }

  /// Adds a line, which is given without its end.
  ///
  /// - Throws: `FileError`.
  mutating func add(_ line: some Collection<UInt8>) throws {
    let bytes = Array(line) + [0x0A]
    bytes.withUnsafeBytes { hasher.update($0) }
    block += bytes
    lines += 1
    if block.count > 1 << 20 { try flush() }
  }

  private mutating func flush() throws {
    try block.withUnsafeBytes { try file.write($0) }
    block.removeAll(keepingCapacity: true)
  }

  /// Ends the file and gives it its name.
  ///
  /// - Throws: `FileError`.
  consuming func finish() throws {
    try flush()
    var finished = SHA256Hasher()
    swap(&finished, &hasher)
    let end = ShardEnd(lines: lines, sha256: finished.finish().hex).line()
    try end.withUnsafeBytes { try file.write($0) }
    try file.sync()
    try file.commit()
  }
}

/// The last line of a shard's file.
struct ShardEnd: Equatable {
  /// How many lines stand between the first and this one.
  var lines: Int
  /// Their digest.
  var sha256: String

  init(lines: Int, sha256: String) { (self.lines, self.sha256) = (lines, sha256) }

  /// Reads a line; nil where it is something else.
  init?(line: [UInt8]) {
    guard let end = try? JSONDocument(line).root["end"], let lines = end["lines"]?.int,
      let sha256 = end["sha256"]?.string
    else { return nil }
    self.init(lines: lines, sha256: sha256)
  }

  /// The line with its end.
  func line() -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.key("end")
      json.object { json in
        json.member("lines", lines)
        json.member("sha256", sha256)
      }
    }
    json.endLine()
    return json.bytes
  }
}
