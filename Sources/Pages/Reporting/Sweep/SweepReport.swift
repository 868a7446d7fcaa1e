package import CMCControlledDecoding
internal import CMCMarkup
internal import CMCPrimitives

/// The page of a sweep: curves over α, and the texts.
package struct SweepReport: Sendable {
  /// The sweep.
  package var sweep: SweepSummary

  /// Takes a sweep.
  package init(_ sweep: SweepSummary) { self.sweep = sweep }

  /// The shares over α.
  package var shares: CurveFigure {
    CurveFigure(
      title: "What the delta model changes", xName: "α",
      curves: [
        .init(
          name: "choices changed", paint: .exact, points: sweep.points.map { ($0.alpha, $0.changedShare) }),
        .init(
          name: "tokens without a target", paint: .prefix,
          points: sweep.points.map { ($0.alpha, $0.unmatchedShare) }),
      ], isShare: true)
  }

  /// The log-probability over α.
  package var likelihood: CurveFigure {
    CurveFigure(
      title: "Mean log-probability under the user model alone", xName: "α",
      curves: [
        .init(
          name: "log-probability", paint: .role,
          points: sweep.points.map { ($0.alpha, $0.meanUserLogProbability) })
      ], isShare: false)
  }

  /// The page: one HTML file that loads nothing.
  ///
  /// - Parameter source: What tells its source from others of the same name; the run where left out.
  /// - Throws: `MarkupError`.
  package func html(source: String? = nil) throws -> [UInt8] {
    let (shares, likelihood) = (try shares.figure.scrolling(), try likelihood.figure.scrolling())
    var page = ReportPage(
      title: "\(sweep.user) · sweep over α", eyebrow: "Sweep",
      headline: [
        .text(sweep.user), .element(Element("span", ["class": "to", "aria-hidden": "true"], text: "←")),
        .element(Element("span", ["class": "unseen"], text: " steered by ")),
        .text(sweep.deltas.joined(separator: " + ")),
      ], lede: "The same prompt at \(sweep.points.count) strengths of the delta model.",
      style: PageResource.sweepStyle,
      content: [
        .element(
          Element("div", ["class": "pair even"]) {
            Parts.section("shares", "Choices") { Element("figure", ["class": "figure"]) { shares } }
            Parts.section("likelihood", "Likelihood") {
              Element("figure", ["class": "figure"]) { likelihood }
            }
          }), .element(texts), .element(provenance),
      ], tool: sweep.tool
    )
    page.source = source ?? sweep.run
    return try page.bytes()
  }

  private var texts: Element {
    Parts.section("texts", "Texts") {
      Element("p", ["class": "note"]) { Element("bdi", text: "After: \(sweep.prompt)") }
      Element("table") {
        Element("thead") {
          Element("tr") {
            for (name, isNumber) in [
              ("α", true), ("Tokens", true), ("Changed", true), ("No target", true), ("Log-prob", true),
              ("Text", false),
            ] {
              Element("th", ["scope": "col", "class": isNumber ? "num" : "text"], text: name)
            }
          }
        }
        Element("tbody") {
          sweep.points.map { point in
            Element("tr") {
              Element("th", ["scope": "row", "class": "num"], text: Axis.name(point.alpha))
              Element("td", ["class": "num"], text: "\(point.tokens)")
              Element("td", ["class": "num"], text: NumberText.percent(point.changedShare, digits: 1))
              Element("td", ["class": "num"], text: NumberText.percent(point.unmatchedShare, digits: 1))
              Element("td", ["class": "num"], text: Parts.signed(point.meanUserLogProbability))
              Element("td", ["class": "sweptext"], text: point.text)
            }
          }
        }
      }
    }
  }

  private var provenance: Element {
    Parts.section("provenance", "Where this comes from") {
      Parts.facts(
        [("User model", .text(sweep.user))] + sweep.deltas.map { ("Delta model", .text($0)) } + [
          ("Scores", .text(sweep.mode)), ("Written by", .text(sweep.tool)),
        ])
    }
  }
}
