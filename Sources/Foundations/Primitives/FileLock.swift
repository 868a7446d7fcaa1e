#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The right to write a file or into a folder, for one process at a time; the system takes it back when the process ends,
/// however it ends.
///
/// It binds only those who ask for it.
package final class FileLock {
  /// The open file, or folder, that is locked.
  package let descriptor: Int32
  /// Folders that were made for the lock, the outermost first.
  private let made: [String]

  /// Locks a folder, which is made where there is none.
  ///
  /// A folder that was made and is still empty in the end is taken away: work that failed before it wrote anything leaves
  /// nothing behind.
  ///
  /// - Throws: ``FileError`` with ``FileLockError/held(by:)``.
  package convenience init(folder: String) throws {
    if folder == "-" { throw FileError(path: folder, underlying: FileKindError.standardOutput) }
    let made = try makeDirectory(folder)
    try self.init(folder, open(pathBytes(folder), O_RDONLY | O_CLOEXEC), made: made)
  }

  /// Locks a file, which is made where there is none.
  ///
  /// - Throws: ``FileError`` with ``FileLockError/held(by:)``.
  package static func file(_ path: String) throws -> FileLock {
    try makeDirectory(parentPath(path))
    while true {
      let lock = try FileLock(path, open(pathBytes(path), O_RDWR | O_CREAT | O_CLOEXEC, 0o666))
      // Whoever held it may have removed the file since it was opened here.
      var (opened, there) = (stat(), stat())
      guard fstat(lock.descriptor, &opened) == 0, stat(pathBytes(path), &there) == 0 else { continue }
      if opened.st_ino == there.st_ino, opened.st_dev == there.st_dev { return lock }
    }
  }

  private init(_ path: String, _ opened: Int32, made: [String] = []) throws {
    guard opened >= 0 else {
      throw FileError(path: path, underlying: SystemError("create a file there", code: errno))
    }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      let holder = FileLock.holder(of: opened)
      close(opened)
      let error: any DescribedError =
        code == EWOULDBLOCK ? FileLockError.held(by: holder) : SystemError("lock", code: code)
      throw FileError(path: path, underlying: error)
    }
    descriptor = opened
    self.made = made
  }

  deinit {
    // The system refuses for any that holds something.
    for folder in made.reversed() where rmdir(pathBytes(folder)) != 0 { break }
    close(descriptor)
  }

  /// The process that holds the lock, where the system tells (Linux).
  private static func holder(of descriptor: Int32) -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, let file = fopen("/proc/locks", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, 512, file) != nil {
      // 1: FLOCK  ADVISORY  WRITE 4242 fe:00:131074 0 EOF
      let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split(whereSeparator: \.isWhitespace)
      guard fields.count >= 6, fields[1] == "FLOCK", fields[5].hasSuffix(":\(status.st_ino)") else {
        continue
      }
      return Int(fields[4])
    }
    return nil
  }
}

/// Why something is not written now.
package enum FileLockError: DescribedError, Equatable {
  /// Another process writes it; nil where the system does not say which.
  case held(by: Int?)

  package var description: String {
    switch self {
    case .held(let process): "is being written by \(process.map { "process \($0)" } ?? "another process")"
    }
  }

  package var hint: String? { "wait until it ends, or name another output" }
}
