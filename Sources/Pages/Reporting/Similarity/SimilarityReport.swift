internal import CMCFastJSON
package import CMCLogitShift
internal import CMCMarkup
internal import CMCPrimitives

/// The page of a pair of runs: how alike their shifts are, with intervals, tests, and heat maps by prompt.
package struct SimilarityReport: Sendable {
  /// The result.
  package var result: SimilarityResult

  /// Takes a result.
  package init(_ result: SimilarityResult) { self.result = result }

  /// The page: one HTML file that loads nothing.
  ///
  /// - Parameter source: What tells its source from others of the same name; the run where left out.
  /// - Throws: `MarkupError`, ``PNGError``.
  package func html(source: String? = nil) throws -> [UInt8] {
    let hasMaps = !result.heatMaps.isEmpty
    var page = try ReportPage(
      title: "\(result.first.label) and \(result.second.label) · similarity", eyebrow: "Logit shifts",
      headline: [
        .text(result.first.label), .element(Element("span", ["class": "to"], text: "and")),
        .text(result.second.label),
      ],
      lede:
        "How alike the changes are that tuning made to the next-token scores of two models, over the steps of the same responses.",
      style: PageResource.similarityStyle, script: hasMaps ? PageResource.similarityScript : "",
      data: hasMaps ? [("heat-data", data())] : [], content: content(), tool: result.tool
    )
    page.source = source ?? result.run
    return try page.bytes()
  }

  private func content() throws -> [Node] {
    var nodes: [Node] = [.element(figures)]
    if !result.notes.isEmpty { nodes.append(.element(SimilarityParts.notes(result.notes))) }
    if let heat = try heat() { nodes.append(.element(heat)) }
    for ranking in result.rankings { nodes.append(.element(try measures(ranking))) }
    if let table = prompts { nodes.append(.element(table)) }
    nodes.append(.element(provenance))
    return nodes
  }

  private var figures: Element {
    let ranking = result.rankings.first
    let sinkhorn = ranking?.summary(of: .sinkhorn)
    let cosine = ranking?.summary(of: .cosine)
    let centred = ranking?.summary(of: .centredCosineDistance)
    return Parts.stats([
      // A result of a version that did not centre has no such row.
      centred.map {
        (
          $0.measure.title, SimilarityParts.number($0.mean),
          $0.mean == nil ? "nothing is left of the shifts" : SimilarityParts.interval($0.interval)
        )
      } ?? ("Cosine", SimilarityParts.number(cosine?.mean), SimilarityParts.interval(cosine?.interval)),
      (
        "Sinkhorn divergence", SimilarityParts.number(sinkhorn?.mean),
        SimilarityParts.interval(sinkhorn?.interval)
      ),
      (
        "Prompts", NumberText.grouped(result.prompts.count),
        "\(NumberText.grouped(result.prompts.reduce(0) { $0 + $1.steps })) steps"
      ),
      (ranking?.centredTest ?? ranking?.test).map { test in
        (
          "Against another task", "p = \(NumberText.probability(test.p))",
          "that same-task shifts are no closer"
        )
      }
        ?? (
          "Columns without a target", NumberText.percent(ranking?.unmatchedShare, digits: 1),
          "of those kept; their second shift is 0"
        ),
    ])
  }

  // MARK: Heat maps

  private func heat() throws -> Element? {
    guard let first = result.heatMaps.first else { return nil }
    let figure = try HeatMapFigure(first, first: result.first.label, second: result.second.label).figure
      .scrolling()
    return Parts.section("shifts", "Shifts step by step") {
      Element(
        "p", ["class": "note"],
        text:
          "Each row is a step of the response, each cell a token. Above, the first model's shifts, every row sorted; below, the second model's shifts of the same tokens. Where tuning did alike, the panels look alike. With each step's mean taken off they show what the centred measures see."
      )
      Element("noscript") { Element("figure", ["class": "figure"]) { figure } }
      Element("div", ["id": "heat", "hidden": ""]) {
        Element("div", ["class": "toolbar"]) {
          Element("label", ["class": "grow"]) {
            "Prompt"
            Element("select", ["id": "prompt"]) {
              result.heatMaps.map { map in
                Element(
                  "option", text: "\(NumberText.counted(map.prompt)). \(promptText(map.prompt, limit: 90))")
              }
            }
          }
          Element("label", ["class": "check"]) {
            Element("input", ["id": "centred", "type": "checkbox"])
            "Without each step's mean"
          }
          Element("div", ["class": "scale"]) {
            Element("span", ["id": "low"])
            Element("i", ["style": "background:linear-gradient(to right,\(Self.gradient))"])
            Element("span", ["id": "high"])
          }
        }
        Element("div", ["class": "heat"]) {
          panel("upper", result.first.label)
          panel("lower", result.second.label)
          Element("div", ["class": "under"]) {
            Element("span", text: "largest shift of the first model")
            Element("span", text: "smallest")
          }
        }
        Element("p", ["id": "cell", "role": "status", "aria-live": "polite"])
      }
    }
  }

  private func panel(_ id: String, _ name: String) -> [Node] {
    [
      .element(Element("div", ["class": "name"], text: name)),
      .element(
        Element("div", ["class": "steps", "aria-hidden": "true"]) {
          Element("span", ["class": "firststep"])
          Element("span", ["class": "laststep"])
        }),
      .element(
        Element("div", ["class": "canvasbox"]) {
          Element(
            "canvas",
            [
              "id": id, "tabindex": "0", "role": "img",
              "aria-label": "Shifts of \(name); arrow keys move through the cells",
            ])
          Element("i", ["hidden": ""])
        }),
    ]
  }

  private static let gradient = DivergingScale.table(13).map(\.css).joined(separator: ",")

  private func promptText(_ prompt: Int, limit: Int) -> String {
    guard result.prompts.indices.contains(prompt) else { return "" }
    return oneLine(result.prompts[prompt].prompt, limit: limit)
  }

  private func data() -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.key("colors")
      json.array { json in for color in DivergingScale.table(201) { json.value(color.css) } }
      json.key("maps")
      json.array { json in
        for map in result.heatMaps {
          json.object { json in
            json.member("limit", Double(map.limit))
            json.member("steps", map.steps)
            for (key, rows) in [("upper", map.upper), ("lower", map.lower)] {
              json.key(key)
              // Thousandths: as much as the page says of a value.
              json.array { json in
                for row in rows {
                  json.array { json in
                    for value in row { json.value(Int32(saturating: (value * 1000).rounded())) }
                  }
                }
              }
            }
            json.key("tokens")
            json.array { json in
              for row in map.tokens { json.array { json in for token in row { json.value(token) } } }
            }
            for (key, texts) in [("texts", map.texts), ("stepTexts", map.stepTexts)] {
              json.key(key)
              json.array { json in for text in texts { json.value(VisibleText.string(text)) } }
            }
          }
        }
      }
    }
    return json.bytes
  }

  // MARK: Tables

  private func measures(_ ranking: RankedSimilarity) throws -> Element {
    let title = "Measures, columns by the \(ranking.rule == .base ? "untuned" : "tuned") first model"
    let tests = try [ranking.centredTest, ranking.test].compactMap(\.self).flatMap {
      try SimilarityParts.test($0)
    }
    let share = ranking.meanShares?.both.map {
      " Each step's mean is \(NumberText.percent($0, digits: 1)) of the squared shifts; the centred measures leave it out."
    }
    return Parts.section("measures-\(ranking.rule.rawValue)", title) {
      Element(
        "p", ["class": "note"],
        text:
          "\(ranking.columns) columns a step\(ranking.isDefault ? ", the paper's rule for such a pair" : ""); \(NumberText.percent(ranking.unmatchedShare, digits: 1)) of them without a target.\(share ?? "")"
      )
      Element("table") {
        Element("thead") {
          Element("tr") {
            for (name, isNumber) in [
              ("Measure", false), ("Mean", true), ("Interval", true), ("Prompts", true),
            ] {
              Element("th", ["scope": "col", "class": isNumber ? "num" : "text"], text: name)
            }
          }
        }
        Element("tbody") {
          ranking.summaries.map { summary in
            Element("tr") {
              Element("th", ["scope": "row"], text: summary.measure.title)
              Element("td", ["class": "num"], text: SimilarityParts.number(summary.mean))
              Element("td", ["class": "num"], text: SimilarityParts.interval(summary.interval))
              Element("td", ["class": "num"], text: "\(summary.prompts)")
            }
          }
        }
      }
      tests
      SimilarityParts.nulls(ranking.nulls ?? [ranking.null].compactMap(\.self))
    }
  }

  private var prompts: Element? {
    guard let ranking = result.rankings.first, !ranking.prompts.isEmpty else { return nil }
    let shown: [SimilarityMeasure] = [
      .centredCosineDistance, .sinkhorn, .centredUnitSinkhorn, .exact, .meanAbsoluteDifference, .cosine,
      .spearman, .divergence,
    ].filter {
      measure in ranking.prompts.contains { $0.values[measure] != nil }
    }
    let crossed = [SimilarityMeasure.centredCosineDistance, .sinkhorn].filter { measure in
      ranking.prompts.contains { $0.cross?[measure] != nil }
    }
    return Parts.section("prompts", "Prompt by prompt") {
      Element(
        "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Prompt by prompt"]
      ) {
        Element("table") {
          Element("thead") {
            Element("tr") {
              Element("th", ["scope": "col", "class": "num"], text: "No.")
              Element("th", ["scope": "col"], text: "Prompt")
              Element("th", ["scope": "col", "class": "num"], text: "Steps")
              shown.map {
                Element("th", ["scope": "col", "class": "num"], text: SimilarityParts.shortTitle($0))
              }
              crossed.map {
                Element(
                  "th", ["scope": "col", "class": "num"],
                  text: "\(SimilarityParts.shortTitle($0)), other task")
              }
            }
          }
          Element("tbody") { ranking.prompts.map { promptRow($0, shown, crossed) } }
        }
      }
    }
  }

  private func promptRow(
    _ row: PromptSimilarity, _ shown: [SimilarityMeasure], _ crossed: [SimilarityMeasure]
  ) -> Element {
    let heat = result.heatMaps.firstIndex { $0.prompt == row.prompt }
    let text = promptText(row.prompt, limit: 120)
    return Element("tr") {
      Element("td", ["class": "num"], text: NumberText.counted(row.prompt))
      Element("td", ["class": "prompttext"]) {
        if let heat {
          Element("button", ["type": "button", "data-heat": "\(heat)", "title": "Show its heat map"]) {
            Element("bdi", text: text)
          }
        } else {
          Element("bdi", text: text)
        }
      }
      Element("td", ["class": "num"], text: "\(row.steps)")
      shown.map { Element("td", ["class": "num"], text: SimilarityParts.number(row.values[$0])) }
      crossed.map { Element("td", ["class": "num"], text: SimilarityParts.number(row.cross?[$0])) }
    }
  }

  private var provenance: Element {
    Parts.section("provenance", "Where this comes from") {
      Element("div", ["class": "pair"]) {
        SimilarityParts.run("First run", result.first)
        SimilarityParts.run("Second run", result.second)
      }
      if let cross = result.cross { SimilarityParts.run("Run of another task", cross) }
      Element("h3", text: "Comparison")
      Parts.facts(
        SimilarityParts.settings(result.settings)
          + [
            result.map.map { map in
              (
                "Map",
                .text(
                  "\(map.source) → \(map.target), \(NumberText.grouped(map.matched)) of \(NumberText.grouped(map.total)) with a target"
                )
              )
            } ?? ("Map", .text("none: one vocabulary")),
            ("Written by", .text(result.tool)),
          ])
    }
  }
}
