import CMCHTTPClient
import Testing

/// Answers as servers write them, in pieces of every size, whole and cut.
@Suite struct HTTPAnswerReaderTests {
  private static let length = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nServer: x\r\n\r\n{\"a\": \"\r\n\"}"
  private static let chunked =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n{\"a\":\r\n6\r\n \"\r\n\"}\r\n0\r\nT: v\r\n\r\n"
  private static let closing = "HTTP/1.0 503 No\r\n\r\n{\"a\": \"\r\n\"}"
  private static let body = Array("{\"a\": \"\r\n\"}".utf8)

  private func read(_ text: String, by size: Int, cut: Int = .max, limit: Int = 1000) throws -> HTTPAnswer? {
    var reader = HTTPAnswerReader(limit: limit)
    var rest = Array(text.utf8.prefix(cut))[...]
    while !rest.isEmpty, reader.answer == nil {
      try reader.take(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    if reader.answer == nil { try reader.close() }
    return reader.answer
  }

  @Test(arguments: 1...20)
  func everyFramingInPieces(size: Int) throws {
    let one = try #require(try read(Self.length, by: size))
    #expect(one.status == 200 && one.body == Self.body && one.keepsAlive)
    let two = try #require(try read(Self.chunked, by: size))
    #expect(two.status == 200 && two.body == Self.body && two.keepsAlive)
    let three = try #require(try read(Self.closing, by: size))
    #expect(three.status == 503 && three.body == Self.body && !three.keepsAlive)
  }

  /// Wherever it is cut, it is no answer, or the whole one.
  @Test func cutAnswersAreSaidToBeCut() throws {
    for text in [Self.length, Self.chunked] {
      for cut in 0..<text.utf8.count {
        #expect(throws: HTTPFailure.self) { try read(text, by: 7, cut: cut) }
      }
    }
  }

  @Test(arguments: [
    "HTTP/2 200 OK\r\n\r\n", "nothing\r\n\r\n", "HTTP/1.1 99 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nnocolon\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
  ])
  func whatIsNoHTTPIsRefused(text: String) {
    for size in [1, 1000] {
      #expect {
        try read(text, by: size)
      } throws: {
        if case .malformed = $0 as? HTTPFailure { true } else { false }
      }
    }
  }

  @Test func nothingGrowsWithoutEnd() {
    #expect(throws: HTTPFailure.tooLong(limit: 10)) { try read(Self.length, by: 9, limit: 10) }
    #expect(throws: HTTPFailure.tooLong(limit: 10)) { try read(Self.chunked, by: 9, limit: 10) }
    #expect(throws: HTTPFailure.tooLong(limit: 10)) { try read(Self.closing, by: 9, limit: 10) }
    var reader = HTTPAnswerReader(limit: 1000)
    #expect(throws: HTTPFailure.self) {
      for _ in 0..<1000 { try reader.take([UInt8](repeating: 65, count: 100)) }
    }
  }
}
