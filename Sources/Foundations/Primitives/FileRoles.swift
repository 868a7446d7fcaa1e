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
    var drawn: Set<Identity> = []
    var folders: [String] = []
    var inputFolders: Set<String> = []
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
      state.withLock { _ = $0.drawn.insert(Identity(status)) }
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

  /// A file that this process made is no result: another one may take its place.
  func forget(_ path: String) {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0 else { return }
    state.withLock { state in
      guard state.made.contains(Identity(status)) else { return }
      state.drawn.insert(Identity(status))
    }
  }

  /// A file was made by this process.
  func made(_ descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return }
    let file = Identity(status)
    state.withLock {
      $0.made.insert(file)
      $0.inputs[file] = nil
    }
  }

  /// Makes sure that a file may be written over, if it is there; it cannot become an input from then on.
  ///
  /// - Throws: ``OutputConflict``.
  package func willWrite(_ path: String) throws {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    let file = Identity(status)
    try state.withLock { state in
      guard state.isEnforced, !state.made.contains(file) else { return }
      if let input = state.inputs[file] { throw OutputConflict.isInput(output: input) }
      let real = resolvedPath(path)
      if Self.isOwn(path) || state.drawn.contains(file)
        || state.folders.contains(where: { real.hasPrefix($0) })
      {
        state.outputs[file] = path
        return
      }
      if state.inputFolders.contains(parentPath(real)) {
        throw OutputConflict.isInput(output: parentPath(path))
      }
      state.outputs[file] = path
      guard !state.replaces, status.st_size > 0 else { return }
      throw OutputConflict.exists
    }
  }

  /// Makes sure before long work that a file, if it is there, holds a result of the kind that will be written.
  ///
  /// - Throws: ``OutputConflict/otherKind(found:)``.
  func willReplace(_ path: String, byKind kind: String) throws {
    guard state.withLock({ $0.isEnforced && !$0.replaces }), !isWrittenInto(path) else { return }
    let old = open(pathBytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard old >= 0 else { return }
    defer { close(old) }
    let marks = ResultMarks(old)
    if marks.areOwn, marks.kind != kind { throw OutputConflict.otherKind(found: marks.kind) }
  }

  /// Makes sure that a result that this program made is replaced by one of the same kind, of the same inputs.
  ///
  /// - Parameters:
  ///   - path: The target.
  ///   - descriptor: The new file, which is whole and can be read.
  /// - Throws: ``OutputConflict/twice``, ``OutputConflict/otherKind(found:)``, ``OutputConflict/otherInputs``.
  func willReplace(_ path: String, by descriptor: Int32) throws {
    guard state.withLock({ $0.isEnforced }) else { return }
    var status = stat()
    guard stat(pathBytes(path), &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      return
    }
    let (file, real) = (Identity(status), resolvedPath(path))
    let (isFree, isMade) = state.withLock { state in
      let isFree = state.drawn.contains(file) || state.folders.contains(where: { real.hasPrefix($0) })
      return (isFree, state.made.contains(file))
    }
    if isMade, !isFree { throw OutputConflict.twice }
    if state.withLock({ $0.replaces }) { return }
    let old = open(pathBytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard !isFree, old >= 0 else { return }
    defer { close(old) }
    if let conflict = ResultMarks(old).conflict(with: ResultMarks(descriptor)) { throw conflict }
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

/// Why a file is not written over.
package enum OutputConflict: DescribedError, Equatable {
  /// It is one of the command's inputs, under this path.
  case isInput(output: String)
  /// Something else is there already.
  case exists
  /// Two outputs of one run have this name.
  case twice
  /// A result of this program of another kind, or nil where its kind has no name.
  case otherKind(found: String?)
  /// A result of this program, of the same kind but of other inputs.
  case otherInputs

  package var description: String {
    switch self {
    case .isInput(let other): "is an input as well as the output (\(oneLine(other)))"
    case .exists: "exists already, and does not say that this program made it"
    case .twice: "is the name of two outputs"
    case .otherKind(let found):
      "holds another result of this program" + (found.map { ", \(oneLine($0))" } ?? "")
    case .otherInputs: "holds such a result of other inputs"
    }
  }

  package var hint: String? {
    switch self {
    case .isInput, .twice: "name another output"
    case .exists, .otherKind, .otherInputs: "name another output, or replace it with --force"
    }
  }
}
