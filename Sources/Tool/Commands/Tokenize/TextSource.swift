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
    if file == nil, let text, text != "-" {
      // The bytes as they were typed: what becomes of those that are no UTF-8 is the tokenizer's to say.
      return try body(pathBytes(text).dropLast().map { UInt8(bitPattern: $0) }[...])
    }
    if file == nil, text == nil, isatty(STDIN_FILENO) == 1 { throw TokenizeError.noText }
    try CMCPrimitives.forEachBlock(of: file, body)
  }
}
