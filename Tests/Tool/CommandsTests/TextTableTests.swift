import CMCLogitShift
import Testing

@testable import CMCCommands

/// Tables and numbers for terminals.
@Suite struct TextTableTests {
  /// What a narrow terminal leaves out is named, and counted where it has no name.
  @Test(arguments: [
    (["a", "b", "c"], "c"), (["a", "b", ""], "1 more column"), (["", "", ""], "1 more column"),
    (["a", "b", "c", ""], "c, 1 more column"), (["a", "b", "", "d", ""], "d, 2 more columns"),
  ])
  func whatIsLeftOutIsSaid(titles: [String], said: String) {
    var table = TextTable(titles.map { ($0, .left) })
    table.add(titles.indices.map { String(repeating: "x", count: $0 == 0 ? 25 : $0 == 1 ? 30 : 10) })
    let narrow = table.text(width: 60)
    #expect(narrow.hasSuffix("(the terminal is too narrow for: \(said))\n"), "\(narrow)")
    #expect(!table.text(width: nil).contains("narrow"))
  }

  /// Numbers of a similarity have the digits that the pages give them.
  @Test func numbersOfASimilarity() {
    #expect(SimilarityRendering.number(-0.0007314768) == "−0.0007315")
    #expect(
      SimilarityRendering.interval(ConfidenceInterval(low: -0.053, high: 0.00047634557))
        == "[−0.05300, 0.0004763]")
    #expect(SimilarityRendering.number(nil) == "–")
    #expect(fourDecimals(-0.00001) == "0.0000" && fourDecimals(-2) == "−2.0000")
  }
}
