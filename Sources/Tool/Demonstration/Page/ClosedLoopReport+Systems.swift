internal import CMCEvaluation
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCReporting

extension ClosedLoopReport {
  /// Every system, by what kind of system it is.
  var systems: Section? {
    guard !result.systems.isEmpty else { return nil }
    return Section(id: "systems", title: "Every system") {
      [
        .element(
          Element(
            "p", ["class": "note"],
            text:
              "An exact match is an answer that is right to the last character and ends there. Format, name and value say which part of a record is right; the value may also stand anywhere, as in the plain answers of the users as they are. Token accuracy and loss are measured on the right answers; nats compare within one user, since the other has other tokens."
          )), .element(ClosedLoopParts.users), .element(systemTable),
      ]
    }
  }

  private var systemTable: Element {
    let columns: [(name: String, kind: String)] = [
      ("System", "first"), ("Exact match, %", "scored"), ("95 %", "num"), ("Format", "num"), ("Name", "num"),
      ("Value", "num"), ("Value anywhere", "num"), ("Tokens right", "num"), ("Nats a token", "num"),
      ("Weights, MB", "num"),
      ("Tokens/s", "num"), ("Seconds", "num"),
    ]
    return ClosedLoopParts.table(
      "Every system",
      caption: "Shares in per cent of \(NumberText.grouped(result.prompts)) prompts, or of tokens",
      classes: "dense", columns: columns
    ) {
      for group in ClosedLoopResult.Group.allCases {
        let own = result.systems.filter { $0.group == group }
        if !own.isEmpty {
          Element("tbody") {
            Element("tr", ["class": "group"]) {
              Element("th", ["scope": "rowgroup", "colspan": "\(columns.count)"]) {
                Element("span", text: Self.title(group))
              }
            }
            own.map(row)
          }
        }
      }
    }
  }

  /// What a group of systems is, in plain words.
  static func title(_ group: ClosedLoopResult.Group) -> String {
    switch group {
    case .baseline: "Without help: no model at all, and both users as they are"
    case .alone: "The delta model without a user"
    case .tuned: "Tuned for the task themselves: what there is to reach"
    case .steered: "Steered by the delta model"
    case .map: "Steered through another map"
    case .otherDelta: "With delta models that were trained otherwise"
    }
  }

  private func row(_ system: ClosedLoopResult.System) -> Element {
    func number(_ text: String?) -> Element { Element("td", ["class": "num"], text: text ?? "–") }
    func share(_ estimate: Estimate?) -> Element {
      number(estimate.map { ClosedLoopParts.hundredths($0.value) })
    }
    return Element("tr", ["class": system.id == Self.steered ? "chosen" : "plain"]) {
      Element("th", ["scope": "row", "class": "first"], text: system.title)
      Element("td", ["class": "scored"]) {
        ClosedLoopParts.score(system.exactMatch, ClosedLoopParts.kind(system.user))
      }
      number(ClosedLoopParts.interval(system.exactMatch))
      share(system.format)
      share(system.name)
      share(system.value)
      share(system.mention)
      share(system.accuracy)
      number(system.loss.map { NumberText.fixed($0, digits: 3) })
      number(system.weightBytes.map(Self.megabytes))
      number(system.tokensPerSecond.map { NumberText.grouped(Self.whole($0)) })
      number(system.seconds.map { NumberText.fixed($0, digits: 1) })
    }
  }

  /// The next whole number; 0 for what no whole number is near to.
  private static func whole(_ value: Double) -> Int { Int(exactly: value.rounded()) ?? 0 }

  // MARK: - Maps

  /// The second user through every map.
  var maps: Section? {
    let shown = result.systems.filter { $0.id == Self.steered || $0.group == .map }
    guard shown.count > 1 else { return nil }
    return Section(id: "maps", title: "Does the map matter?") {
      [
        .element(
          Element(
            "p", ["class": "note"],
            text:
              "The second user with the same delta model, through maps that were made by other rules. A shuffled map has the same targets in the wrong places: what it scores is what the delta model is worth without a map. PM-MinED asks for the longest prefix of a token that the delta model has, which need not be what the delta model begins the token with; the first piece of the delta model's own encoding is, and it alone has all that retokenizing gains over PM-MinED. Looking further along the pieces does not pay: the delta model's scores of a step are a shift and a number that is the same for all its tokens, so those of two steps do not add up. To the right, how each map places the tokens of the right answers."
          )),
        .element(
          Element("ul", ["class": "legend kinds"]) {
            ClosedLoopParts.placements.map { placement in
              Element("li") {
                Element("i", ["class": "chip k-\(placement.kind)", "aria-hidden": "true"])
                placement.name
              }
            }
          }),
        .element(
          ClosedLoopParts.table(
            "Maps", caption: "Exact matches in per cent; differences in points, prompts drawn in pairs",
            classes: "few",
            columns: [
              ("Map", "first"), ("Exact match, %", "scored"), ("95 %", "num"), ("PM-MinED less this", "num"),
              ("95 %", "num"), ("Tokens of right answers", "scored"),
            ]
          ) { Element("tbody") { shown.map(mapRow) } }),
      ]
    }
  }

  private func mapRow(_ system: ClosedLoopResult.System) -> Element {
    let difference = result.comparisons.first { $0.better == Self.steered && $0.worse == system.id }?
      .difference
    return Element("tr", ["class": system.id == Self.steered ? "chosen" : "plain"]) {
      Element("th", ["scope": "row", "class": "first"], text: system.map ?? system.title)
      Element("td", ["class": "scored"]) {
        ClosedLoopParts.score(system.exactMatch, ClosedLoopParts.kind(system.user))
      }
      Element("td", ["class": "num"], text: ClosedLoopParts.interval(system.exactMatch))
      Element(
        "td", ["class": "num"],
        text: difference.map { ClosedLoopParts.hundredths($0.value, isSigned: true) } ?? "–")
      Element(
        "td", ["class": "num"], text: difference.map { ClosedLoopParts.interval($0, isSigned: true) } ?? "–")
      Element("td", ["class": "scored"]) {
        if let placed = system.placed { ClosedLoopParts.bar(placed) }
      }
    }
  }
}
