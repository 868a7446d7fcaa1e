/// Reads an answer of HTTP/1.1 from bytes as they come (RFC 9112), whatever pieces they come in.
///
/// Nothing is believed of a server: head and body have limits, and what is not of the grammar is refused.
package struct HTTPAnswerReader {
  /// The answer, once all of it is there.
  package private(set) var answer: HTTPAnswer?

  /// How the end of the body is told.
  private enum Framing {
    case length(Int)
    case chunked
    case untilClose
  }

  private enum Place {
    case head
    case body(Framing)
    case done
  }

  private static let headLimit = 1 << 16
  private let limit: Int
  private var place = Place.head
  private var buffer: [UInt8] = []
  /// What of `buffer` has been read.
  private var start = 0
  /// Where the end of a head can begin: before, none was found.
  private var searched = 0
  private var chunks = HTTPChunks()
  private var status = 0
  private var keepsAlive = true
  private var size = 0

  /// A reader that has seen nothing.
  ///
  /// - Parameter limit: The most bytes that a body may have.
  package init(limit: Int) { self.limit = limit }

  /// Takes the next bytes; what comes behind the end of the answer is left out.
  ///
  /// - Throws: ``HTTPFailure/malformed(_:)``, ``HTTPFailure/tooLong(limit:)``.
  package mutating func take(_ bytes: some Collection<UInt8>) throws(HTTPFailure) {
    size += bytes.count
    buffer.append(contentsOf: bytes)
    // An answer of 1xx is followed by another.
    while case .head = place, try readHead() {}
    guard case .body(let framing) = place else { return }
    switch framing {
    case .length(let length):
      if buffer.count - start >= length { finish(Array(buffer[start..<start + length])) }
    case .chunked:
      let end = try chunks.take(buffer[start...], limit: limit)
      start = end
      if start == buffer.count {
        buffer.removeAll(keepingCapacity: true)
        start = 0
      }
      if chunks.isDone { finish(chunks.body) }
    case .untilClose:
      if buffer.count - start > limit { throw .tooLong(limit: limit) }
    }
  }

  /// Says that no more bytes come.
  ///
  /// - Throws: ``HTTPFailure/truncated(got:wanted:)`` where the answer is not whole.
  package mutating func close() throws(HTTPFailure) {
    guard answer == nil else { return }
    switch place {
    case .body(.untilClose):
      keepsAlive = false
      finish(Array(buffer[start...]))
    case .body(.length(let length)): throw .truncated(got: buffer.count - start, wanted: length)
    case .body(.chunked): throw .truncated(got: chunks.body.count, wanted: nil)
    case .head, .done: throw .truncated(got: size, wanted: nil)
    }
  }

  private mutating func finish(_ body: [UInt8]) {
    place = .done
    answer = HTTPAnswer(status: status, body: body, keepsAlive: keepsAlive, size: size)
    buffer = []
  }

  /// Reads a head if all of it is there; true where another follows.
  private mutating func readHead() throws(HTTPFailure) -> Bool {
    guard let end = buffer[max(start, searched)...].firstRange(of: [13, 10, 13, 10]) else {
      searched = max(start, buffer.count - 3)
      if buffer.count - start > Self.headLimit { throw .malformed("its head has no end") }
      return false
    }
    guard end.lowerBound - start <= Self.headLimit else { throw .malformed("its head is too long") }
    let lines = buffer[start..<end.lowerBound].split(separator: 10, omittingEmptySubsequences: false).map {
      String(decoding: $0.last == 13 ? $0.dropLast() : $0, as: UTF8.self)
    }
    start = end.upperBound
    let words = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", words[1].utf8.count == 3,
      let status = Int(words[1]), (100...599).contains(status)
    else { throw .malformed("its first line is no status line") }
    self.status = status
    keepsAlive = words[0] == "HTTP/1.1"
    let framing = try readFields(lines.dropFirst())
    // What an answer of 1xx announces comes in another head.
    if status < 200 { return true }
    place = .body(status == 204 || status == 304 ? .length(0) : framing)
    return false
  }

  private mutating func readFields(_ lines: ArraySlice<String>) throws(HTTPFailure) -> Framing {
    var length: Int?
    var isChunked = false
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { throw .malformed("a line of its head has no colon") }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      let word = value.lowercased().split(separator: " ").first.map(String.init) ?? ""
      switch line[..<colon].lowercased() {
      case "content-length":
        guard word.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(word),
          length ?? number == number
        else { throw .malformed("Content-Length: \(value.prefix(40))") }
        length = number
      case "transfer-encoding":
        guard word == "chunked" else { throw .malformed("Transfer-Encoding: \(value.prefix(40))") }
        isChunked = true
      case "content-encoding":
        guard word == "identity" else { throw .malformed("Content-Encoding: \(value.prefix(40))") }
      case "connection":
        if word == "close" { keepsAlive = false }
        if word == "keep-alive" { keepsAlive = true }
      default: break
      }
    }
    if isChunked { return .chunked }
    guard let length else { return .untilClose }
    if length > limit { throw .tooLong(limit: limit) }
    return .length(length)
  }
}
