public import CMCPrimitives
internal import CMCResultCoding

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a long run has finished so far: a file beside the output that survives being killed at any moment.
///
/// Its first line says what was run, all of it: `{"schema":"KIND.part","version":2,"settings":{…}}`. Behind it stands a
/// line for each finished item, in order. A run with the same settings finds it, drops a line that is not whole, and goes
/// on behind the last whole one; when all are done, the output is written and this file removed.
///
/// Where the output is a device or a pipe there is nothing beside it, and nothing to go on with: the file lies among the
/// system's temporary ones, and goes with the run.
///
/// From ``resume(limit:isItem:)`` on it is locked: a second process that wants to go on with it is told who does already.
public final class PartFile<Settings: RunSettings> {
  /// The form of the first line; version 1 had a digest of some settings.
  static var version: Int { 2 }

  /// Where it lies: `OUTPUT.part`.
  public let path: String
  /// Whether it stays when the run is broken off.
  public let isKept: Bool
  /// What is run.
  public let settings: Settings
  private var lock: FileLock?
  /// When the system last wrote everything to the disk; nil where nothing was added since.
  private var synced: ContinuousClock.Instant?
  private var isSynced = true

  /// The file of an output; beside what a link leads to, so that it is one file whatever the output is called.
  public init(output: String, settings: Settings) {
    isKept = !isWrittenInto(output)
    path = isKept ? Self.path(of: output) : temporaryPath(".part")
    self.settings = settings
  }

  /// Where the finished part of an output lies.
  static func path(of output: String) -> String { linkTarget(output) + ".part" }

