import CMCMarkup
import CMCReporting
import TestSupport
import Testing

@testable import CMCDemonstration
@testable import CMCEvaluation

/// The page of the closed loop; what holds of every page is in `pageFaults`.
@Suite struct ClosedLoopReportTests {
  private let texts = hostileTokens.map { String(decoding: $0, as: UTF8.self) }

  private func parsed(_ result: ClosedLoopResult) throws -> [Element] {
    let document = try HTMLDocument(parsing: try ClosedLoopReport(result).html())
    let root = document.root
    return try #require(root).flattened
  }

  private func section(_ id: String, of page: [Element]) throws -> [Element] {
    try #require(page.first { $0["id"] == id }, "no section \(id)").flattened
  }

  private func seen(_ text: String) -> String { VisibleText.string(text) }

  @Test func hostileTextNeverBecomesMarkup() throws {
    let page = try ClosedLoopReport(try ClosedLoopSample.result(texts)).html()
    #expect(pageFaults(page, try parsed(ClosedLoopSample.result(texts))) == [])
    #expect(try ClosedLoopReport(try ClosedLoopSample.result(texts)).html() == page, "the same bytes again")
  }

  @Test func everythingOfTheResultIsShown() throws {
    let result = try ClosedLoopSample.result(texts)
    let page = try parsed(result)
    let claims = try section("claims", of: page).filter { $0.name == "li" }.map(\.text)
    #expect(claims == result.claims.map { ($0.holds ? "✓Yes" : "✗No") + seen($0.text) })

    let titles = try section("systems", of: page).filter { $0.name == "th" && $0["scope"] == "row" }.map(
      \.text)
    #expect(titles.count == result.systems.count)
    #expect(Set(titles) == Set(result.systems.map { seen($0.title) }))

    let pairs = try section("comparisons", of: page).filter { $0.name == "th" && $0["scope"] == "row" }.map(
      \.text)
    #expect(
      pairs
        == result.comparisons.map { comparison in
          [comparison.better, comparison.worse].map { seen(result.system($0)?.title ?? "") }.joined(
            separator: "less ")
        })

    let examples = try section("examples", of: page)
    #expect(
      examples.filter { $0["class"] == "prompt" }.map(\.text) == result.examples.map { seen($0.prompt) })
    let answers = examples.filter { $0["class"] == "token" }.map(\.text)
    #expect(
      answers
        == result.examples.flatMap { [$0.answer] + $0.answers.map(\.text) }.filter { !$0.isEmpty }.map(seen))
    let marks = examples.filter { $0["class"]?.hasPrefix("verdict") == true }.map(\.text)
    #expect(marks == result.examples.flatMap { $0.answers.map { $0.isRight ? "✓right" : "✗wrong" } })
    #expect(examples.contains { $0["class"] == "who" && $0.text == "no such system" })
  }

  /// The rows of the maps have the paired difference to the map of the method, and that map itself has none.
  @Test func mapsAreComparedWithTheMethods() throws {
    var result = try ClosedLoopSample.result(texts)
    result.systems = result.systems.map { system in
      var system = system
      system.group =
        system.id == "two-delta" ? .steered : system.id.rawValue.hasPrefix("two-") ? .map : .tuned
      return system
    }
    let rows = try section("maps", of: try parsed(result)).filter { $0.name == "tbody" }[0].children
      .compactMap {
        node -> [String]? in
        guard case .element(let row) = node else { return nil }
        return row.flattened.filter { $0.name == "td" }.map(\.text)
      }
    #expect(rows.count == 4)
    #expect(rows.filter { $0[2] == "–" && $0[3] == "–" }.count == 1)
    #expect(rows.filter { $0[2] == "+10.0" && $0[3] == "−10.0 to +30.0" }.count == 3)
  }

  @Test func tablesSayWhatTheirCellsAre() throws {
    let page = try parsed(ClosedLoopSample.result(texts))
    let tables = page.filter { $0.name == "table" }
    #expect(tables.count == 9)
    for table in tables {
      let parts = table.flattened
      #expect(parts.filter { $0.name == "caption" && !$0.text.isEmpty }.count == 1)
      #expect(parts.filter { $0.name == "th" }.allSatisfy { $0["scope"] != nil })
      #expect(parts.filter { $0.name == "th" }.allSatisfy { !$0.text.isEmpty })
      let widths = parts.filter { $0.name == "tr" }.map { row in
        row.flattened.filter { ["td", "th"].contains($0.name) }.reduce(0) {
          $0 + (Int($1["colspan"] ?? "1") ?? 0)
        }
      }
      #expect(Set(widths).count == 1, "\(widths)")
    }
  }

  /// Which intervals are whose: shares of answers have Wilson's, all else a bootstrap's.
  @Test func thePageSaysWhoseItsIntervalsAre() throws {
    let facts = try section("provenance", of: parsed(ClosedLoopSample.result(texts)))
    let place = try #require(facts.firstIndex { $0.name == "dt" && $0.text == "Intervals" })
    let said = facts[place + 1].text
    #expect(said.contains("of shares of prompts Wilson's") && said.contains("of differences"))
    #expect(said.contains("bootstrap over prompts"))
  }

  /// Links within the page lead somewhere.
  @Test func theContentsPointAtTheSections() throws {
    let page = try parsed(ClosedLoopSample.result(texts))
    let ids = Set(page.compactMap { $0["id"] })
    let links = page.compactMap { $0["href"] }.filter { $0.hasPrefix("#") }
    #expect(links.count == 13)
    #expect(links.allSatisfy { ids.contains(String($0.dropFirst())) })
  }

  @Test func whatIsMissingIsLeftOut() throws {
    let full = try parsed(ClosedLoopSample.result(texts))
    let parts: [(id: String, remove: (inout ClosedLoopResult) -> Void)] = [
      ("claims", { $0.claims = [] }), ("beyond", { $0.beyond = nil }), ("systems", { $0.systems = [] }),
      ("maps", { $0.systems = [] }),
      ("comparisons", { $0.comparisons = [] }), ("sweep", { $0.sweep = [] }), ("shifts", { $0.shifts = nil }),
      ("attributes", { $0.systems = [] }), ("examples", { $0.examples = [] }),
    ]
    var nothing = try ClosedLoopSample.result(texts)
    for (id, remove) in parts {
      #expect(full.contains { $0["id"] == id })
      var result = try ClosedLoopSample.result(texts)
      remove(&result)
      remove(&nothing)
      let page = try parsed(result)
      #expect(!page.contains { $0["id"] == id || $0["href"] == "#\(id)" }, "\(id)")
    }
    nothing.loraShare = nil
    (nothing.alignment, nothing.answers) = (ClosedLoopResult.TokenShares(), ClosedLoopResult.TokenShares())
    let page = try parsed(nothing)
    #expect(page.contains { $0["id"] == "provenance" })
    #expect(!page.contains { $0.name == "dt" && $0.text == "runs/" })
    #expect(!page.contains { $0["class"] == "stats" })
  }

  /// Bars end where their track ends, whatever a file says.
  @Test func barsStayWithinTheirTracks() throws {
    var result = try ClosedLoopSample.result(texts)
    for place in result.systems.indices {
      result.systems[place].exactMatch = ClosedLoopSample.estimate(place % 2 == 0 ? 7 : -7, 1e9)
    }
    for element in try parsed(result) where element.name == "i" {
      for rule in element["style"]?.split(separator: ";") ?? [] {
        let share = try #require(Double(rule.drop { $0 != ":" }.dropFirst().dropLast()), "\(rule)")
        #expect((0...100).contains(share), "\(rule)")
      }
    }
  }
}
