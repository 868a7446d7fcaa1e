public import CMCPrimitives
internal import CMCResultCoding

/// What a long run has finished so far: a file beside the output that survives being killed at any moment.
///
/// Its first line says what was run, all of it: `{"schema":"KIND.part","version":2,"settings":{…}}`. Behind it stands a
/// line for each finished item, in order. A run with the same settings finds it, drops a line that is not whole, and goes
/// on behind the last whole one; when all are done, the output is written and this file removed.
public struct PartFile<Settings: RunSettings>: Sendable {
  /// The form of the first line; version 1 had a digest of some settings.
  static var version: Int { 2 }

  /// Where it lies: `OUTPUT.part`.
  public let path: String
  /// What is run.
  public let settings: Settings

  /// The file of an output.
  public init(output: String, settings: Settings) {
    path = output + ".part"
    self.settings = settings
  }

  /// The lines that an earlier run with the same settings finished; the file is made where there is none.
  ///
  /// - Parameter limit: How many items there are.
  /// - Throws: `FileError` with a ``SettingsDifference`` that names the field, or a ``PartFileError``.
  public func resume(limit: Int) throws -> [[UInt8]] {
    let header = try self.header()
    var lines: [[UInt8]] = []
    if fileExists(path) {
      let bytes = try readFile(path, limit: 1 << 34)
      try withFile(path) {
        var all = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        // What follows the last line end was not finished.
        let rest = all.popLast() ?? []
        try check(all.first)
        lines = Array(all.dropFirst())
        if lines.count > limit { throw PartFileError.tooLong(items: lines.count, limit: limit) }
        if !rest.isEmpty, !lines.isEmpty { try replace(header, lines) }
      }
    }
    // A file without an item is written anew, for one that was cut off in its first line.
    if lines.isEmpty { try replace(header, []) }
    return lines
  }

  /// Adds a finished item and has the system write it to the disk.
  ///
  /// - Parameter line: One line, without its end.
  public func append(_ line: [UInt8]) throws { try appendLine(line, to: path) }

  /// Removes the file: the output is there.
  public func remove() { removeFile(path) }

  private func replace(_ header: [UInt8], _ lines: [[UInt8]]) throws {
    try AtomicFile.write(([header] + lines).flatMap { $0 + [0x0A] }, to: path)
  }

  private func header() throws -> [UInt8] {
    let settings = try ResultCoding.encode(settings).dropLast()
    let schema = "\(Settings.kind).part"
    return Array(#"{"schema":"\#(schema)","version":\#(Self.version),"settings":"#.utf8) + settings + [0x7D]
  }

  private func check(_ line: [UInt8]?) throws {
    guard let line, let form = try? ResultCoding.decode(Form.self, from: line),
      form.schema == "\(Settings.kind).part"
    else { throw PartFileError.otherKind }
    guard form.version == Self.version else {
      throw PartFileError.otherVersion(found: form.version, written: Self.version)
    }
    let earlier = try ResultCoding.decode(Content.self, from: line).settings
    if let difference = try settings.difference(from: earlier) { throw difference }
  }

  /// What every version says of itself.
  private struct Form: Decodable {
    let schema: String
    let version: Int
  }

  private struct Content: Decodable {
    let settings: Settings
  }
}

/// Why a file of finished items cannot be gone on with.
public enum PartFileError: DescribedError, Equatable {
  /// It is no such file, or one of another kind of run.
  case otherKind
  /// It was written by another version of the program.
  case otherVersion(found: Int, written: Int)
  /// It has more items than the run.
  case tooLong(items: Int, limit: Int)

  /// What it is.
  public var description: String {
    switch self {
    case .otherKind: "does not hold the finished part of a run of this kind"
    case .otherVersion(let found, let written):
      found < written
        ? "was begun by an earlier version of this program (form \(found), now \(written)), which did not note all settings, so it cannot be gone on with"
        : "was begun by a later version of this program (form \(found), here \(written))"
    case .tooLong(let items, let limit): "has \(items) finished items, the run \(limit)"
    }
  }

  /// What to do.
  public var hint: String? { "remove it to begin anew, or name another output" }
}
