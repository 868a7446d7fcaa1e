#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file on its way to its name: a regular one is made beside the target and renamed over it, synced with its folder; what
/// is no regular file (a device, a pipe, `/dev/stdout`) is written into as it is.
///
/// A link stays a link: what it points to is replaced.
package struct OutputFile: ~Copyable {
  /// The target as it was named.
  let path: String
  /// Where it is written until it is whole; nil for what is written into.
  private let temporary: String?
  /// The target behind all links.
  private let target: String
  private var descriptor: Int32
  /// Whether the target holds these very bytes already; known from ``sync()`` on.
  private var isThere = false
  /// Where a signal that ends the program finds it.
  private let place: Int?

  /// Begins a file; whether it may take the target's place is decided when it is whole, by ``sync()``.
  ///
  /// - Throws: ``FileError`` with the system's reason, or ``OutputConflict/isInput(output:)``.
  package init(path: String) throws {
    self.path = path
    (target, temporary, descriptor) = try withFile(path) { try Self.begin(path) }
    place = temporary.flatMap { UnfinishedFiles.shared.add($0) }
  }

  private static func begin(_ path: String) throws -> (target: String, temporary: String?, descriptor: Int32)
  {
    if path == "-" { throw FileKindError.standardOutput }
    var status = stat()
    let exists = stat(pathBytes(path), &status) == 0
    // A link that leads nowhere is no place for a file.
    if !exists, errno == ELOOP { throw SystemError("open", code: ELOOP) }
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw FileKindError.directory }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      return (path, nil, try openToWriteInto(path))
    }
    let target = linkTarget(path)
    try FileRoles.shared.willWrite(target)
    var template = pathBytes("\(target).XXXXXX")
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw SystemError("create a file there", code: errno) }
    let temporary = pathText(template)
    return (target, temporary, descriptor)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let temporary {
      // Without effect where it has its name.
      unlink(pathBytes(temporary))
    }
    if let place { UnfinishedFiles.shared.remove(place) }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError``, such as that of a full disk.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    try withFile(path) { try writeAll(bytes, to: descriptor) }
  }

  /// Makes sure that the file may take the target's place, and what was written safe against a crash, with the permissions
  /// of a new file.
  ///
  /// A target that holds the same bytes is left as it is, whoever made it: nothing would be lost, and nothing gained.
  ///
  /// - Throws: ``FileError``, with ``OutputConflict`` where the target is another's.
  package mutating func sync() throws {
    guard temporary != nil else { return }
    let (target, descriptor) = (target, descriptor)
    isThere = try withFile(path) {
      if try FileRoles.shared.holdsSame(target, as: descriptor) { return true }
      let mask = umask(0)
      umask(mask)
      guard fchmod(descriptor, 0o666 & ~mask) == 0 else { throw SystemError("set permissions", code: errno) }
      guard fsync(descriptor) == 0 else { throw SystemError("write", code: errno) }
      return false
    }
  }

  /// Gives the file its name; after ``sync()``.
  ///
  /// - Throws: ``FileError``; the target is then as it was.
  package consuming func commit() throws {
    guard let temporary else { return }
    try withFile(path) {
      // Once more: what was no input at the beginning may be one now, and another output of this run.
      try FileRoles.shared.willWrite(target)
      try FileRoles.shared.willName(target)
      if isThere { return FileRoles.shared.made(target) }
      guard rename(pathBytes(temporary), pathBytes(target)) == 0 else {
        throw SystemError("rename", code: errno)
      }
      FileRoles.shared.made(target)
      syncFolder(of: target)
    }
  }
}

/// Writes all bytes to an open file.
///
/// - Throws: ``SystemError``.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
  var sent = 0
  while sent < bytes.count {
    let put = write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
    if put < 0 {
      if errno == EINTR { continue }
      throw SystemError("write", code: errno)
    }
    sent += put
  }
}

/// Opens what is written into: a device, or a pipe that somebody reads within two seconds.
///
/// - Throws: ``SystemError``, or ``FileKindError/unreadPipe``.
func openToWriteInto(_ path: String) throws -> Int32 {
  for _ in 0..<100 {
    let descriptor = open(pathBytes(path), O_WRONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor >= 0 {
      // Only the opening must not wait.
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
      return descriptor
    }
    guard errno == ENXIO else { throw SystemError("open", code: errno) }
    usleep(20_000)
  }
  throw FileKindError.unreadPipe
}

/// Has a folder keep the names that were changed in it; some file systems cannot, and lose nothing else by it.
private func syncFolder(of path: String) {
  let folder = open(pathBytes(parentPath(path)), O_RDONLY | O_CLOEXEC)
  guard folder >= 0 else { return }
  fsync(folder)
  close(folder)
}
