import CMCFastJSON
import CMCHTTPService
import CMCPrimitives
import CMCServing
import CMCSteeringService
import CrossModelControl
import Dispatch
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A server of the demonstration's models on a free port of this machine.
enum ServerFixture {
  private static let model = Result { try SteeredModel(configuration) }

  private static var configuration: SteeringConfiguration {
    let folder = RealData.checkout + "/Vocabs/demo/models/"
    var configuration = SteeringConfiguration(
      user: .path(folder + "base-two"), deltas: [.init(.path(folder + "delta-a"))])
    configuration.template = folder + "two.template"
    configuration.deltaTemplate = folder + "one.template"
    configuration.alpha = 0.6
    return configuration
  }

  /// What a test does while the server runs.
  struct Running: Sendable {
    let port: Int
    let service: SteeringService
    let logged: Guarded<[String]>
    let stop: Latch

    func client(receiveBuffer: Int32? = nil) throws -> LoopbackClient {
      try LoopbackClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Waits until the service says something of itself.
    func wait(for line: String) {
      for _ in 0..<60_000 {
        if service.metrics.text.contains(line + "\n") { return }
        usleep(10_000)
      }
      Issue.record("\(line) did not come:\n\(service.metrics.text)")
    }
  }

  /// A signal that comes once.
  final class Latch: Sendable {
    private let isOpen = Guarded(false)

    func open() { isOpen.withLock { $0 = true } }

    func wait() async {
      while !isOpen.withLock({ $0 }), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(10)) }
    }
  }

  /// Runs a server for the time of a test that waits for sockets, on a thread of its own: the server's tasks need those
  /// of the pool.
  static func run(
    _ limits: ServerLimits = ServerLimits(), key: AccessKey? = nil,
    _ body: @Sendable @escaping (Running) throws -> Void
  ) async throws {
    try await runAsync(limits, key: key) { server in
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        DispatchQueue(label: "cross-model-control.loopback").async {
          continuation.resume(with: Result { try body(server) })
        }
      }
    }
  }

  /// Runs a server for the time of a test; it must end by itself afterwards, with nothing logged.
  static func runAsync(
    _ limits: ServerLimits = ServerLimits(), key: AccessKey? = nil,
    _ body: @Sendable @escaping (Running) async throws -> Void
  ) async throws {
    let logged = Guarded<[String]>([])
    let service = SteeringService(
      [try ServedModel(name: "demo", model.get())], limits: limits, now: { 1_700_000_000 },
      log: { line in logged.withLock { $0.append(line) } })
    let http = HTTPService(service, at: HTTPService.Address(host: "127.0.0.1", port: 0), key: key)
    let stop = Latch()
    let (ports, listening) = AsyncStream<Int>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { listening.finish() }
        try await http.run(onListening: { listening.yield($0) }, until: { await stop.wait() })
      }
      group.addTask {
        for await port in ports {
          do {
            try await body(Running(port: port, service: service, logged: logged, stop: stop))
          } catch {
            stop.open()
            throw error
          }
          stop.open()
          break
        }
      }
      try await group.waitForAll()
    }
    #expect(logged.withLock { $0 } == [])
    #expect(service.metrics.text.contains("cmc_running 0\n"))
  }
}

extension LoopbackClient.Answer {
  /// The body as JSON.
  func json() throws -> JSONValue { try JSONDocument(body).root }

  /// The code of an error object.
  func errorCode() throws -> String? { try json()["error"]?["code"]?.string }
}
