#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A client that writes bytes to a port of this machine and reads what comes: nothing that a library would put right.
package final class LoopbackClient {
  private let socket: Int32
  private var buffer: [UInt8] = []

  /// What went wrong with a connection.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// An answer, its body as it was before it was cut into chunks.
  package struct Answer {
    /// The status of HTTP.
    package var status: Int
    /// The headers, their names in lower case.
    package var headers: [String: String]
    /// The content.
    package var body: [UInt8]

    /// The content as text.
    package var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// Connects to a port.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - seconds: What takes longer later on counts as an end; long, as the machine may be busy with other tests.
  ///   - receiveBuffer: How much the system keeps of what was not read; its own choice where nil.
  package init(port: Int, seconds: Int = 900, receiveBuffer: Int32? = nil) throws {
    #if canImport(Glibc)
      socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBuffer {
      setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(description: "no connection: \(errno)") }
  }

  deinit { close(socket) }

  /// Closes without a farewell: what was not read is thrown away, and the other side learns of it at once.
  package func abort() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    shutdown(socket, Int32(SHUT_RDWR))
  }

  /// Writes bytes; what the other side does not take any more is not an error.
  package func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write($0) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #else
      Darwin.send(socket, bytes.baseAddress, bytes.count, 0)
    #endif
  }

  /// Writes a text.
  package func send(_ text: String) { send(Array(text.utf8)) }

  /// Sends a request with what HTTP wants of one.
  package func send(_ method: String, _ path: String, _ body: [UInt8] = [], headers: [String] = []) {
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: localhost", "Content-Length: \(body.count)"] + headers
    send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
  }

  /// A request and its answer.
  package func ask(_ method: String, _ path: String, _ body: String = "", headers: [String] = []) throws
    -> Answer
  {
    send(method, path, Array(body.utf8), headers: headers)
    return try answer()
  }

  /// The next bytes; none at the end.
  @discardableResult
  private func receive() -> Bool {
    var part = [UInt8](repeating: 0, count: 65536)
    let count = part.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return false }
    buffer += part[..<count]
    return true
  }

  /// Whether the other side has closed.
  package func isAtEnd() -> Bool {
    while buffer.isEmpty {
      if !receive() { return true }
    }
    return false
  }

  private func line() throws -> String {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = buffer[..<end]
        buffer.removeFirst(end + 1)
        return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
      }
      guard receive() else { throw Failure(description: "the connection ended within a line") }
    }
  }

  private func bytes(_ count: Int) throws -> [UInt8] {
    while buffer.count < count {
      guard receive() else { throw Failure(description: "the connection ended within a body") }
    }
    defer { buffer.removeFirst(count) }
    return Array(buffer[..<count])
  }

  /// Reads the head of an answer.
  package func head() throws -> Answer {
    let status = try line().split(separator: " ")
    guard status.count >= 2, let code = Int(status[1]) else { throw Failure(description: "\(status)") }
    var headers: [String: String] = [:]
    while true {
      let line = try line()
      if line.isEmpty { return Answer(status: code, headers: headers, body: []) }
      guard let colon = line.firstIndex(of: ":") else { throw Failure(description: line) }
      headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
  }

  /// The next chunk of an answer in chunks; empty for the last.
  package func chunk() throws -> [UInt8] {
    guard let count = Int(try line(), radix: 16) else { throw Failure(description: "no chunk") }
    let chunk = try bytes(count)
    _ = try line()
    return chunk
  }

  /// All bytes until the other side closes.
  package func rest() -> [UInt8] {
    while receive() {}
    defer { buffer.removeAll() }
    return buffer
  }

  /// Reads a whole answer.
  package func answer() throws -> Answer {
    var answer = try head()
    if answer.headers["transfer-encoding"] == "chunked" {
      while true {
        let chunk = try chunk()
        if chunk.isEmpty { return answer }
        answer.body += chunk
      }
    }
    answer.body = try bytes(Int(answer.headers["content-length"] ?? "0") ?? 0)
    return answer
  }
}
