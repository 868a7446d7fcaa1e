import CMCFastJSON
import CMCPrimitives
import CMCServing
import CMCSteeringService
import CrossModelControl
import TestSupport
import Testing

/// A service of the demonstration's second user, steered by the delta model of the first, and what it logged.
struct ServiceFixture {
  static func path(_ name: String) -> String { RealData.checkout + "/Vocabs/demo/models/" + name }

  let model: SteeredModel
  let service: SteeringService
  let logged = Guarded<[String]>([])

  init(_ limits: ServerLimits = ServerLimits(), delta: String = Self.path("delta-a")) throws {
    var configuration = SteeringConfiguration(
      user: .path(Self.path("base-two")), deltas: [.init(.path(delta))])
    configuration.template = Self.path("two.template")
    configuration.deltaTemplate = Self.path("one.template")
    configuration.alpha = 0.6
    model = try SteeredModel(configuration)
    service = SteeringService(
      [
        try ServedModel(
          name: "demo", model, maps: [("shuffled", .map(try #require(model.deltas[0].map).shuffled(seed: 1)))]
        ),
        try ServedModel(name: "other", model),
      ], limits: limits,
      now: { 1_700_000_000 },
      log: { [logged] line in logged.withLock { $0.append(line) } })
  }

  /// A whole answer.
  func json(_ answer: SteeringService.Answer) throws -> JSONValue {
    guard case .whole(let bytes) = answer else { throw WrongAnswer() }
    return try JSONDocument(bytes).root
  }

  /// The events of a stream, the last of which must be the one that ends it.
  func events(_ answer: SteeringService.Answer) async throws -> [JSONValue] {
    guard case .stream(let stream, _) = answer else { throw WrongAnswer() }
    var events: [[UInt8]] = []
    for await event in stream { events.append(event) }
    #expect(events.last == ServerSentEvents.done)
    return try events.dropLast().map { try JSONDocument(Array($0.dropFirst(6))).root }
  }

  struct WrongAnswer: Error {}
}
