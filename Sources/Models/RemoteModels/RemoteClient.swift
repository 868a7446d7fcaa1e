internal import CMCFastJSON
internal import CMCHTTPClient
internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Asks a server, again where that may help, and reads what it answers.
final class RemoteClient {
  /// What a server answers: JSON, or a status that says why not.
  enum Answer {
    case json(JSONValue)
    case refusal(status: Int, message: String)
    /// None yet: the connection is lost, for a reason.
    case lost(String)
  }

  let address: HTTPAddress
  let options: RemoteOptions
  private let connection: HTTPConnection
  private var requests = 0
  /// What of requests and bytes has been taken note of.
  private var counted = (requests: 0, sent: 0, received: 0)

  init(_ address: HTTPAddress, _ options: RemoteOptions) {
    self.address = address
    self.options = options
    connection = HTTPConnection(address)
  }

  /// Whether the next request goes over the connection that the one before went over: to the same server then.
  var isConnected: Bool { connection.isOpen }

  /// How many requests and bytes went, and how many bytes came, since this was asked last.
  func takeTraffic() -> (requests: Int, sent: Int, received: Int) {
    let now = (requests: requests, sent: connection.traffic.sent, received: connection.traffic.received)
    defer { counted = now }
    return (now.requests - counted.requests, now.sent - counted.sent, now.received - counted.received)
  }

  /// Sends a request until there is an answer, as often as is allowed.
  ///
  /// - Parameter onlyHere: Whether the request is given up, for a while, where the connection is lost: whoever asks looks first
  ///   who is there.
  /// - Throws: ``RemoteError``.
  func ask(_ path: String, _ body: [UInt8]? = nil, onlyHere: Bool = false) throws(RemoteError) -> Answer {
    var reason = ""
    for attempt in 0...options.retries {
      if attempt > 0 { pause(attempt) }
      if onlyHere, attempt > 0, !isConnected { return .lost(reason) }
      requests += 1
      let answer: HTTPAnswer
      do throws(HTTPFailure) {
        answer = try connection.send(
          body == nil ? "GET" : "POST", path, fields: fields, body: body, timeout: options.timeout)
      } catch {
        reason = error.description
        if error.isPassing { continue }
        throw RemoteError(address, .unanswered(reason: reason, tries: attempt + 1))
      }
      switch answer.status {
      case 200...299: return try json(answer)
      case 429, 500...599:
        reason = "status \(answer.status): \(Self.message(answer.body))"
        if answer.status == 501 { return .refusal(status: 501, message: Self.message(answer.body)) }
      default: return .refusal(status: answer.status, message: Self.message(answer.body))
      }
    }
    throw RemoteError(address, .unanswered(reason: reason, tries: options.retries + 1))
  }

  private var fields: [(name: String, value: String)] {
    options.key.map { [("Authorization", "Bearer \($0)")] } ?? []
  }

  /// A quarter of a second, half a second, one, and so on.
  private func pause(_ attempt: Int) {
    usleep(UInt32(250_000 << min(attempt - 1, 5)))
  }

  private func json(_ answer: HTTPAnswer) throws(RemoteError) -> Answer {
    do {
      return .json(try JSONDocument(answer.body, maximumDepth: 64).root)
    } catch {
      throw RemoteError(address, .unusable(error.description))
    }
  }

  /// What a server says of an error, on one line.
  private static func message(_ body: [UInt8]) -> String {
    let root = try? JSONDocument(body).root
    let error = root?["error"]
    let text =
      error?["message"]?.string ?? error?.string ?? root?["message"]?.string ?? root?["detail"]?.string
      ?? String(decoding: body.prefix(300), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.isEmpty ? "nothing more" : String(line.prefix(300))
  }
}
