package import CMCAlignment
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCVocabulary

/// The page of an alignment: figures, scripts, distances, special tokens, and a table of all tokens.
package struct AlignmentReport: Sendable {
  /// Where one of the two vocabularies came from.
  package struct Side: Sendable {
    /// The known family, where it is known.
    package var family: String?
    /// The container.
    package var format: String?
    /// The files that were read, by name.
    package var files: [String]
    /// Remarks of the reader.
    package var notes: [String]

    /// Notes an origin.
    package init(family: String? = nil, format: String? = nil, files: [String] = [], notes: [String] = []) {
      self.family = family
      self.format = format
      self.files = files
      self.notes = notes
    }
  }

  /// The map.
  package var map: TokenMap
  /// Its figures.
  package var summary: AlignmentSummary
  /// Where each special token went.
  package var placements: [SpecialPlacement]
  /// Where the source vocabulary came from.
  package var source = Side()
  /// Where the target vocabulary came from.
  package var target = Side()
  /// The rules in words.
  package var rules: String?
  /// The program that made the page.
  package var tool: String

  /// Collects what the page shows.
  package init(map: TokenMap, summary: AlignmentSummary, placements: [SpecialPlacement], tool: String) {
    self.map = map
    self.summary = summary
    self.placements = placements
    self.tool = tool
  }

  /// The page: one HTML file that loads nothing.
  ///
  /// - Throws: `MarkupError`.
  /// - Complexity: O(bytes of both vocabularies).
  package func html() throws -> [UInt8] {
    let (from, to) = (map.source.name, map.target.name)
    var page = ReportPage(
      title: "\(from) → \(to) · token map", eyebrow: "Token map",
      headline: [
        .text(from), .element(Element("span", ["class": "to", "aria-hidden": "true"], text: "→")),
        .element(Element("span", ["class": "unseen"], text: " to ")), .text(to),
      ],
      lede: lede, style: PageResource.tokenTableStyle, script: PageResource.tokenTableScript,
      data: [("tokens-data", TokenTableData(map: map, name: "\(from)--\(to)").json())],
      content: try content(), tool: tool
    )
    // A page of a saved map knows less than that of the alignment, and does not take its place.
    if rules != nil { page.source = "alignment" }
    return try page.bytes()
  }

  private var lede: String {
    var text = "Where each of the \(NumberText.grouped(summary.tokens)) tokens of the user model goes"
    if let tokens = map.target.tokens {
      text += " among the \(NumberText.grouped(tokens)) of the delta model"
    }
    return text + ", by which rule, and at what distance."
  }

  private func content() throws -> [Node] {
    let distances = try distances()
    var nodes: [Node] = [.element(figures)]
    nodes.append(.element(methods))
    nodes.append(
      .element(
        Element("div", ["class": "pair"]) {
          scripts
          Element("div") {
            distances
            worst
          }
        }))
    if let specials { nodes.append(.element(specials)) }
    nodes.append(.element(TokenTable(map: map, summary: summary).section))
    nodes.append(.element(provenance))
    return nodes
  }

  private var figures: Element {
    let counts = summary.counts
    return Parts.stats([
      (
        "Coverage", NumberText.percent(summary.coverage, digits: 1),
        "of the tokens that are not special have a target"
      ),
      ("Exact", NumberText.percent(summary.exactShare, digits: 1), "have a target of equal bytes"),
      (
        "Mean distance", summary.meanDistance.map { NumberText.fixed($0, digits: 2) } ?? "–",
        summary.meanInexactDistance.map {
          "\(NumberText.fixed($0, digits: 2)) among those that are not exact"
        } ?? ""
      ),
      (
        "Without a target", NumberText.grouped(counts.unmatched),
        "tokens, \(NumberText.grouped(counts.unmatchedSpecial)) of them special"
      ),
    ])
  }

  private var methods: Element {
    let counts = summary.counts
    let items: [(kind: String, name: String, count: Int)] = [
      ("exact", "equal bytes", counts.exact),
      ("prefix", "target is the shorter", counts.prefixShorter),
      ("longer", "target is the longer", counts.prefixLonger), ("prefix", "by prefix", counts.prefixUnknown),
      ("other", "by edit distance", counts.edit), ("other", "retokenized", counts.retokenized),
      ("other", "imported", counts.imported), ("role", "by role", counts.role),
      ("override", "by override", counts.override),
      ("none", "no target", counts.unmatched),
    ].filter { $0.count > 0 }
    let spoken = items.map { "\($0.name) \(NumberText.grouped($0.count))" }.joined(separator: ", ")
    return Parts.section("methods", "How the tokens meet") {
      Parts.bar(items.map { ($0.kind, $0.count) }, label: spoken, isTall: true)
      Parts.legend(items.map { ($0.kind, $0.name, $0.count, summary.tokens) })
    }
  }

  private var scripts: Element {
    Parts.section("scripts", "Coverage by script") {
      if summary.scripts.isEmpty {
        Element("p", ["class": "note"], text: "The map was written without the tokens' text.")
      } else {
        Parts.legend(scriptTotals)
        Element(
          "div", ["class": "scroll tall-scroll", "tabindex": "0", "role": "region", "aria-label": "Scripts"]
        ) {
          Element("table") {
            Element("thead") {
              Element("tr") {
                Element("th", ["scope": "col"], text: "Script")
                Element("th", ["scope": "col", "class": "num"], text: "Tokens")
                Element("th", ["scope": "col"]) { Element("span", ["class": "unseen"], text: "Shares") }
                Element("th", ["scope": "col", "class": "num"], text: "Exact")
                Element("th", ["scope": "col", "class": "num"], text: "No target")
              }
            }
            Element("tbody") { summary.scripts.map(scriptRow) }
          }
        }
      }
    }
  }

  private var scriptTotals: [(kind: String, name: String, count: Int, total: Int)] {
    let rows = summary.scripts
    return [
      ("exact", "equal bytes", rows.reduce(0) { $0 + $1.exact }, summary.tokens),
      ("prefix", "placed otherwise", rows.reduce(0) { $0 + $1.inexact }, summary.tokens),
      ("none", "no target", rows.reduce(0) { $0 + $1.unmatched }, summary.tokens),
    ]
  }

  private func scriptRow(_ row: AlignmentSummary.ScriptRow) -> Element {
    let total = Double(max(1, row.tokens))
    return Element("tr") {
      Element("th", ["scope": "row"]) {
        Element("a", ["class": "plain", "href": "#script=\(percentEncoded(row.name))"], text: row.name)
      }
      Element("td", ["class": "num"], text: NumberText.grouped(row.tokens))
      Element("td", ["style": "width:38%"]) {
        Parts.bar(
          [("exact", row.exact), ("prefix", row.inexact), ("none", row.unmatched)],
          label: "\(row.exact) exact, \(row.inexact) placed otherwise, \(row.unmatched) without a target")
      }
      Element("td", ["class": "num"], text: NumberText.percent(Double(row.exact) / total, digits: 1))
      Element("td", ["class": "num"], text: NumberText.percent(Double(row.unmatched) / total, digits: 1))
    }
  }

  private func distances() throws -> Element {
    let figure = try HistogramFigure(bins: summary.histogram).inline()
    return Parts.section("distances", "Distances") {
      if summary.histogram.isEmpty {
        Element("p", ["class": "note"], text: "Every token that has a target meets it exactly.")
      } else {
        Element(
          "p", ["class": "note"],
          text: "Characters (bytes for parts of characters) by which a token and its target differ.")
        figure
      }
    }
  }

  private var worst: Element? {
    guard !summary.worst.isEmpty else { return nil }
    return Parts.section("worst", "Farthest apart") {
      Element("table") {
        Element("thead") {
          Element("tr") {
            Element("th", ["scope": "col"], text: "Token")
            Element("th", ["scope": "col"], text: "Target")
            Element("th", ["scope": "col", "class": "num"], text: "Distance")
          }
        }
        Element("tbody") {
          summary.worst.map { row in
            Element("tr") {
              Element("td") {
                Element("a", ["class": "plain", "href": "#token=\(row.token.id)"]) {
                  Parts.token(Self.short(row.token.piece ?? "\(row.token.id)"))
                }
              }
              Element("td") {
                Parts.token(
                  Self.short(row.targets.map { $0.piece ?? "\($0.id)" }.joined(separator: " + "))
                )
              }
              Element("td", ["class": "num"], text: "\(row.distance)")
            }
          }
        }
      }
    }
  }

  private static func short(_ text: String) -> String {
    text.count > 40 ? text.prefix(30) + "…" + text.suffix(8) : text
  }

  private func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
      return isPlain
        ? String(Unicode.Scalar(byte))
        : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
