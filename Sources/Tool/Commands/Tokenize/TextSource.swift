internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where texts come from: the command line, a file, or standard input; as a whole or line by line.
struct TextSource {
  private let text: String?
  private let file: String?
  private let lines: Bool

  /// A source; without text and file it is standard input.
  init(text: String?, file: String?, lines: Bool) {
    self.text = text
    self.file = file
    self.lines = lines
  }

  /// The name for errors.
  var name: String { file ?? (text == nil || text == "-" ? "standard input" : "the text") }

  /// Calls `body` with each text; line by line only one line is held at a time.
  func forEachText(_ body: ([UInt8]) throws -> Void) throws {
    var rest: [UInt8] = []
    try forEachBlock { block in
      guard lines else {
        rest += block
        return
      }
      var start = block.startIndex
      while let end = block[start...].firstIndex(of: 0x0A) {
        rest += block[start..<end]
        try body(rest)
        rest.removeAll(keepingCapacity: true)
        start = end + 1
      }
      rest += block[start...]
    }
    if !lines || !rest.isEmpty { try body(rest) }
  }

  /// Calls `body` with the bytes of all texts as they are read; the block is valid during the call.
  func forEachBlock(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
    if file == nil, let text, text != "-" { return try body(Array(text.utf8)[...]) }
    if file == nil, text == nil, isatty(STDIN_FILENO) == 1 { throw TokenizeError.noText }
    try CMCCommands.forEachBlock(of: file, body)
  }
}

/// Calls `body` with the bytes of a file, or of standard input where it is nil, 64 KiB at a time.
///
/// - Throws: ``FileError`` with the system's reason, and what `body` throws.
func forEachBlock(of file: String?, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
  let descriptor = try file.map(openForReading) ?? STDIN_FILENO
  defer { if file != nil { close(descriptor) } }
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &block, block.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw FileError(path: file ?? "standard input", underlying: SystemError("read", code: errno))
    }
    if count == 0 { return }
    try body(block[..<count])
  }
}

/// Opens a file or a pipe, not a folder.
private func openForReading(_ path: String) throws -> Int32 {
  var status = stat()
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(path: path, underlying: SystemError("open", code: errno)) }
  if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
    close(descriptor)
    throw FileError(path: path, underlying: SystemError("read", code: EISDIR))
  }
  return descriptor
}
