import CMCFastJSON
import CMCServing
import CMCSteeringService
import CrossModelControl
import Testing

/// A request's factor reaches a delta model that has one of its own, and a model without delta models has none to ask for.
@Suite struct OwnFactorTests {
  private func service(_ configuration: SteeringConfiguration) throws -> SteeringService {
    SteeringService(
      [try ServedModel(name: "m", try SteeredModel(configuration))], limits: ServerLimits(),
      now: { 1_700_000_000 }, log: { _ in })
  }

  @Test(arguments: [0, 0.5, 2] as [Float]) func itIsThatOfTheRequest(alpha: Float) async throws {
    let fixture = try ServiceFixture()
    let fields =
      #""prompt": "Ada Holt lives in Rome.", "temperature": 0, "max_tokens": 12, "cmc_alpha": "# + "\(alpha)"
    var configuration = fixture.model.configuration
    configuration.deltas[0].alpha = 2
    let own = try service(configuration)
    let found = try fixture.json(try await own.completions(Array("{\(fields)}".utf8)))
    let wanted = try fixture.json(try await fixture.service.completions(Array("{\(fields)}".utf8)))
    #expect(
      found["choices"]?.elements.first?["text"]?.string == wanted["choices"]?.elements.first?["text"]?.string)
    #expect(try SteeredModel(configuration).askedAlpha == 2 && fixture.model.askedAlpha == 0.6)
  }

  @Test(arguments: [#""cmc_alpha": 1"#, #""cmc_mode": "add""#]) func withoutDeltaModelsItIsRefused(
    field: String
  ) async throws {
    var configuration = try ServiceFixture().model.configuration
    configuration.deltas = []
    let alone = try service(configuration)
    await #expect(throws: APIError.self) {
      try await alone.completions(Array("{\"prompt\": \"a\", \(field)}".utf8))
    }
  }
}
