#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the files are to this process: read as input, or made by it.
///
/// A file that was read is never written over, and one that somebody else made is replaced only on demand. Files are told
/// apart by device and inode, so links and other spellings of a path are no way around it. Every reader and writer of this
/// package asks here; a program says once, at its start, that the rules hold (``enforce(replacing:)``). Library clients,
/// whose processes live long and do many things, decide for themselves.
package final class FileRoles: Sendable {
  /// Those of this process.
  package static let shared = FileRoles()

  /// A file, whatever it is called.
  private struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ status: stat) {
      device = UInt64(truncatingIfNeeded: status.st_dev)
      inode = UInt64(truncatingIfNeeded: status.st_ino)
    }
  }

  private struct State {
    var isEnforced = false
    var replaces = false
    var inputs: [Identity: String] = [:]
    var outputs: [Identity: String] = [:]
    var made: Set<Identity> = []
    /// Figures that were there before, of a page that this program made.
    var figures: Set<Identity> = []
    /// Files that are made again and again: no results, they take turns.
    var checkpoints: Set<Identity> = []
    var folders: [String] = []
    var inputFolders: Set<String> = []

    /// Whether a file is this program's whatever it says of itself.
    func owns(_ file: Identity, at real: String) -> Bool {
      figures.contains(file) || checkpoints.contains(file) || folders.contains { real.hasPrefix($0) }
    }
  }

  private let state = Guarded(State())

  init() {}

  /// From here on no input is written over, and no file that this program did not make is replaced.
  ///
  /// - Parameter replacing: Whether files that others made may be replaced all the same; inputs never.
  package func enforce(replacing: Bool) {
    state.withLock {
      $0.isEnforced = true
      $0.replaces = replacing
    }
  }

  /// A folder that this program keeps its own files in, whose rules are its own: settings that are compared.
  ///
  /// - Throws: ``FileError`` with ``OutputConflict/isInput(output:)`` where the folder is a model that was read.
  package func own(folder: String) throws {
    let real = resolvedPath(folder)
    try withFile(folder) {
      try state.withLock { state in
        if state.isEnforced, state.inputFolders.contains(real) {
          throw OutputConflict.isInput(output: folder)
        }
        state.folders.append(real + "/")
      }
    }
  }

  /// Figures cannot say who drew them; they are this program's own where the page that is drawn with them says it.
  ///
  /// - Parameters:
  ///   - figures: The paths of the figures, before any of them is written.
  ///   - page: The path of the page, likewise.
  package func own(figures: [String], ofPage page: String) {
    guard Self.isOwn(page) else { return }
    for path in figures {
      var status = stat()
      guard stat(pathBytes(path), &status) == 0 else { continue }
      state.withLock { _ = $0.figures.insert(Identity(status)) }
    }
  }

  /// A folder was named as an input: the files in it belong to what was read, whether they were opened or not.
  package func readFolder(_ path: String) {
    state.withLock { _ = $0.inputFolders.insert(resolvedPath(path)) }
  }

  /// A file or a folder was named as an input, be it read by this process or not.
  ///
  /// - Throws: ``FileError`` with ``OutputConflict/isInput(output:)`` where it is to be written.
  package func name(input path: String) throws {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR { return readFolder(path) }
    try withFile(path) { try read(status, path) }
  }

  /// A file was opened to be read.
  ///
  /// - Throws: ``OutputConflict/isInput(output:)`` where it is to be written.
  func read(_ status: stat, _ path: String) throws {
    try state.withLock { state in
      let file = Identity(status)
      guard state.isEnforced, status.st_mode & S_IFMT == S_IFREG, !state.made.contains(file) else { return }
      if let output = state.outputs[file] { throw OutputConflict.isInput(output: output) }
      state.inputs[file] = path
    }
  }

  /// What is at a path, if anything, is a checkpoint and no result, of this process or of one that was broken off: another
  /// one may take its place.
  func own(checkpoint path: String) {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0 else { return }
    state.withLock { _ = $0.checkpoints.insert(Identity(status)) }
  }

  /// A file was made by this process, or is as it would have made it.
  func made(_ path: String) {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0 else { return }
    let file = Identity(status)
    state.withLock {
      $0.made.insert(file)
      $0.inputs[file] = nil
    }
  }

  /// Makes sure that a file is no input, if it is there; it cannot become one from then on.
  ///
  /// - Throws: ``OutputConflict/isInput(output:)``.
  package func willWrite(_ path: String) throws {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    let file = Identity(status)
    try state.withLock { state in
      guard state.isEnforced, !state.made.contains(file) else { return }
      if let input = state.inputs[file] { throw OutputConflict.isInput(output: input) }
      let real = resolvedPath(path)
      if state.inputFolders.contains(parentPath(real)), !Self.isOwn(path), !state.owns(file, at: real) {
        throw OutputConflict.isInput(output: parentPath(path))
      }
      state.outputs[file] = path
    }
  }

  /// Makes sure that no other output of this run has a name.
  ///
  /// - Throws: ``OutputConflict/twice``.
  func willName(_ path: String) throws {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0 else { return }
    let (file, real) = (Identity(status), resolvedPath(path))
    try state.withLock { state in
      guard state.isEnforced, state.made.contains(file), !state.owns(file, at: real) else { return }
      throw OutputConflict.twice
    }
  }

  /// Makes sure before long work that a file, if it is there, can be what will be written, or give way to it.
  ///
  /// - Throws: ``OutputConflict``, for what would be refused at the end whatever the work gives.
  package func willReplace(_ path: String, by form: OutputForm) throws {
    guard let old = try openOther(path) else { return }
    defer { close(old) }
    let marks = ResultMarks(old)
    switch form {
    case .marked(let kind):
      guard marks.areOwn else { throw OutputConflict.exists }
      if let kind, marks.kind != kind { throw OutputConflict.otherKind(found: marks.kind) }
    case .beginning(let bytes):
      if let conflict = marks.conflict(with: ResultMarks(beginning: bytes)) { throw conflict }
    case .unmarked(let beginning):
      if marks.areOwn { throw OutputConflict.otherKind(found: marks.kind) }
      guard Self.block(old, at: 0, count: beginning.count) == beginning else { throw OutputConflict.exists }
    }
  }

  /// Makes sure that a file, if it is there, may give way to a new one: it is the same, or a result of the same kind, of the
  /// same inputs.
  ///
  /// - Parameters:
  ///   - path: The target.
  ///   - descriptor: The new file, which is whole and can be read.
  /// - Returns: Whether the target holds the same bytes already.
  /// - Throws: ``OutputConflict``.
  func holdsSame(_ path: String, as descriptor: Int32) throws -> Bool {
    try willName(path)
    guard let old = try openOther(path, evenIfReplaced: true) else { return false }
    defer { close(old) }
    if Self.areEqual(old, descriptor) { return true }
    if state.withLock({ $0.replaces }) { return false }
    if let conflict = ResultMarks(old).conflict(with: ResultMarks(descriptor)) { throw conflict }
    return false
  }

  /// Opens a file that the rules for what exists hold for: nil where they do not, or nothing is there.
  ///
  /// - Throws: ``OutputConflict/exists`` for one that cannot be read.
  private func openOther(_ path: String, evenIfReplaced: Bool = false) throws -> Int32? {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      return nil
    }
    let (file, real) = (Identity(status), resolvedPath(path))
    let (concerns, replaces) = state.withLock { state in
      (state.isEnforced && !state.made.contains(file) && !state.owns(file, at: real), state.replaces)
    }
    guard concerns, evenIfReplaced || !replaces else { return nil }
    let old = open(pathBytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if old >= 0 { return old }
    if replaces { return nil }
    throw OutputConflict.exists
  }

  /// Whether two open files hold the same bytes.
  private static func areEqual(_ first: Int32, _ second: Int32) -> Bool {
    var (one, other) = (stat(), stat())
    guard fstat(first, &one) == 0, fstat(second, &other) == 0, one.st_size == other.st_size else {
      return false
    }
    let size = Int(one.st_size)
    for offset in stride(from: 0, to: size, by: 1 << 20) {
      let count = min(1 << 20, size - offset)
      guard let here = block(first, at: offset, count: count), here == block(second, at: offset, count: count)
      else { return false }
    }
    return true
  }

  /// So many bytes of an open file; nil where it has fewer.
  private static func block(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { return nil }
      filled += got
    }
    return bytes
  }

  /// Whether a file that this program made is there, and would not give way to one of some bytes.
  package static func isOther(_ path: String, than bytes: [UInt8]) -> Bool {
    let descriptor = open(pathBytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let marks = ResultMarks(descriptor)
    return marks.areOwn && marks.conflict(with: ResultMarks(beginning: bytes)) != nil
  }

  /// Whether a file that this program wrote is there and says some texts, in their order.
  ///
  /// - Returns: nil where there is no such file.
  package static func ownFile(_ path: String, says texts: [String]) -> Bool? {
    guard isOwn(path), let bytes = try? readFile(path, isOwn: true) else { return nil }
    var rest = bytes[...]
    for text in texts {
      guard let found = rest.firstRange(of: Array(text.utf8)) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }

  /// Whether a file says, near its beginning or its end, that this program wrote it.
  private static func isOwn(_ path: String) -> Bool {
    let descriptor = open(pathBytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return ResultMarks(descriptor).areOwn
  }
}
