import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fresh folder that goes with its last reference, for tests that need files.
package final class TemporaryFolder: Sendable {
  /// Its path.
  package let path: String

  /// Makes the folder.
  package init() throws {
    var template = Array("/tmp/cmc-test.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("make a folder", code: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  /// The path of a name inside.
  package func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a text, and the folders it lies in; gives the path.
  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    try write(name, bytes: Array(text.utf8))
  }

  /// Writes bytes, and the folders they lie in; gives the path.
  @discardableResult
  package func write(_ name: String, bytes: [UInt8]) throws -> String {
    if let slash = name.lastIndex(of: "/") { try makeDirectory(path(String(name[..<slash]))) }
    try AtomicFile.write(bytes, to: path(name))
    return path(name)
  }

  private static func remove(_ path: String) {
    if unlink(path) == 0 { return }
    if let stream = opendir(path) {
      var names: [String] = []
      while let entry = readdir(stream) {
        names.append(withUnsafePointer(to: &entry.pointee.d_name.0) { String(cString: $0) })
      }
      closedir(stream)
      for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
    }
    rmdir(path)
  }
}

/// The names in a temporary folder, sorted.
package func namesIn(_ folder: TemporaryFolder) throws -> [String] {
  guard let stream = opendir(folder.path) else { throw SystemError("open the folder", code: errno) }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name.0) { String(cString: $0) }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}
