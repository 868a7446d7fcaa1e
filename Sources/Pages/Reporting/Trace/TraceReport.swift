package import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCMarkup
internal import CMCPrimitives

/// The page of a traced generation: the text coloured by how each token reaches the delta model, and each step's lists.
package struct TraceReport: Sendable {
  /// The trace.
  package var trace: GenerationTrace

  /// Takes a trace.
  package init(_ trace: GenerationTrace) { self.trace = trace }

  /// The page: one HTML file that loads nothing.
  ///
  /// - Parameter source: What tells its source from others of the same name; the run where left out.
  /// - Throws: `MarkupError`.
  package func html(source: String? = nil) throws -> [UInt8] {
    let names = trace.deltas.map(\.name).joined(separator: " + ")
    let steered = names.isEmpty ? "alone" : "steered by \(names)"
    var page = try ReportPage(
      title: "\(trace.user) · generation", eyebrow: "Generation, step by step",
      headline: names.isEmpty
        ? [.text(trace.user)]
        : [
          .text(trace.user), .element(Element("span", ["class": "to", "aria-hidden": "true"], text: "←")),
          .element(Element("span", ["class": "unseen"], text: " steered by ")), .text(names),
        ],
      lede: "What \(trace.user) \(steered) wrote, and at every step which tokens each model held best.",
      style: PageResource.traceStyle, script: PageResource.traceScript, data: [("trace-data", data())],
      content: content(),
      tool: trace.tool
    )
    page.source = source ?? trace.run
    return try page.bytes()
  }

  private static func look(_ match: String) -> String { match == "unmatched" ? "none" : match }

  private func count(_ match: String) -> Int { trace.steps.count { $0.match == match } }

  private func content() throws -> [Node] {
    let total = trace.steps.count
    let changed = trace.steps.count(where: \.isChanged)
    let mean = trace.steps.reduce(0) { $0 + $1.userLogProbability } / Double(max(1, total))
    let figure = try StepFigure(trace: trace).figure.scrolling()
    return [
      .element(
        Parts.stats([
          ("Steps", NumberText.grouped(total), "ended by \(trace.stop)"),
          ("Choices changed", Parts.share(changed, of: total), "\(changed) of \(total) by the delta model"),
          (
            "Exact tokens", Parts.share(count("exact"), of: total),
            "enter the delta model's history as they are"
          ),
          ("Log-probability", Parts.signed(mean), "mean, under the user model alone"),
        ])),
      .element(text), .element(chart(figure)), .element(table), .element(provenance),
    ]
  }

  private var text: Element {
    Parts.section("text", "Text") {
      Parts.legend(
        [
          ("exact", "exact", count("exact"), trace.steps.count),
          ("prefix", "by prefix", count("prefix"), trace.steps.count),
          ("other", "otherwise", count("other"), trace.steps.count),
          ("none", "no target", count("unmatched"), trace.steps.count),
        ].filter { $0.2 > 0 }.map { (kind: $0.0, name: $0.1, count: $0.2, total: $0.3) })
      Element("p", ["class": "note"]) {
        "Underlined where the user model alone would have chosen another token. Point at a token, or move with the arrow keys; a click holds it."
      }
      Element("p", ["class": "prompt", "title": "The prompt"], text: trace.prompt)
      Element(
        "div",
        ["id": "flow", "class": "flow", "role": "listbox", "tabindex": "0", "aria-label": "Generated tokens"]
      ) { trace.steps.enumerated().map { token($0.offset, $0.element) } }
      Element(
        "div", ["id": "step", "role": "region", "aria-live": "polite", "aria-label": "The selected step"]
      ) {
        Element("noscript") {
          Element("p", ["class": "note"], text: "The lists of each step need JavaScript.")
        }
      }
    }
  }

  private func token(_ place: Int, _ step: GenerationTrace.Step) -> Element {
    let spoken = "\(step.piece), \(step.match)" + (step.isChanged ? ", changed" : "")
    return Element(
      "span",
      [
        "role": "option", "id": "step-\(place + 1)", "aria-selected": "false", "aria-label": spoken,
        "class": "m-\(Self.look(step.match))" + (step.isChanged ? " changed" : ""),
      ]
    ) {
      if let text = step.text, text.allSatisfy(\.isNewline), !text.isEmpty {
        Element("span", ["class": "mark", "aria-hidden": "true"], text: "↵")
        flowing(text)
      } else if let text = step.text, !text.isEmpty {
        flowing(text)
      } else {
        Parts.token(step.piece)
      }
    }
  }

  /// A token's text as the flow takes it.
  ///
  /// Tokens run on as the text does, whichever way it is read. One with characters that only a name shows stands apart:
  /// the name is no part of the text, and what reads from right to left would turn it round.
  private func flowing(_ text: String) -> [Node] {
    [VisibleText.string(text) == text ? .text(text) : .element(Parts.token(text))]
  }

  private func chart(_ figure: Element) -> Element {
    Parts.section("steps-figure", "How likely the user model alone found each token") {
      Element("figure", ["class": "figure"]) {
        figure
        Element(
          "figcaption",
          text:
            "Log-probability of the chosen token under the user model: the longer a bar, the less likely that model found it. A dot over a bar marks a step where the user model alone would have chosen another token."
        )
      }
    }
  }

  private var table: Element {
    Parts.section("steps", "All steps") {
      Element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "All steps"]) {
        Element("table") {
          Element("thead") {
            Element("tr") {
              for (name, isNumber) in [
                ("Step", true), ("Token", false), ("Id", true), ("Match", false), ("User log-prob", true),
                ("Delta term", true), ("Score", true), ("User model alone", false),
              ] {
                Element("th", ["scope": "col", "class": isNumber ? "num" : "text"], text: name)
              }
            }
          }
          Element("tbody") { trace.steps.enumerated().map { row($0.offset, $0.element) } }
        }
      }
    }
  }

  private func row(_ place: Int, _ step: GenerationTrace.Step) -> Element {
    Element("tr") {
      Element("td", ["class": "num"]) { Element("a", ["href": "#step=\(place + 1)"], text: "\(place + 1)") }
      Element("td") { Parts.token(step.piece) }
      Element("td", ["class": "num"], text: "\(step.id)")
      Element("td") { Element("span", ["class": "tag t-\(Self.look(step.match))"], text: step.match) }
      for value in [step.userLogProbability, step.deltaTerm, step.score] {
        Element("td", ["class": "num"], text: Parts.signed(value))
      }
      Element("td") { if step.isChanged, let best = step.userTop.first { Parts.token(best.piece) } }
    }
  }

  private var provenance: Element {
    Parts.section("provenance", "Where this comes from") {
      Parts.facts(
        [("User model", .text(trace.user))]
          + trace.deltas.map { delta in
            (
              "Delta model",
              .text("\(delta.name), α = \("\(delta.alpha)".replacing("-", with: "−")), map: \(delta.map)")
            )
          } + [
            ("Scores", .text(trace.mode)), ("Tokens without a target", .text(trace.unmatched)),
            ("Written by", .text(trace.tool)),
          ])
    }
  }

  /// The lists for the script.
  private func data() -> [UInt8] {
    var json = JSONWriter(.compact)
    json.array { json in
      for step in trace.steps {
        json.object { json in
          json.member("id", step.id)
          json.member("piece", VisibleText.string(step.piece))
          json.member("match", step.match)
          json.member("p", step.userLogProbability)
          json.member("d", step.deltaTerm)
          json.member("changed", step.isChanged)
          json.member("reencoded", step.isReencoded)
          json.key("user")
          Self.write(step.userTop, &json)
          json.key("deltas")
          json.array { json in for top in step.deltaTop { Self.write(top, &json) } }
          json.key("combined")
          Self.write(step.combinedTop, &json)
        }
      }
    }
    return json.bytes
  }

  private static func write(_ candidates: [GenerationTrace.Candidate], _ json: inout JSONWriter) {
    json.array { json in
      for candidate in candidates {
        json.object { json in
          json.member("id", candidate.id)
          json.member("piece", VisibleText.string(candidate.piece))
          json.member("value", (candidate.value * 1000).rounded() / 1000)
        }
      }
    }
  }
}
