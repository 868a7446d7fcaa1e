import CMCEvaluation
import Testing

@testable import CMCDemonstration

@Suite("What a user answers under no steering") struct ClosedLoopBeyondTests {
  @Test("Counted by what is asked, and the others' shares without it") func counts() throws {
    let matches: [ClosedLoopSystemID: [Double]] = [
      "two-delta": [1, 0, 0, 0, 1, 0], "two-0.5": [0, 0, 0, 1, 1, 0], "lora-two": [1, 1, 0, 1, 1, 0],
    ]
    let keys = ["city", "badge", "badge", "city", "badge", "job"]
    let beyond = try #require(
      ClosedLoopResult.Beyond(
        .two, steerings: ["two-delta", "two-0.5", "two-1.5"], others: ["two-delta", "lora-two", "full-two"],
        matches: matches, keys: keys))
    #expect(beyond.steerings == 2 && beyond.prompts == 3)
    #expect(beyond.attributes.map(\.name) == ["badge", "job"])
    #expect(beyond.attributes.map { [$0.prompts, $0.total] } == [[2, 3], [1, 1]])
    #expect(beyond.systems.map(\.id) == ["two-delta", "lora-two"])
    #expect(beyond.systems.map(\.answered) == [0, 1])
    #expect(beyond.systems.map(\.rest.value) == [2.0 / 3, 1])
    #expect(
      ClosedLoopResult.Beyond(.one, steerings: ["one-delta"], others: [], matches: matches, keys: keys) == nil
    )
  }

  @Test("Steerings of a user are every map, factor and delta model, and nothing else") func steerings() {
    let two = ClosedLoopSystem.steerings(of: .two)
    #expect(Set(two).count == two.count && !two.contains("delta-alone-mapped") && !two.contains("base-two"))
    for id in [
      "two-delta", "two-first-piece", "two-shuffled-3", "two-0.6", "two-2.0", "two-scratch", "two-shift",
    ] {
      #expect(two.contains(ClosedLoopSystemID(rawValue: id)), "\(id)")
    }
    #expect(ClosedLoopSystem.steerings(of: .one).contains("one-delta"))
    #expect(!ClosedLoopSystem.steerings(of: .one).contains("lora-one"))
  }
}
