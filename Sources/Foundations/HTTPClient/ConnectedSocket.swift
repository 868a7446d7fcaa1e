internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A stream to a server; closed with its last reference.
///
/// No call waits beyond its deadline.
final class ConnectedSocket {
  private let descriptor: Int32
  private var block = [UInt8](repeating: 0, count: 1 << 16)

  /// Connects to the first of the host's addresses that takes it.
  init(_ address: HTTPAddress, _ deadline: Deadline) throws(HTTPFailure) {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(address.host, String(address.port), &hints, &list)
    guard code == 0 else { throw .unknownHost(String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(list) }
    var failure = HTTPFailure.unknownHost("it has no address")
    var next = list
    while let entry = next {
      do throws(HTTPFailure) {
        descriptor = try Self.connect(entry.pointee, deadline)
        return
      } catch {
        failure = error
      }
      next = entry.pointee.ai_next
    }
    throw failure
  }

  deinit { close(descriptor) }

  private static func connect(_ entry: addrinfo, _ deadline: Deadline) throws(HTTPFailure) -> Int32 {
    let made = socket(entry.ai_family, entry.ai_socktype, entry.ai_protocol)
    guard made >= 0 else { throw .broken(reason("make a socket")) }
    _ = fcntl(made, F_SETFD, FD_CLOEXEC)
    _ = fcntl(made, F_SETFL, fcntl(made, F_GETFL) | O_NONBLOCK)
    var one: Int32 = 1
    // A request is written at once: there is nothing to wait for.
    setsockopt(made, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    #if canImport(Darwin)
      setsockopt(made, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
    #endif
    #if canImport(Glibc)
      let result = Glibc.connect(made, entry.ai_addr, entry.ai_addrlen)
    #else
      let result = Darwin.connect(made, entry.ai_addr, entry.ai_addrlen)
    #endif
    do throws(HTTPFailure) {
      if result != 0 {
        guard errno == EINPROGRESS || errno == EINTR else { throw HTTPFailure.broken(reason("connect")) }
        try wait(made, for: Int16(POLLOUT), deadline)
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(made, SOL_SOCKET, SO_ERROR, &code, &size)
        if code != 0 { throw HTTPFailure.broken(SystemError("connect", code: code).description) }
      }
      return made
    } catch {
      close(made)
      throw error
    }
  }

  private static func reason(_ operation: String) -> String {
    SystemError(operation, code: errno).description
  }

  private static func wait(_ descriptor: Int32, for events: Int16, _ deadline: Deadline) throws(HTTPFailure) {
    while true {
      var entry = pollfd(fd: descriptor, events: events, revents: 0)
      let left = deadline.milliseconds
      let count = poll(&entry, 1, left)
      if count > 0 { return }
      if count == 0, deadline.milliseconds == 0 { throw .timedOut(seconds: deadline.seconds) }
      if count < 0, errno != EINTR { throw .broken(reason("wait")) }
    }
  }

  /// Whether the server has closed the connection while nothing was asked.
  var isClosedByPeer: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // Bytes that nobody asked for, or the end: neither is a connection to ask over.
    return poll(&entry, 1, 0) != 0
  }

  /// Writes all bytes.
  func write(_ bytes: [UInt8], _ deadline: Deadline) throws(HTTPFailure) {
    var done = 0
    while done < bytes.count {
      try Self.wait(descriptor, for: Int16(POLLOUT), deadline)
      let count = bytes.withUnsafeBytes { bytes in
        #if canImport(Glibc)
          send(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
        #else
          send(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, 0)
        #endif
      }
      if count >= 0 {
        done += count
      } else if errno != EINTR, errno != EAGAIN {
        throw .broken(Self.reason("send"))
      }
    }
  }

  /// The next bytes; none where the server has closed the connection.
  func read(_ deadline: Deadline) throws(HTTPFailure) -> [UInt8] {
    while true {
      try Self.wait(descriptor, for: Int16(POLLIN), deadline)
      let count = block.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count >= 0 { return Array(block[..<count]) }
      if errno != EINTR, errno != EAGAIN { throw .broken(Self.reason("receive")) }
    }
  }
}