  /// The lines that an earlier run with the same settings finished; the file is made where there is none.
  ///
  /// - Parameters:
  ///   - limit: How many items there are.
  ///   - isItem: Whether a line is what the run would have written for the item of that number, from 0, as far as that can
  ///     be told without computing it anew.
  /// - Throws: `FileError` with a ``SettingsDifference`` that names the field, or a ``PartFileError``; where another
  ///   process writes it, with that process's number.
  public func resume(limit: Int, isItem: (Int, [UInt8]) -> Bool) throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    try resumeCounting(limit: limit) { index, line in
      lines.append(line)
      return isItem(index, line)
    }
    return lines
  }

  /// The same without keeping the lines: a batch may have any number of them.
  ///
  /// - Returns: How many items are finished.
  @discardableResult
  func resumeCounting(limit: Int, isItem: (Int, [UInt8]) throws -> Bool) throws -> Int {
    let header = try self.header() + [0x0A]
    let lock = try FileLock.file(path)
    let bytes = try readFile(path, limit: 1 << 34, isOwn: true)
    return try withFile(path) {
      var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      // What follows the last line end was not finished.
      let rest = lines.popLast() ?? []
      var count = 0
      if lines.isEmpty {
        // New, or cut off in its first line by whoever began it.
        guard header.starts(with: rest) else { throw PartFileError.otherKind }
        try replace(with: header, lock)
      } else {
        try check(Array(lines.removeFirst()))
        if lines.count > limit { throw PartFileError.tooLong(items: lines.count, limit: limit) }
        for (index, line) in lines.enumerated() where !(try isItem(index, Array(line))) {
          throw PartFileError.otherItem(number: index + 1)
        }
        try truncate(to: bytes.count - rest.count, lock)
        count = lines.count
      }
      self.lock = lock
      return count
    }
  }

  /// Drops the lines behind the first so many, which are made anew.
  ///
  /// - Throws: `FileError`.
  func keep(_ count: Int) throws {
    guard let lock else { throw FileError(path: path, underlying: PartFileError.notResumed) }
    let bytes = try readFile(path, limit: 1 << 34, isOwn: true)
    var (place, lines) = (0, 0)
    while lines <= count, let end = bytes[place...].firstIndex(of: 0x0A) {
      (place, lines) = (end + 1, lines + 1)
    }
    try withFile(path) { try truncate(to: place, lock) }
  }

  /// Calls `body` with each finished item's line, in order.
  ///
  /// - Throws: `FileError`, and what `body` throws.
  func forEachItem(_ body: (Int, ArraySlice<UInt8>) throws -> Void) throws {
    let bytes = try readFile(path, limit: 1 << 34, isOwn: true)
    var start = (bytes.firstIndex(of: 0x0A) ?? bytes.count) + 1
    var index = 0
    while start < bytes.count, let end = bytes[start...].firstIndex(of: 0x0A) {
      try body(index, bytes[start..<end])
      (index, start) = (index + 1, end + 1)
    }
  }

  /// Adds a finished item: however the process ends, the file ends with a whole line, or with a part of this one.
  ///
  /// Once a second the system writes everything to the disk, so that its own end costs no more; a short item would take
  /// less time than that.
  ///
  /// - Parameter line: One line, without its end.
  /// - Throws: `FileError` with the system's reason.
  public func append(_ line: [UInt8]) throws {
    guard let lock else { throw FileError(path: path, underlying: PartFileError.notResumed) }
    try withFile(path) {
      try (line + [0x0A]).withUnsafeBytes { try writeAll($0, to: lock.descriptor) }
      isSynced = false
      let now = ContinuousClock.now
      if let synced, now - synced < .seconds(1) { return }
      synced = now
      guard fsync(lock.descriptor) == 0 else { throw SystemError("write", code: errno) }
      isSynced = true
    }
  }

  deinit {
    if !isKept { return removeFile(path) }
    if let lock, !isSynced { fsync(lock.descriptor) }
  }

  /// Writes the output of all items, and removes the file.
  ///
  /// - Parameter write: Writes the output.
  /// - Throws: What `write` throws; where somebody has meanwhile put something else in the output's place, `FileError` with
  ///   a ``KeptPart``, since this file is then all that is left of the work.
  package func finish(_ write: () throws -> Void) throws {
    do {
      try write()
    } catch let error as FileError {
      guard isKept, let conflict = error.underlying as? OutputConflict,
        conflict == .exists || conflict == .otherInputs || conflict == .showsMore || conflict.isOfOtherKind
      else { throw error }
      throw FileError(path: error.path, underlying: KeptPart(reason: conflict.description, path: path))
    }
    remove()
  }

  /// Removes the file: the output is there.
  public func remove() {
    removeFile(path)
    lock = nil
  }

  private func replace(with bytes: [UInt8], _ lock: FileLock) throws {
    try truncate(to: 0, lock)
    try bytes.withUnsafeBytes { try writeAll($0, to: lock.descriptor) }
    guard fsync(lock.descriptor) == 0 else { throw SystemError("write", code: errno) }
  }

  /// Cuts the file, and goes on writing at its end.
  private func truncate(to count: Int, _ lock: FileLock) throws {
    guard ftruncate(lock.descriptor, off_t(count)) == 0 else { throw SystemError("write", code: errno) }
    guard lseek(lock.descriptor, 0, SEEK_END) >= 0 else { throw SystemError("write", code: errno) }
  }

  private func header() throws -> [UInt8] {
    let settings = try ResultCoding.encode(settings).dropLast()
    let schema = "\(Settings.kind).part"
    return Array(#"{"schema":"\#(schema)","version":\#(Self.version),"settings":"#.utf8) + settings + [0x7D]
  }

  private func check(_ line: [UInt8]) throws {
    guard let form = try? ResultCoding.decode(Form.self, from: line),
      form.schema == "\(Settings.kind).part"
    else { throw PartFileError.otherKind }
    guard form.version == Self.version else {
      throw PartFileError.otherVersion(found: form.version, written: Self.version)
    }
    guard let earlier = try? ResultCoding.decode(Content.self, from: line).settings else {
      throw PartFileError.unreadableSettings
    }
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

/// A run that is done and whose output has no place: what it has finished is kept.
public struct KeptPart: DescribedError, Equatable {
  /// What stands in the output's place.
  let reason: String
  /// Where the finished items lie.
  public let path: String

  /// What stands in the way, and where the work is.
  public var description: String { "\(reason); what was computed is kept in \(oneLine(path))" }
  /// What to do.
  public var hint: String? {
    "give the command again with --force, or when the file is moved away: nothing is computed anew"
  }
}

/// Why a file of finished items cannot be gone on with.
public enum PartFileError: DescribedError, Equatable {
  /// It is no such file, or one of another kind of run.
  case otherKind
  /// It was written by another version of the program.
  case otherVersion(found: Int, written: Int)
  /// Its first line does not hold settings of this form.
  case unreadableSettings
  /// A line, from 1, that is not that of the run's item in its place.
  case otherItem(number: Int)
  /// An item was to be added before what is there was read.
  case notResumed
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
    case .unreadableSettings: "does not say its settings in the form of this version"
    case .otherItem(let number):
      "line \(number + 1) is not the finished item \(number) of this run: it was changed"
    case .notResumed: "was not read before it was written"
    case .tooLong(let items, let limit): "has \(items) finished items, the run \(limit)"
    }
  }

  /// What to do.
  public var hint: String? { "remove it to begin anew, or name another output" }
}
