#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes sure before long work that its result can be written: makes the folders, refuses a folder in place of a file.
///
/// - Throws: `FileError` that names the path.
package func prepareOutputs(_ paths: String?...) throws {
  for case let path? in paths {
    var folder = "."
    if let slash = path.lastIndex(of: "/") {
      folder = slash == path.startIndex ? "/" : String(path[..<slash])
      try makeDirectory(folder)
    }
    try withFile(path) {
      if PathKind(path) == .directory { throw FileKindError.directory }
      var status = stat()
      if stat(pathBytes(path), &status) != 0, errno == ELOOP { throw BrokenLink.loop }
      try FileRoles.shared.willWrite(path)
      guard access(pathBytes(folder), W_OK) == 0 else {
        throw SystemError("create a file there", code: errno)
      }
    }
  }
}

/// Writes a file, and makes the folder it goes to.
package func writeResult(_ bytes: [UInt8], to path: String) throws {
  try prepareOutputs(path)
  try AtomicFile.write(bytes, to: path)
}
