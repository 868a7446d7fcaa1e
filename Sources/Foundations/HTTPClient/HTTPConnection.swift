internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A connection to a server that requests go over one after another (HTTP/1.1), by the thread that asks.
///
/// Plain sockets: what asks waits for the answer anyhow, and a program that asks nobody carries no event loop and no library
/// for it. No request takes longer than it is given, whatever the server does.
package final class HTTPConnection {
  /// Where the server is.
  package let address: HTTPAddress
  /// How many bytes have been sent over all connections of this value, and how many have come.
  package private(set) var traffic = (sent: 0, received: 0)
  /// How often a connection was made.
  package private(set) var connections = 0
  private var socket: ConnectedSocket?

  /// A connection that is made with the first request.
  package init(_ address: HTTPAddress) { self.address = address }

  /// Whether a connection is open that the server has not closed, as far as is known.
  package var isOpen: Bool {
    guard let socket else { return false }
    return !socket.isClosedByPeer
  }

  /// Closes the connection; the next request makes another.
  package func close() { socket = nil }

  /// Asks, and waits for the answer.
  ///
  /// - Parameters:
  ///   - method: `GET` or `POST`.
  ///   - path: The path behind the address's own.
  ///   - fields: Further lines of the head, such as `Authorization`, without line ends in them.
  ///   - body: What is sent, of JSON; nil for nothing.
  ///   - timeout: How long it may all take, in seconds.
  ///   - limit: The most bytes that the answer may have.
  /// - Throws: ``HTTPFailure``; the connection is closed then.
  package func send(
    _ method: String, _ path: String, fields: [(name: String, value: String)] = [], body: [UInt8]? = nil,
    timeout: Double, limit: Int = 1 << 28
  ) throws(HTTPFailure) -> HTTPAnswer {
    let deadline = Deadline(seconds: timeout)
    do throws(HTTPFailure) {
      if !isOpen {
        socket = nil
        socket = try ConnectedSocket(address, deadline)
        connections += 1
      }
      guard let socket else { throw HTTPFailure.broken("no connection") }
      var message = "\(method) \(address.prefix)\(path) HTTP/1.1\r\nHost: \(address.authority)\r\n"
      for (name, value) in fields { message += "\(name): \(value)\r\n" }
      if let body { message += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
      message += "Accept: application/json\r\n\r\n"
      let bytes = Array(message.utf8) + (body ?? [])
      try socket.write(bytes, deadline)
      traffic.sent += bytes.count
      var reader = HTTPAnswerReader(limit: limit)
      while reader.answer == nil {
        let piece = try socket.read(deadline)
        if piece.isEmpty {
          try reader.close()
        } else {
          traffic.received += piece.count
          try reader.take(piece)
        }
      }
      guard let answer = reader.answer else { throw HTTPFailure.truncated(got: 0, wanted: nil) }
      if !answer.keepsAlive { close() }
      return answer
    } catch {
      close()
      throw error
    }
  }
}

/// When something has to be done.
struct Deadline {
  let seconds: Double
  private let end: ContinuousClock.Instant

  init(seconds: Double) {
    self.seconds = seconds
    end = .now + .seconds(seconds)
  }

  /// What is left, in milliseconds, rounded up; 0 where it is over.
  var milliseconds: Int32 {
    let left = (end - .now) / .milliseconds(1)
    return left <= 0 ? 0 : Int32(saturating: left.rounded(.up))
  }
}
