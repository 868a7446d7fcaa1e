internal import CMCHashing
internal import CMCPrimitives

/// The file of a finished shard, read line by line; nothing of it is held but the line.
struct ShardFile: ~Copyable {
  /// Where it lies.
  let path: String
  /// What it says of itself.
  let header: ShardHeader
  /// How many lines it has, items and what comes behind them.
  var lineCount: Int { end.lines }
  private let file: MappedFile
  private let end: ShardEnd
  /// Where the next line begins.
  private var place: Int
  /// Where the last line, which ends it, begins.
  private let endPlace: Int
  private var given = 0
  private var hasher: SHA256Hasher

  /// The most bytes that the last line has.
  private static let endSize = 256

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isOwn: Whether it may be replaced afterwards.
  /// - Throws: `FileError` with a ``ShardError``.
  init(_ path: String, isOwn: Bool = false) throws {
    let file = try MappedFile(path: path, isOwn: isOwn)
    let parts = try withFile(path) {
      try file.withUnsafeBytes { bytes in
        // Whatever else it is, it does not begin so: a long line of it is not looked through.
        guard bytes.starts(with: Array(#"{"schema":"\#(ShardHeader.schema)""#.utf8)),
          let first = bytes.firstIndex(of: 0x0A)
        else { throw ShardError.notAShard }
        let header = try ShardHeader(line: Array(bytes[..<first]))
        guard bytes.last == 0x0A else { throw ShardError.damaged("it ends in the middle of a line") }
        let tail = bytes[max(first, bytes.count - Self.endSize)..<(bytes.count - 1)]
        guard let start = tail.lastIndex(of: 0x0A),
          let end = ShardEnd(line: Array(bytes[(start + 1)..<(bytes.count - 1)]))
        else { throw ShardError.damaged("its last line is missing") }
        guard end.lines >= header.shard.itemCount(of: header.total) else {
          throw ShardError.damaged("it has \(end.lines) items")
        }
        return (header: header, place: first + 1, end: end, endPlace: start + 1)
      }
    }
    (self.path, self.file) = (path, file)
    (header, place, end, endPlace) = parts
    hasher = SHA256Hasher()
  }

  /// The next line without its end; nil behind the last one, when all are as they were written.
  ///
  /// - Throws: `FileError` with ``ShardError/damaged(_:)``.
  mutating func next() throws -> [UInt8]? {
    let (file, start, last) = (file, place, endPlace)
    let line: [UInt8]? = file.withUnsafeBytes { bytes in
      guard start < last, let end = bytes[start..<last].firstIndex(of: 0x0A) else { return nil }
      hasher.update(UnsafeRawBufferPointer(rebasing: bytes[start...end]))
      return Array(bytes[start..<end])
    }
    guard let line else {
      try check()
      return nil
    }
    place = start + line.count + 1
    given += 1
    // What is behind is not read again.
    if given % 4096 == 0 { file.forget(0..<start) }
    return line
  }

  /// The next line, which must be there.
  ///
  /// - Throws: `FileError` with ``ShardError/damaged(_:)``.
  mutating func require() throws -> [UInt8] {
    guard let line = try next() else {
      throw FileError(path: path, underlying: ShardError.damaged("it has only \(given) lines"))
    }
    return line
  }

  private mutating func check() throws {
    var finished = SHA256Hasher()
    swap(&finished, &hasher)
    guard given == end.lines, finished.finish().hex == end.sha256 else {
      throw FileError(path: path, underlying: ShardError.damaged("its lines are not those that were written"))
    }
  }

  /// Whether an output is there and is this shard, finished.
  ///
  /// - Throws: `FileError` with a ``SettingsDifference`` where it is a shard of another run, or another shard.
  static func isFinished(_ output: String, as wanted: ShardHeader) throws -> Bool {
    guard PathKind(output) == .file else { return false }
    return try withFile(output) {
      let found: ShardHeader
      do {
        found = try ShardFile(output, isOwn: true).header
      } catch let error as FileError {
        // What is there is no shard, or none that can be read: the rules for outputs that exist decide.
        guard error.underlying is ShardError else { throw error }
        return false
      }
      guard found.kind == wanted.kind else {
        throw SettingsDifference(field: "kind", before: found.kind, now: wanted.kind)
      }
      guard found.shard == wanted.shard else {
        throw SettingsDifference(
          field: "shard", before: found.shard.description, now: wanted.shard.description)
      }
      if let difference = try wanted.difference(from: found.settings) { throw difference }
      return true
    }
  }
}
