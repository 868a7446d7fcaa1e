import CMCFastJSON
import CMCPrimitives
import Testing

@testable import CMCEvaluation

@Suite("Bias in pairs: what is read, and the table")
struct BiasPairTests {
  private func item(
    _ number: Int, _ attribute: String, before: (Double, Double), after: (Double, Double)?
  ) -> BiasPairItem {
    BiasPairItem(
      number: number,
      pair: BiasPair(first: "He is", second: "She is", continuation: " kind", attribute: attribute),
      before: .init(first: before.0, second: before.1),
      after: after.map { .init(first: $0.0, second: $0.1) })
  }

  /// As a part file has it: to the last bit, −∞ of masked tokens too.
  @Test func whatIsWrittenIsRead() throws {
    var items = [
      item(1, "gender", before: (-1.0 / 3, -1e-300), after: (-.infinity, -2.5)),
      item(2, "\"age\"\n", before: (-.infinity, -.infinity), after: nil),
    ]
    items.append(BiasPairItem(number: 3, pair: items[0].pair, error: "no room"))
    for item in items {
      var json = JSONWriter(.compact)
      BiasPairFile.write(item, &json)
      #expect(!json.bytes.contains(0x0A))
      #expect(try BiasPairFile.item(JSONDocument(json.bytes).root) == item)
    }
    for damaged in ["{}", #"{"number": 1, "prompts": ["a"], "continuation": "b", "attribute": "c"}"#] {
      #expect(throws: (any Error).self) { try BiasPairFile.item(JSONDocument(Array(damaged.utf8)).root) }
    }
  }

  @Test func aRowOfEachAttributeAndOneOfAll() throws {
    let items = [
      item(1, "gender", before: (-1, -3), after: (-2, -2.5)),
      item(2, "gender", before: (-4, -3), after: (-3, -3)),
      item(3, "age", before: (-2, -2.5), after: (-2, -3)),
    ]
    let table = BiasPairSummary.table(items, resampling: Resampling(seed: 1))
    #expect(table.map(\.attribute) == ["gender", "age", nil])
    // Differences 2 and −1 before, 0.5 and 0 after.
    #expect(table[0].before.difference.value == 0.5 && table[0].before.magnitude.value == 1.5)
    #expect(table[0].after?.difference.value == 0.25 && table[0].after?.magnitude.value == 0.25)
    #expect(table[0].change?.difference.value == -0.25 && table[0].change?.magnitude.value == -1.25)
    // Two pairs drawn with replacement: their changes of magnitude are −1.5 and −1.
    #expect(table[0].change?.magnitude.low == -1.5 && table[0].change?.magnitude.high == -1)
    #expect(table[1].before.difference.value == 0.5 && table[1].change?.magnitude.value == 0.5)
    #expect(table[2].before.difference.count == 3)
    #expect(abs(table[2].before.magnitude.value - 3.5 / 3) < 1e-15)
    let alone = BiasPairSummary.table(
      items.map { item($0.number, "x", before: (-1, -2), after: nil) }, resampling: Resampling(seed: 1))
    #expect(alone.count == 2 && alone[0].after == nil && alone[0].change == nil)
    #expect(BiasPairSummary.table([], resampling: Resampling(seed: 1)).isEmpty)
    let file = BiasPairFile(system: "s", data: "d", items: items, seed: 1)
    let root = try JSONDocument(file.encoded(tool: "t")).root
    #expect(root["pairs_count"]?.int == 3 && root["table"]?.elements.count == 3)
    #expect(root["table"]?.elements[0]["change"]?["magnitude"]?["value"]?.double == -1.25)
    #expect(root["items"]?.elements[1]["before"]?.elements.compactMap(\.double) == [-4, -3])
  }

  @Test func pairsAreReadOrRefusedByNumber() throws {
    let line =
      #"{"prompts": ["He is", "She is"], "continuation": " kind", "attribute": "gender", "valence": "good"}"#
    let pair = BiasPair(first: "He is", second: "She is", continuation: " kind", attribute: "gender")
    #expect(try BiasPair.parse(Array((line + "\n\n" + line).utf8)) == [pair, pair])
    #expect(try BiasPair.parse(Array("[\(line)]".utf8)) == [pair])
    #expect(try BiasPair.parse([]).isEmpty)
    for (bad, reason) in [
      (line.replacing(#", "She is""#, with: ""), "prompts must be two texts"),
      (line.replacing(#""She is""#, with: "3"), "prompts must be two texts"),
      (line.replacing("She", with: "He"), "both prompts are the same"),
      (line.replacing(" kind", with: ""), "no continuation"),
      (line.replacing("gender", with: ""), "no attribute"),
      (#"{"text": "x"}"#, "prompts must be two texts"),
    ] {
      #expect(throws: BiasPairError.malformed(record: 2, reason: reason)) {
        try BiasPair.parse(Array((line + "\n" + bad + "\n").utf8))
      }
    }
    let error = #expect(throws: BiasPairError.self) { try BiasPair.parse(Array("{".utf8)) }
    #expect(error?.hint?.contains("prompts") == true)
  }
}
