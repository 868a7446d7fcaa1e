internal import CMCEvaluation
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCReporting

/// The page of the closed loop: one delta model, two users with different vocabularies, and every control.
package struct ClosedLoopReport: Sendable {
  /// The result.
  package var result: ClosedLoopResult

  /// Takes a result.
  package init(_ result: ClosedLoopResult) { self.result = result }

  /// The id of the second user with the delta model through the map of the method.
  static let steered = ClosedLoopSystemID.twoDelta

  /// The page: one HTML file that loads nothing.
  ///
  /// - Throws: `MarkupError`.
  package func html() throws -> [UInt8] {
    let sections = try sections()
    return try ReportPage(
      title: "The closed loop of cross-model control", eyebrow: "Closed loop",
      headline: [.text("One delta model, two vocabularies")], lede: lede,
      style: PageResource.text(PackageResources.closed_loop_css) + "\n" + PageResource.matrixTableStyle,
      content: (stats.isEmpty ? [] : [.element(Parts.stats(stats))]) + [.element(contents(sections))]
        + sections.map { .element(Parts.section($0.id, $0.title, $0.body)) }, tool: result.tool
    ).bytes()
  }

  /// A part of the page.
  struct Section {
    let id: String
    let title: String
    let body: () -> [Node]
  }

  /// The sections in the order of the page; what has no data is left out.
  private func sections() throws -> [Section] {
    let sweep = try sweep()
    return [
      claims, Section(id: "pieces", title: "How the pieces fit", body: pieces), alignment, systems, maps,
      beyond, comparisons,
      sweep, shifts, attributes, examples, provenance,
    ].compactMap { $0 }
  }

  private func contents(_ sections: [Section]) -> Element {
    Element("nav", ["class": "contents no-print", "aria-label": "Sections of this page"]) {
      Element("ul") {
        sections.map { section in
          Element("li") { Element("a", ["href": "#\(section.id)"], text: section.title) }
        }
      }
    }
  }

  // MARK: - At the top

  private var lede: String {
    let held = result.claims.count { $0.holds }
    let verdict =
      result.claims.isEmpty
      ? ""
      : " \(held) of the \(result.claims.count) things that the loop should show \(held == 1 ? "holds" : "hold")."
    return
      "A small delta model learnt a task beside one language model. Here it steers that model, and a second one with another vocabulary through a token map, on \(NumberText.grouped(result.prompts)) prompts that none of them has seen.\(verdict)"
  }

  private var stats: [(name: String, value: String, remark: String)] {
    var items: [(name: String, value: String, remark: String)] = []
    func add(_ name: String, _ id: ClosedLoopSystemID, beside others: [(String, ClosedLoopSystemID)]) {
      guard let system = result.system(id) else { return }
      let beside = others.compactMap { words, id in
        result.system(id).map { "\(words) \(ClosedLoopParts.percent($0.exactMatch.value))" }
      }
      items.append(
        (
          name, ClosedLoopParts.percent(system.exactMatch.value),
          (["exact match"] + beside).joined(separator: "; ")
        ))
    }
    add("First user + delta", .oneDelta, beside: [("alone", .baseOne), ("LoRA", .loraOne)])
    add("Second user + delta", Self.steered, beside: [("alone", .baseTwo), ("LoRA", .loraTwo)])
    add("Second user, shuffled map", .two(through: .shuffled1), beside: [])
    if let share = result.loraShare {
      items.append(
        (
          "Share of LoRA's gain", ClosedLoopParts.percent(share.value),
          "first user; 95 % from \(ClosedLoopParts.interval(share))"
        ))
    } else {
      add("Delta model alone", .deltaAloneMapped, beside: [])
    }
    return items
  }

  private var claims: Section? {
    guard !result.claims.isEmpty else { return nil }
    return Section(id: "claims", title: "What the loop should show, and whether it does") {
      [
        .element(
          Element("ul", ["class": "claims"]) {
            result.claims.map { claim in
              Element("li") {
                ClosedLoopParts.mark(claim.holds, yes: "Yes", no: "No")
                Element("span", text: claim.text)
              }
            }
          })
      ]
    }
  }

  // MARK: - At the end

  private var provenance: Section {
    Section(id: "provenance", title: "Where this comes from") {
      [
        .element(
          Parts.facts([
            ("Models", .element(Element("code", text: result.models))),
            (
              "Seed of the world",
              .text("\(result.worldSeed): the people, places and things that the models learnt")
            ),
            ("Seed", .text("\(result.seed): the prompts, the shuffled maps and the resamples")),
            ("Prompts", .text(NumberText.grouped(result.prompts))),
            (
              "Intervals",
              .text(
                "95 %: of shares of prompts Wilson's; of differences, and of the share of LoRA's gain, by a bootstrap over prompts, each drawn with all that was answered to it"
              )
            ),
            ("Took", .text("\(NumberText.fixed(result.seconds, digits: 1)) s")),
            ("Memory", .text("\(NumberText.grouped(result.peakMemory >> 20)) MB at most")),
            ("Written by", .text(result.tool)),
          ])), .element(Element("h3", text: "Files beside this page")),
        .element(
          Parts.facts(
            [
              ("demo.json", "all figures of this page; cmc report draws the page from it again"),
              ("prompts.jsonl", "the prompts with their right answers"),
              ("responses.jsonl", "the right answers alone, for cmc capture"),
              ("maps/", "the token maps, for cmc inspect and cmc report"),
              ("evaluations/", "what each system wrote to each prompt, for cmc evaluate --compare"),
              result.shifts == nil ? nil : ("runs/", "the captured shifts, for cmc similarity"),
              result.shifts == nil ? nil : ("shifts.json", "how alike they are, for cmc report"),
            ].compactMap { $0 }.map { ($0.0, .text($0.1)) })),
      ]
    }
  }
}
