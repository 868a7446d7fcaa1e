package import CMCAlignment
internal import CMCFastJSON
internal import CMCMarkup
internal import CMCPrimitives

/// The page of an atlas: a matrix of all ordered pairs, how the vocabularies group, and what they are.
package struct AtlasReport: Sendable {
  /// The atlas.
  package var atlas: VocabularyAtlas
  /// The program that made it.
  package var tool: String

  /// Takes an atlas.
  package init(_ atlas: VocabularyAtlas, tool: String) {
    self.atlas = atlas
    self.tool = tool
  }

  /// The page: one HTML file that loads nothing.
  ///
  /// - Throws: `MarkupError`.
  package func html() throws -> [UInt8] {
    let count = atlas.entries.count
    return try ReportPage(
      title: "Atlas of \(count) vocabularies", eyebrow: "Atlas",
      headline: [.text("\(count) vocabularies, each in each other")],
      lede:
        "For every ordered pair, the share of the row's tokens that are in the column's vocabulary, that meet a token in a prefix relation, or that have no target.",
      style: PageResource.atlasStyle, script: PageResource.atlasScript, data: [("atlas-data", data())],
      content: content(),
      tool: tool
    ).bytes()
  }

  private func content() throws -> [Node] {
    let tree = try DendrogramFigure(atlas: atlas).figure.scrolling()
    return [
      .element(matrix),
      .element(
        Parts.section("groups", "How they group") {
          Element(
            "p", ["class": "note"],
            text:
              "Average linkage on the shares of equal tokens, the mean of both ways. Joints to the right are close relatives."
          )
          Element("figure", ["class": "figure"]) { tree }
        }),
      .element(vocabularies), .element(provenance),
    ]
  }

  private static let measures = [
    ("exact", "Exact", "Per cent of the row's tokens whose bytes are a token of the column."),
    (
      "covered", "With a target",
      "Per cent of the row's tokens that have a target in the column, exact or by prefix."
    ),
    (
      "prefix", "By prefix",
      "Per cent of the row's tokens that meet a token of the column in a prefix relation."
    ),
    ("none", "No target", "Per cent of the row's tokens that nothing in the column stands for."),
  ]

  private var matrix: Element {
    let count = atlas.entries.count
    return Parts.section("all-pairs", "All pairs") {
      Element("p", ["id": "measure", "class": "note", "aria-live": "polite"], text: Self.measures[0].2)
      Element("div", ["class": "choices no-print", "role": "group", "aria-label": "What the matrix shows"]) {
        Self.measures.map { measure in
          Element(
            "button",
            [
              "type": "button", "data-measure": measure.0, "data-says": measure.2,
              "aria-pressed": measure.0 == "exact" ? "true" : "false",
            ], text: measure.1)
        }
      }
      Element("div", ["class": "matrixbox"]) {
        Element(
          "table", ["id": "matrix", "class": count <= 12 ? "few" : "many", "data-shown": "exact"]
        ) {
          Element("thead") {
            Element("tr") {
              Element("th", ["scope": "col"]) {
                Element("span", ["class": "unseen"], text: "source, by target")
              }
              atlas.order.map { column in
                Element("th", ["scope": "col"]) { Element("span", text: atlas.entries[column].name) }
              }
            }
          }
          Element("tbody") { atlas.order.map(matrixRow) }
        }
      }
      Element(
        "div", ["id": "pair", "role": "region", "aria-live": "polite", "aria-label": "The selected pair"])
    }
  }

  private func matrixRow(_ row: Int) -> Element {
    Element("tr") {
      Element("th", ["scope": "row"], text: atlas.entries[row].name)
      atlas.order.map { column in
        let share = atlas.cells[row][column].exactShare
        let classes = [share > 0.68 ? "high" : share > 0.42 ? "middle" : nil, row == column ? "self" : nil]
        return Element(
          "td",
          [
            "class": classes.compactMap { $0 }.joined(separator: " "),
            "style": "--s:\(NumberText.fixed(share * 100, digits: 1))",
          ], text: NumberText.fixed(share * 100, digits: 0))
      }
    }
  }

  private var vocabularies: Element {
    Parts.section("vocabularies", "The vocabularies") {
      Element(
        "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "The vocabularies"]
      ) {
        Element("table") {
          Element("thead") {
            Element("tr") {
              for (name, isNumber) in [
                ("Name", false), ("Family", false), ("Format", false), ("Tokens", true),
                ("Fingerprint", false),
              ] {
                Element("th", ["scope": "col", "class": isNumber ? "num" : "text"], text: name)
              }
            }
          }
          Element("tbody") {
            atlas.order.map { place in
              let entry = atlas.entries[place]
              return Element("tr") {
                Element("th", ["scope": "row"], text: entry.name)
                Element("td", text: entry.family ?? "")
                Element("td", text: entry.format)
                Element("td", ["class": "num"], text: NumberText.grouped(entry.tokens))
                Element("td") {
                  Element("code", ["title": entry.fingerprint], text: entry.fingerprint.prefix(12) + "…")
                }
              }
            }
          }
        }
      }
    }
  }

  private var provenance: Element {
    Parts.section("provenance", "Where this comes from") {
      Parts.facts([
        (
          "Rules",
          .text("prefix match with minimal edit distance, no overrides; special tokens are counted apart")
        ),
        ("Pairs", .text(NumberText.grouped(atlas.entries.count * (atlas.entries.count - 1)))),
        ("Written by", .text(tool)),
      ])
    }
  }

  /// Names and cells for the script, in the order of the matrix.
  private func data() -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.key("names")
      json.array { json in
        for place in atlas.order { json.value(VisibleText.string(atlas.entries[place].name)) }
      }
      json.key("cells")
      json.array { json in
        for row in atlas.order {
          json.array { json in
            for column in atlas.order {
              let cell = atlas.cells[row][column]
              json.array { json in
                for number in [
                  cell.exact, cell.prefix, cell.unmatched, cell.distance, cell.specialsPlaced,
                  cell.specialsLeft,
                ] {
                  json.value(number)
                }
              }
            }
          }
        }
      }
    }
    return json.bytes
  }
}
