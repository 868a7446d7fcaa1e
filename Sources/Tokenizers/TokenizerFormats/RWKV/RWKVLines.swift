/// The lines of an RWKV vocabulary, one after the other.
struct RWKVLines {
  /// The id of the last line read.
  private(set) var id = 0
  /// The number of the last line read, from 1.
  private(set) var line = 0
  private var literal = PythonLiteral()
  private var rest: UnsafeBufferPointer<UInt8>

  /// Reads `bytes` from the start; they must outlive the value.
  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes.bindMemory(to: UInt8.self) }

  /// The bytes of the last token read.
  var token: [UInt8] { literal.bytes }

  /// Reads the next line that is not empty.
  ///
  /// - Returns: Whether there was one.
  mutating func next() throws(RWKVError) -> Bool {
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

  private mutating func read(_ text: UnsafeBufferPointer<UInt8>) throws(RWKVError) {
    let space = UInt8(ascii: " ")
    guard let first = text.firstIndex(of: space), let last = text.lastIndex(of: space), first < last else {
      throw .malformedLine(line: line, reason: "not an id, a token and a length with spaces between")
    }
    guard let id = number(text[..<first]) else {
      throw .malformedLine(line: line, reason: "\(shownPiece(text[..<first])) is not an id")
    }
    guard let length = number(text[(last + 1)...]) else {
      throw .malformedLine(line: line, reason: "\(shownPiece(text[(last + 1)...])) is not a length")
    }
    if let problem = literal.decode(UnsafeBufferPointer(rebasing: text[(first + 1)..<last])) {
      throw .malformedLine(line: line, reason: problem)
    }
    guard literal.bytes.count == length else {
      throw .wrongLength(line: line, stated: length, actual: literal.bytes.count)
    }
    guard length > 0 else { throw .malformedLine(line: line, reason: "the token is empty") }
    self.id = id
  }

  private func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      return nil
    }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
