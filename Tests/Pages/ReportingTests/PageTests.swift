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
      let elements = try parsed(page.bytes)
      // Only our own scripts, style sheet and policy; no image, no handler, nothing of a token.
      let names = Set(elements.map(\.name))
      let foreign = ["img", "iframe", "object", "embed", "form", "base", "u", "link"]
      #expect(names.isDisjoint(with: foreign), "\(page.name): \(names)")
      for element in elements {
        for attribute in element.attributes {
          #expect(!attribute.name.hasPrefix("on"), "\(page.name): \(attribute)")
          #expect(!["src", "action", "srcset"].contains(attribute.name), "\(page.name): \(attribute)")
          if attribute.name == "href" {
            #expect(
              attribute.value.hasPrefix("#") || attribute.value.hasPrefix("data:image/png;"),
              "\(page.name): \(attribute)")
          }
        }
      }
      let text = String(decoding: page.bytes, as: UTF8.self)
      #expect(text.ranges(of: "</script").count == elements.count { $0.name == "script" }, "\(page.name)")
      #expect(!text.contains("<script>document"), "\(page.name)")
      #expect(!text.unicodeScalars.contains("\u{202E}"), "\(page.name)")
      #expect(!text.contains("http://www") && !text.contains("https://"), "\(page.name)")
    }
  }

  @Test func idsAreThereOnceAndLabelsPointAtThem() throws {
    for page in try HostilePages().pages() {
      let elements = try parsed(page.bytes)
      let ids = elements.compactMap { $0["id"] }
      #expect(Set(ids).count == ids.count, "\(page.name): \(ids)")
      for label in elements.compactMap({ $0["aria-labelledby"] }) {
        #expect(ids.contains(label), "\(page.name)")
      }
      let headlines = elements.filter { $0.name == "h1" }
      #expect(headlines.count == 1, "\(page.name)")
      #expect(elements.first { $0.name == "html" }?["lang"] == "en")
    }
  }

  @Test func thePolicyNamesExactlyThePagesScripts() throws {
    for page in try HostilePages().pages() {
      let elements = try parsed(page.bytes)
      let policy = try #require(elements.first { $0["http-equiv"] == "Content-Security-Policy" }?["content"])
      let scripts = elements.filter { $0.name == "script" && $0["type"] == nil }
      #expect(policy.hasPrefix("default-src 'none'"))
      #expect(policy.ranges(of: "'sha256-").count == scripts.count, "\(page.name)")
    }
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
