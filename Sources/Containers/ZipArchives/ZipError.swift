import CMCPrimitives

/// What is wrong with a zip archive, and where in it.
package enum ZipError: DescribedError, Equatable {
  /// The end of the archive, which holds its table of contents, is not there.
  case noDirectory
  /// A part lies outside the file.
  case outOfBounds(part: String, at: UInt64, needed: UInt64, size: Int)
  /// A part does not begin as it must.
  case badSignature(part: String, at: Int)
  /// Two entries of one name.
  case duplicateName(String)
  /// An entry that is encrypted, or compressed in a way that is not read.
  case unreadable(entry: String, reason: String)
  /// An entry whose size cannot be true, or is beyond the limit.
  case tooLarge(entry: String, bytes: UInt64, limit: UInt64)
  /// Two entries whose bytes are partly the same.
  case overlap(first: String, second: String)
  /// Entries that are small in the archive and fill the memory.
  case tooMuch(entry: String, bytes: UInt64, limit: UInt64)
  /// The compressed bytes are damaged.
  case damaged(entry: String, reason: String)
  /// More entries than are read.
  case tooManyEntries(Int)
  /// No entry of that name.
  case missing(String)

  /// What and where in one line.
  package var description: String {
    switch self {
    case .noDirectory: "is no zip archive, or ends too early: it has no table of contents"
    case .outOfBounds(let part, let at, let needed, let size):
      "\(oneLine(part, limit: 100)): \(needed) bytes wanted at byte \(at), the file has \(size)"
    case .badSignature(let part, let at): "byte \(at): \(oneLine(part, limit: 100)) does not begin as it must"
    case .duplicateName(let name): "entry '\(oneLine(name, limit: 100))' is there twice"
    case .unreadable(let entry, let reason): "entry '\(oneLine(entry, limit: 100))': \(reason)"
    case .tooLarge(let entry, let bytes, let limit):
      "entry '\(oneLine(entry, limit: 100))' claims \(bytes) bytes, at most \(limit) can be"
    case .overlap(let first, let second):
      "entries '\(oneLine(first, limit: 100))' and '\(oneLine(second, limit: 100))' share bytes"
    case .tooMuch(let entry, let bytes, let limit):
      "unpacks to \(bytes) bytes up to entry '\(oneLine(entry, limit: 100))', \(limit) is the limit for its size"
    case .damaged(let entry, let reason): "entry '\(oneLine(entry, limit: 100))' is damaged: \(reason)"
    case .tooManyEntries(let count): "has \(count) entries, too many"
    case .missing(let name): "has no entry '\(oneLine(name, limit: 100))'"
    }
  }
}
