internal import CMCPrimitives

/// The lines of a tiktoken file, one after the other: a token in base64, a space, its rank.
struct TiktokenLines {
  /// The bytes of the last token read; none for one that is spelled by `=` alone, as in Python.
  private(set) var token: [UInt8] = []
  /// The rank of the last token read.
  private(set) var rank = 0
  /// The number of the last line read, from 1.
  private(set) var line = 0
  private var rest: UnsafeBufferPointer<UInt8>

  /// Reads `bytes` from the start; they must outlive the value.
  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes.bindMemory(to: UInt8.self) }

  /// Reads the next line that is not empty.
  ///
  /// - Returns: Whether there was one.
  mutating func next() throws(TiktokenError) -> Bool {
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
      var text = UnsafeBufferPointer(rebasing: rest[..<end])
      rest = UnsafeBufferPointer(rebasing: rest[min(end + 1, rest.count)...])
      line += 1
      if text.last == UInt8(ascii: "\r") { text = UnsafeBufferPointer(rebasing: text.dropLast()) }
      guard !text.isEmpty else { continue }
      try read(text)
      return true
    }
    return false
  }

  private mutating func read(_ text: UnsafeBufferPointer<UInt8>) throws(TiktokenError) {
    guard let space = text.firstIndex(of: UInt8(ascii: " ")) else {
      throw .malformedLine(line: line, reason: "no space between a token and its rank")
    }
    let encoded = UnsafeBufferPointer(rebasing: text[..<space])
    guard !encoded.isEmpty else { throw .malformedLine(line: line, reason: "no token before the space") }
    token.removeAll(keepingCapacity: true)
    let isNothing = encoded.allSatisfy { $0 == UInt8(ascii: "=") }
    guard isNothing || (Base64.decode(encoded, to: &token) && !token.isEmpty) else {
      throw .malformedLine(line: line, reason: "\(shownPiece(encoded)) is not base64")
    }
    let digits = text[(space + 1)...]
    guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      throw .malformedLine(line: line, reason: "\(shownPiece(digits)) is not a rank")
    }
    rank = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
