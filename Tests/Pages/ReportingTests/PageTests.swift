import CMCAlignment
import CMCControlledDecoding
import CMCFastJSON
import CMCMarkup
import CMCPrimitives
import CMCReporting
import TestSupport
import Testing

@Suite struct PageTests {
  /// All elements of a page in document order.
  private func parsed(_ page: [UInt8]) throws -> [Element] {
    let document = try HTMLDocument(parsing: page)
    let root = document.root
    return try #require(root).flattened
  }

  @Test func hostileTextNeverBecomesMarkup() throws {
    for page in try HostilePages().pages() {
      #expect(pageFaults(page.bytes, try parsed(page.bytes)) == [], "\(page.name)")
    }
  }

  /// The check itself sees what it is for.
  @Test(arguments: [
    ("<h1>", "<h1 onclick=\"x\">"), ("<h1>", "<img src=\"x\"/><h1>"), ("lang=\"en\"", "lang=\"de\""),
    ("</h1>", "</h1><h1>b</h1>"), ("</h1>", "</h1><a href=\"https://a\">b</a>"),
    ("</h1>", "</h1><p id=\"a\"></p><p id=\"a\"></p>"), ("'sha256-", "'sha512-"),
    ("</h1>", "</h1><p aria-labelledby=\"nobody\"></p>"),
  ])
  func faultsAreSeen(part: String, change: String) throws {
    let page = String(decoding: try HostilePages().alignment.html(), as: UTF8.self)
    let bytes = Array(page.replacing(part, with: change).utf8)
    #expect(bytes != Array(page.utf8))
    #expect(pageFaults(bytes, try parsed(bytes)) != [])
  }

  @Test func theSameResultGivesTheSameBytes() throws {
    let (first, second) = (try HostilePages().pages(), try HostilePages().pages())
    for (one, other) in zip(first, second) { #expect(one.bytes == other.bytes, "\(one.name)") }
  }

  /// Every row of the map is in the data of the page, in its visible form.
  @Test func theTableHoldsEveryToken() throws {
    let pages = try HostilePages()
    let elements = try parsed(pages.alignment.html())
    let data = try #require(elements.first { $0["id"] == "tokens-data" })
    let root = try JSONDocument(Array(data.text.utf8)).root
    let pieces = try root.require("pieces").elements.compactMap(\.string)
    #expect(pieces.count == pages.map.count)
    for (id, piece) in pieces.enumerated() {
      #expect(piece == VisibleText.string(pages.map.source.shown(Int32(id)) ?? ""))
    }
    #expect(try root.require("targets").elements.compactMap(\.int) == pages.map.ids.map(Int.init))
    #expect(try root.require("distances").elements.compactMap(\.int) == pages.map.distances.map(Int.init))
    let names = try root.require("methodNames").elements.compactMap(\.string)
    let methods = try #require(root["methods"]?.string).utf8.map { names[Int($0) - 97] }
    #expect(methods == pages.map.methods.map(\.name))
    let targets = try root.require("targetPieces").elements.compactMap(\.string)
    for id in pages.map.ids where id >= 0 {
      #expect(targets[Int(id)] == VisibleText.string(pages.map.target.shown(id) ?? ""))
    }
  }

  /// Whatever the bytes of tokens are, the page parses and gives them back in their visible form.
  @Test func anyTokensComeBackFromThePage() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<40 {
      let source = description(try vocabulary((0..<12).map { _ in hostileBytes(&generator) }))
      let target = description(try vocabulary((0..<12).map { _ in hostileBytes(&generator) }))
      let map = try TokenMap.aligning(source, to: target)
      let report = AlignmentReport(
        map: map, summary: AlignmentSummary(map), placements: SpecialPlacement.all(in: map), tool: "test")
      let elements = try parsed(report.html())
      let data = try #require(elements.first { $0["id"] == "tokens-data" })
      let pieces = try JSONDocument(Array(data.text.utf8)).root.require("pieces").elements.compactMap(
        \.string)
      let shown = (0..<Int32(map.count)).map { VisibleText.string(map.source.shown($0) ?? "") }
      #expect(pieces == shown)
      let ids = elements.compactMap { $0["id"] }
      #expect(Set(ids).count == ids.count)
    }
  }

  /// Tokens run on as the text does; one with a character that turns what follows is named, and set apart.
  @Test func tokensOfATextRunOn() throws {
    let texts = ["שלום", " עולם", " x\u{202E}y", "\n", "\u{2067}", " z"]
    let steps = texts.enumerated().map { place, text in
      GenerationTrace.Step(
        id: place, piece: text, text: text, match: "exact", score: 0, userLogProbability: -1, deltaTerm: 0,
        isChanged: false, isReencoded: false)
    }
    let trace = GenerationTrace(
      tool: "", user: "", deltas: [], mode: "", unmatched: "", prompt: "", text: "", stop: "", steps: steps)
    let page = try parsed(TraceReport(trace).html())
    let tokens = page.filter { $0["role"] == "option" }
    #expect(tokens.map(\.text) == ["שלום", " עולם", " x\\u{202E}y", "↵\n", "\\u{2067}", " z"])
    let apart = tokens.map { $0.flattened.contains { $0.name == "bdi" } }
    #expect(apart == [false, false, true, false, true, false])
    // What sets a token apart in a style sheet would do so with every token.
    let sheet = try #require(page.first { $0.name == "style" }).text
    let rule = try #require(sheet.firstRange(of: ".flow [role=option] {")?.upperBound)
    #expect(!sheet[rule...].prefix { $0 != "}" }.contains("bidi"))
  }

  /// A page of a test over all sign vectors counts the observed one.
  @Test func pagesCountAllSignVectors() throws {
    let pages = try HostilePages()
    for page in try [SimilarityReport(pages.similarity).html(), SimilarityMatrixReport(pages.matrix).html()] {
      let said = try parsed(page).filter { $0.name == "dd" }.map(\.text)
      #expect(said.contains { $0.hasPrefix("0.250 (sign flips, all 8 sign vectors;") }, "\(said)")
    }
  }

  @Test func emptyResultsHavePages() throws {
    let empty = description(try vocabulary([]), name: "empty")
    let map = try TokenMap.aligning(empty, to: empty)
    let report = AlignmentReport(map: map, summary: AlignmentSummary(map), placements: [], tool: "test")
    #expect(try !parsed(report.html()).isEmpty)
    let trace = GenerationTrace(
      tool: "", user: "", deltas: [], mode: "", unmatched: "", prompt: "", text: "", stop: "", steps: [])
    #expect(try !parsed(TraceReport(trace).html()).isEmpty)
    let sweep = SweepSummary(tool: "", user: "", deltas: [], mode: "", prompt: "", points: [])
    #expect(try !parsed(SweepReport(sweep).html()).isEmpty)
  }
}
