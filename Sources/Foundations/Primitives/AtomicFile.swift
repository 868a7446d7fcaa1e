#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes files so that each is either as it was or whole: beside the target first, then renamed over it.
package enum AtomicFile {
  /// Writes one file.
  ///
  /// - Throws: ``FileError``; the target is then untouched and nothing is left beside it.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    try writeAll([(path, bytes)])
  }

  /// Writes several files that belong together: all are written beside their targets before the first is renamed.
  ///
  /// - Throws: ``FileError``; an error while writing leaves every target untouched.
  package static func writeAll(_ files: [(path: String, bytes: [UInt8])]) throws {
    var written: [(temporary: String, path: String)] = []
    do {
      for file in files {
        written.append((try writeBeside(file.path, file.bytes), file.path))
      }
      for (index, file) in written.enumerated() {
        try withFile(file.path) {
          guard rename(file.temporary, file.path) == 0 else { throw SystemError("rename", code: errno) }
        }
        UnfinishedFiles.shared.remove(file.temporary)
        written[index].temporary = ""
      }
    } catch {
      for file in written where !file.temporary.isEmpty {
        unlink(file.temporary)
        UnfinishedFiles.shared.remove(file.temporary)
      }
      throw error
    }
  }

  /// Writes the bytes to a new file in the folder of `path`, with the permissions a new file would have there.
  private static func writeBeside(_ path: String, _ bytes: [UInt8]) throws -> String {
    try withFile(path) {
      let mask = umask(0)
      umask(mask)
      var template = Array("\(path).XXXXXX".utf8CString)
      let descriptor = mkstemp(&template)
      guard descriptor >= 0 else { throw SystemError("create a file there", code: errno) }
      let temporary = template.withUnsafeBufferPointer {
        String(decoding: $0.dropLast().map(UInt8.init), as: UTF8.self)
      }
      UnfinishedFiles.shared.add(temporary)
      do {
        try writeFully(descriptor, bytes)
        guard fchmod(descriptor, 0o666 & ~mask) == 0 else {
          throw SystemError("set permissions", code: errno)
        }
        guard fsync(descriptor) == 0 else { throw SystemError("write", code: errno) }
        guard close(descriptor) == 0 else { throw SystemError("write", code: errno) }
      } catch {
        close(descriptor)
        unlink(temporary)
        UnfinishedFiles.shared.remove(temporary)
        throw error
      }
      return temporary
    }
  }

  private static func writeFully(_ descriptor: Int32, _ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let put = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if put < 0 {
          if errno == EINTR { continue }
          throw SystemError("write", code: errno)
        }
        rest = rest.dropFirst(put)
      }
    }
  }
}

/// Makes a folder and those above it; one that is there already is fine.
///
/// - Throws: ``FileError`` with the system's reason.
package func makeDirectory(_ path: String) throws {
  try withFile(path) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
      if mkdir(made, 0o777) != 0 && errno != EEXIST { throw SystemError("make the folder", code: errno) }
    }
  }
}

/// Whether anything stands at a path.
package func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The system's `write`, by a name that the methods here do not hide.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}
