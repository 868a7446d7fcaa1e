/// The bytes of a word that have no token and are dropped before merging, as the HF library does where a model has no
/// unknown token: their neighbours merge as if nothing had been between them.
struct MissingBytes {
  /// How many come before the first token.
  private(set) var first = 0
  private var later: [Int] = []

  /// Notes a run of bytes; `isFirst` where no token stands before it.
  @inline(__always)
  mutating func add(_ bytes: Range<Int>, isFirst: Bool) {
    if isFirst { first += bytes.count } else { later.append(contentsOf: bytes) }
  }

  /// Puts a mark for each byte before the first token.
  func emitFirst(into tokens: inout [EncodedToken]) {
    for _ in 0..<first { tokens.append(EncodedToken(id: -1, length: 1)) }
  }

  /// Puts a mark without length after each token inside or behind which bytes are missing: how far back they are.
  ///
  /// - Parameter start: Where the tokens of the word begin, marks before the first included.
  func mark(in tokens: inout [EncodedToken], from start: Int) {
    guard !later.isEmpty else { return }
    var result: [EncodedToken] = []
    var end = 0
    var next = 0
    for token in tokens[start...] {
      end += Int(token.length)
      result.append(token)
      while next < later.count, later[next] < end {
        result.append(EncodedToken(id: EncodedToken.missing(Int32(end - later[next])), length: 0))
        next += 1
      }
    }
    tokens.replaceSubrange(start..., with: result)
  }
}
