internal import CMCPrimitives
package import CMCServing
package import CMCSteeringService
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Listens on a port and brings requests to a ``SteeringService``.
///
/// The only part of the program that knows the network. It reads nothing but requests, and no path of one reaches a file.
package final class HTTPService: Sendable {
  /// Where to listen.
  package struct Address: Sendable, Equatable {
    /// A name or number of this machine.
    package var host: String
    /// The port; 0 for any that is free.
    package var port: Int

    /// Joins the two.
    package init(host: String, port: Int) {
      self.host = host
      self.port = port
    }
  }

  let service: SteeringService
  let key: AccessKey?
  private let address: Address

  /// Prepares; nothing listens yet.
  ///
  /// - Parameters:
  ///   - service: What answers.
  ///   - address: Where to listen.
  ///   - key: The key that requests must show; nil for none.
  package init(_ service: SteeringService, at address: Address, key: AccessKey?) {
    self.service = service
    self.address = address
    self.key = key
  }

  /// Listens until it is told to end; then new requests are refused, and those that are there are answered.
  ///
  /// - Parameters:
  ///   - onListening: Told the port, as soon as connections are taken.
  ///   - end: Returns when the server shall end, or its task is cancelled.
  /// - Throws: ``HTTPServiceError`` where the address cannot be had.
  package func run(
    onListening: @escaping @Sendable (Int) -> Void, until end: @escaping @Sendable () async -> Void
  ) async throws {
    // What the library would log is of connections; failures of requests are the service's own.
    let logger = Logger(label: "cmc") { _ in SwiftLogNoOpLogHandler() }
    let server = Server(
      childChannelSetup: VersionedChannel(
        channel: HTTP1Channel(
          responder: { [self] request, writer, channel in try await respond(to: request, writer, channel) },
          configuration: HTTP1Channel.Configuration(
            additionalChannelHandlers: [DepartureHandler()],
            idleTimeout: .milliseconds(Int64(service.limits.idleSeconds * 1000))))),
      configuration: ServerConfiguration(
        address: .hostname(address.host, port: address.port),
        availableConnectionsDelegate: MaximumAvailableConnections(service.limits.connections)),
      onServerRunning: { onListening($0.localAddress?.port ?? 0) },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { [service, address] group in
      group.addTask {
        do { try await server.run() } catch { throw HTTPServiceError.address(address, Self.reason(error)) }
      }
      group.addTask {
        await end()
        async let texts: Void = service.end()
        try await server.shutdownGracefully()
        await texts
      }
      do {
        for try await _ in group {}
      } catch {
        group.cancelAll()
        throw error
      }
    }
  }
}

extension HTTPService {
  /// Why an address cannot be had, without the names of what the library called.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as IOError: "cannot listen: \(String(cString: strerror(error.errnoCode)))"
    case is SocketAddressError: "is no address of this machine"
    default: "cannot listen: \(error)"
    }
  }
}

/// Why nothing can listen.
package enum HTTPServiceError: DescribedError, Equatable {
  /// The address cannot be had.
  case address(HTTPService.Address, String)

  /// What is wrong, and where.
  package var description: String {
    switch self {
    case .address(let address, let reason): "\(address.host):\(address.port): \(reason)"
    }
  }

  /// What to do.
  package var hint: String? {
    switch self {
    case .address:
      "choose another --port, or 0 for any that is free; --host is a name or number of this machine"
    }
  }
}
