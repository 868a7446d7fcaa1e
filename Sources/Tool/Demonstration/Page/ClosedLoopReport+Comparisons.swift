internal import CMCEvaluation
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCReporting

extension ClosedLoopReport {
  /// Systems against each other on the same prompts.
  var comparisons: Section? {
    guard !result.comparisons.isEmpty else { return nil }
    return Section(id: "comparisons", title: "Prompt by prompt") {
      let scale = DifferenceScale(result.comparisons.map(\.difference))
      return [
        .element(
          Element(
            "p", ["class": "note"],
            text:
              "Exact matches of the first system less those of the second, in points of a hundred, each prompt compared with itself. An interval that does not cross 0 says that the one is better on such prompts, and not only on these."
          )),
        .element(
          ClosedLoopParts.table(
            "Prompt by prompt",
            caption: "Only the one, only the other: prompts that one system answers and the other does not",
            classes: "few",
            columns: [
              ("Systems", "first"), ("Difference", "num"), ("with its interval", "forest"), ("95 %", "num"),
              ("Only the one", "num"),
              ("Only the other", "num"),
            ]
          ) {
            Element("tbody") {
              Element("tr", ["class": "ticks", "aria-hidden": "true"]) {
                Element("td")
                Element("td")
                Element("td", ["class": "forest"]) { scale.ticks }
                Element("td", ["colspan": "3"])
              }
              result.comparisons.map { row($0, scale) }
            }
          }),
      ]
    }
  }

  private func row(_ comparison: ClosedLoopResult.Comparison, _ scale: DifferenceScale) -> Element {
    let difference = comparison.difference
    return Element("tr") {
      Element("th", ["scope": "row", "class": "first versus"]) {
        Element("span", text: title(of: comparison.better))
        Element("small", text: "less \(title(of: comparison.worse))")
      }
      Element("td", ["class": "num"]) {
        Element("b", text: ClosedLoopParts.hundredths(difference.value, isSigned: true))
      }
      Element("td", ["class": "forest"]) { scale.mark(difference) }
      Element("td", ["class": "num"], text: ClosedLoopParts.interval(difference, isSigned: true))
      Element("td", ["class": "num"], text: NumberText.grouped(comparison.wins))
      Element("td", ["class": "num"], text: NumberText.grouped(comparison.losses))
    }
  }

  /// What a system is called.
  func title(of id: ClosedLoopSystemID) -> String { result.system(id)?.title ?? id.rawValue }

  // MARK: - α

  /// Both users over α.
  func sweep() throws -> Section? {
    guard !result.sweep.isEmpty else { return nil }
    let figure = try CurveFigure(
      title: "Exact matches over α", xName: "α",
      curves: [
        curve("first user", .exact, \.one), curve("second user", .prefix, \.two),
      ], isShare: true
    ).figure.scrolling()
    return Section(id: "sweep", title: "How much of the delta model") {
      [
        .element(
          Element(
            "p", ["class": "note"],
            text: "The factor α of the delta model's scores: at 0 the users are as they are, at 1 as trained."
          ))
      ] + [
        .element(
          Element("div", ["class": "pair curves"]) {
            Element("figure", ["class": "figure"]) { figure }
            Element("div") {
              ClosedLoopParts.table(
                "Exact matches over α, in numbers", caption: "Exact matches in per cent, with 95 % intervals",
                classes: "few slim",
                columns: [
                  ("α", "num"), ("First user", "num"), ("95 %", "num"), ("Second user", "num"),
                  ("95 %", "num"),
                ]
              ) {
                Element("tbody") {
                  result.sweep.map { point in
                    Element("tr") {
                      Element("th", ["scope": "row", "class": "num"], text: Axis.name(point.alpha))
                      [point.one, point.two].flatMap { estimate in
                        [
                          Element("td", ["class": "num"]) {
                            Element("b", text: ClosedLoopParts.hundredths(estimate.value))
                          }, Element("td", ["class": "num"], text: ClosedLoopParts.interval(estimate)),
                        ]
                      }
                    }
                  }
                }
              }
            }
          })
      ]
    }
  }

  private func curve(
    _ name: String, _ paint: Figure.Paint, _ user: KeyPath<ClosedLoopResult.SweepPoint, Estimate>
  ) -> CurveFigure.Curve {
    CurveFigure.Curve(
      name: name, paint: paint, points: result.sweep.map { ($0.alpha, $0[keyPath: user].value) },
      intervals: result.sweep.map { ($0[keyPath: user].low, $0[keyPath: user].high) })
  }
}

/// The axis of differences: from the lowest to the highest end of any interval, 0 always on it.
struct DifferenceScale {
  private let low: Double
  private let high: Double

  /// An axis for differences.
  init(_ differences: [Estimate]) {
    let ends = differences.flatMap { [$0.low, $0.high, $0.value] }.filter(\.isFinite)
    let (least, largest) = (min(0, ends.min() ?? 0), max(0, ends.max() ?? 0))
    let margin = max(0.02, (largest - least) * 0.04)
    (low, high) = (least - margin, largest + margin)
  }

  private func place(_ value: Double) -> Double { (value - low) / (high - low) }

  /// The numbers of the axis.
  var ticks: Element {
    Element("span", ["class": "axis"]) {
      Axis.ticks(low, high, count: 6).map { tick in
        Element(
          "span", ["style": "left:\(ClosedLoopParts.place(place(tick)))"],
          text: Parts.signed(tick * 100, digits: 0))
      }
    }
  }

  /// A difference with its interval, before the line of 0.
  func mark(_ difference: Estimate) -> Element {
    let kind = difference.low > 0 ? "k-exact" : difference.high < 0 ? "k-prefix" : "k-none"
    return Element("span", ["class": "range open", "aria-hidden": "true"]) {
      Axis.ticks(low, high, count: 6).map { tick in
        Element(
          "i",
          [
            "class": abs(tick) < 1e-9 ? "zero" : "line",
            "style": "left:\(ClosedLoopParts.place(place(tick)))",
          ])
      }
      ClosedLoopParts.span(place(difference.low), place(difference.high))
      Element(
        "i", ["class": "dot \(kind)", "style": "left:\(ClosedLoopParts.place(place(difference.value)))"])
    }
  }
}
