import CMCPrimitives
import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A server on a free port of this machine that answers what a test says, right or wrong.
final class ScriptedServer: Sendable {
  /// What becomes of a request.
  enum Reply {
    case json(String)
    case status(Int, String)
    /// These bytes, and then the connection is closed.
    case raw(String)
    /// Nothing, for so long.
    case silence(seconds: Double)
  }

  let port: Int
  private let listener: Int32
  private let answer: @Sendable (String, String) -> Reply
  private let seen = Guarded<[String]>([])

  /// The paths that were asked for, in order.
  var paths: [String] { seen.withLock { $0 } }
  var address: String { "http://127.0.0.1:\(port)" }

  /// Begins to listen.
  ///
  /// - Parameter answer: Called with the path and the body of each request.
  init(_ answer: @escaping @Sendable (String, String) -> Reply) {
    self.answer = answer
    #if canImport(Glibc)
      listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      listener = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    port = withUnsafeMutablePointer(to: &address) { [listener] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size)
        listen(listener, 16)
        getsockname(listener, $0, &size)
      }
      return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
    DispatchQueue(label: "scripted server").async { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        DispatchQueue(label: "scripted connection").async { [self] in serve(connection) }
      }
    }
  }

  /// Ends; connections that are open are answered no more.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    var bytes: [UInt8] = []
    while true {
      guard let (path, body, count) = Self.request(bytes) else {
        var block = [UInt8](repeating: 0, count: 65536)
        let got = recv(connection, &block, block.count, 0)
        guard got > 0 else { return }
        bytes += block[..<got]
        continue
      }
      bytes.removeFirst(count)
      seen.withLock { $0.append(path) }
      switch answer(path, body) {
      case .json(let text): write(connection, Self.message(200, text))
      case .status(let status, let text): write(connection, Self.message(status, text))
      case .raw(let text):
        write(connection, text)
        return
      case .silence(let seconds):
        usleep(UInt32(seconds * 1e6))
        return
      }
    }
  }

  private func write(_ connection: Int32, _ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      #if canImport(Glibc)
        let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      #else
        let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
      #endif
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  static func message(_ status: Int, _ text: String) -> String {
    "HTTP/1.1 \(status) X\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
  }

  /// Path, body and length of the first request, if all of it is there.
  private static func request(_ bytes: [UInt8]) -> (path: String, body: String, count: Int)? {
    guard let end = bytes.firstRange(of: [13, 10, 13, 10]) else { return nil }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    let path = head.split(separator: " ")[1]
    var length = 0
    for line in head.split(separator: "\r\n") where line.hasPrefix("Content-Length: ") {
      length = Int(line.dropFirst(16)) ?? 0
    }
    guard bytes.count - end.upperBound >= length else { return nil }
    let body = bytes[end.upperBound..<end.upperBound + length]
    return (String(path), String(decoding: body, as: UTF8.self), end.upperBound + length)
  }
}
