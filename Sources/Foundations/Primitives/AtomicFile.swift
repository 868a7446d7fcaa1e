#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes files so that each is either as it was or whole: see ``OutputFile``.
package enum AtomicFile {
  /// Writes one file.
  ///
  /// - Parameters:
  ///   - bytes: All of it.
  ///   - path: The target.
  ///   - isKept: Whether a file that is there is a result; a checkpoint is not, and takes its turn.
  /// - Throws: ``FileError``; the target is then untouched and nothing is left beside it.
  package static func write(_ bytes: [UInt8], to path: String, isKept: Bool = true) throws {
    if !isKept { FileRoles.shared.own(checkpoint: path) }
    var file = try OutputFile(path: path)
    try bytes.withUnsafeBytes { try file.write($0) }
    try file.sync()
    try file.commit()
  }

  /// Writes several files that belong together: all are written beside their targets, and may take their places, before the
  /// first is renamed.
  ///
  /// - Throws: ``FileError``; an error while writing, or one target that is another's, leaves every target untouched.
  package static func writeAll(_ files: [(path: String, bytes: [UInt8])]) throws {
    try writeAll(files[...])
  }

  /// One file beside its target, then the rest, then its name: the names come when all bytes are there.
  private static func writeAll(_ files: ArraySlice<(path: String, bytes: [UInt8])>) throws {
    guard let first = files.first else { return }
    var file = try OutputFile(path: first.path)
    try first.bytes.withUnsafeBytes { try file.write($0) }
    try file.sync()
    try writeAll(files.dropFirst())
    try file.commit()
  }
}

/// Makes a folder and those above it; one that is there already is fine.
///
/// - Returns: The folders that were made, the outermost first.
/// - Throws: ``FileError`` with the system's reason, or with ``FileKindError/notDirectory`` for the part of the path that is one.
@discardableResult
package func makeDirectory(_ path: String) throws -> [String] {
  try withFile(path) {
    var new: [String] = []
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
      if mkdir(pathBytes(made), 0o777) == 0 {
        new.append(made)
        continue
      }
      guard errno == EEXIST else { throw SystemError("make the folder", code: errno) }
      guard PathKind(made) == .directory else {
        throw FileError(path: made, underlying: FileKindError.notDirectory)
      }
    }
    return new
  }
}

/// Whether anything stands at a path.
package func fileExists(_ path: String) -> Bool { access(pathBytes(path), F_OK) == 0 }
