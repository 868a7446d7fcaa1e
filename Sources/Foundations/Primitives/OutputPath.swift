#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes sure before long work that its result can be written.
///
/// A folder in place of a file is refused, and a file in place of a folder; and what would be refused at the end, as far as
/// that can be told now. Nothing is made, so that a call that fails leaves nothing behind; whoever writes makes the folders.
///
/// - Parameters:
///   - paths: The outputs.
///   - form: What is known of what will be written; nil where it is at hand, and soon compared with what is there.
/// - Throws: `FileError` that names the path.
package func prepareOutputs(_ paths: String?..., form: OutputForm?) throws {
  try requireDifferentNames(paths)
  for case let path? in paths {
    let folder = try deepestFolder(parentPath(path))
    try withFile(path) {
      if path == "-" { throw FileKindError.standardOutput }
      if PathKind(path) == .directory { throw FileKindError.directory }
      var status = stat()
      if stat(pathBytes(path), &status) != 0 {
        if errno == ELOOP { throw BrokenLink.loop }
      } else if status.st_mode & S_IFMT == S_IFIFO {
        try heldPipes.hold(path)
      }
      try FileRoles.shared.willWrite(path)
      if let form { try FileRoles.shared.willReplace(path, by: form) }
      guard access(pathBytes(folder), W_OK) == 0 else {
        throw SystemError("create a file there", code: errno)
      }
    }
  }
}

/// Makes sure that no file would be two outputs of one run.
///
/// - Throws: `FileError` with ``OutputConflict/twice``.
package func requireDifferentNames(_ paths: [String?]) throws {
  var names: Set<String> = []
  for case let path? in paths where !isWrittenInto(path) && path != "-" {
    guard names.insert(resolvedPath(path)).inserted else {
      throw FileError(path: path, underlying: OutputConflict.twice)
    }
  }
}

/// Whether a file is there and something is in it; what is written into as it is holds nothing.
package func holdsSomething(_ path: String) -> Bool {
  var status = stat()
  return stat(pathBytes(path), &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
}

/// Whether something is there that is written into as it is, a device or a pipe: nothing of it is replaced.
package func isWrittenInto(_ path: String) -> Bool {
  var status = stat()
  guard stat(pathBytes(path), &status) == 0 else { return false }
  return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
}

/// Pipes that are to be written into, open until the program ends: that nobody reads one is found before the work, and
/// who reads one does not take it for ended meanwhile.
private let heldPipes = HeldPipes()

private struct HeldPipes: Sendable {
  private let paths = Guarded<Set<String>>([])

  func hold(_ path: String) throws {
    guard !paths.withLock({ $0.contains(path) }) else { return }
    _ = try openToWriteInto(path)
    paths.withLock { _ = $0.insert(path) }
  }
}

/// The part of a folder's path that is there.
///
/// - Throws: ``FileError`` with ``FileKindError/notDirectory`` for a part that is something else.
private func deepestFolder(_ path: String) throws -> String {
  var deepest = path.hasPrefix("/") ? "/" : "."
  var part = path.hasPrefix("/") ? "/" : ""
  for name in path.split(separator: "/") {
    part += (part.isEmpty || part.hasSuffix("/") ? "" : "/") + name
    var status = stat()
    guard stat(pathBytes(part), &status) == 0 else { break }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError(path: part, underlying: FileKindError.notDirectory)
    }
    deepest = part
  }
  return deepest
}

/// Writes a file, and makes the folder it goes to.
package func writeResult(_ bytes: [UInt8], to path: String) throws {
  try writeResults([(path, bytes)])
}

/// Writes files that belong together, all or none, and makes the folders they go to.
package func writeResults(_ files: [(path: String, bytes: [UInt8])]) throws {
  for file in files { try prepareOutputs(file.path, form: nil) }
  for file in files { try makeDirectory(parentPath(file.path)) }
  try AtomicFile.writeAll(files)
}
