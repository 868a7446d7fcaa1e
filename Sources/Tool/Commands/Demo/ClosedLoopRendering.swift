internal import CMCDemonstration
internal import CMCEvaluation
internal import CMCPrimitives

/// The closed loop for a terminal.
enum ClosedLoopRendering {
  static func text(_ result: ClosedLoopResult, page: String) -> String {
    var text = """
      The second user's \(grouped(result.alignment.tokens)) tokens in the delta model's vocabulary: \(shares(result.alignment)).
      Those of the right answers: \(shares(result.answers)).

      Task A on \(result.prompts) prompts about people that no model has seen: a question, answered with a record.

      """
    text += systems(result) + "\n" + comparisons(result) + beyond(result)
    if !result.sweep.isEmpty {
      var table = TextTable([("α", .right), ("first user", .right), ("second user", .right)])
      for point in result.sweep {
        table.add([number(point.alpha, 2), number(point.one.value), number(point.two.value)])
      }
      text += "\nExact matches over α\n" + table.text(indent: 2)
    }
    if let shifts = result.shifts { text += "\n" + self.shifts(shifts) }
    text += "\nWhat the loop should show\n"
    for claim in result.claims { text += "  \(claim.holds ? "yes" : "NO ")  \(claim.text)\n" }
    text +=
      "\n\(fixed(result.seconds, digits: 1)) s, \(result.peakMemory >> 20) MB. Open \(page)\n"
    return text
  }

  private static func shares(_ shares: ClosedLoopResult.TokenShares) -> String {
    let parts: [(KeyPath<ClosedLoopResult.TokenShares, Int>, String)] = [
      (\.exact, "exact"), (\.shorter, "to a shorter one"), (\.longer, "to a longer one"),
      (\.other, "otherwise"),
      (\.unmatched, "unmatched"),
    ]
    return parts.filter { shares[keyPath: $0.0] > 0 }.map {
      "\(NumberText.percent(shares.share($0.0), digits: 1)) \($0.1)"
    }.joined(separator: ", ")
  }

  private static func systems(_ result: ClosedLoopResult) -> String {
    var table = TextTable([
      ("", .left), ("exact match", .right), ("95 %", .left), ("format", .right), ("name", .right),
      ("value", .right), ("value anywhere", .right), ("nats/token", .right),
    ])
    for system in result.systems {
      table.add([
        system.title, number(system.exactMatch.value), interval(system.exactMatch),
        number(system.format.value), number(system.name.value), number(system.value.value),
        system.mention.map { number($0.value) } ?? "",
        system.loss.map { number($0) } ?? "",
      ])
    }
    return table.text()
  }

  private static func comparisons(_ result: ClosedLoopResult) -> String {
    var table = TextTable([
      ("prompt by prompt", .left), ("difference", .right), ("95 %", .left), ("better", .right),
      ("worse", .right),
    ])
    for one in result.comparisons {
      table.add([
        "\(title(one.better, result)) − \(title(one.worse, result))", number(one.difference.value),
        interval(one.difference), "\(one.wins)", "\(one.losses)",
      ])
    }
    return table.text()
  }

  /// What a user answers under no steering, so that its limits are not read as the map's.
  private static func beyond(_ result: ClosedLoopResult) -> String {
    (result.beyond ?? []).map { beyond in
      let name = beyond.user == .one ? "first" : "second"
      let parts = beyond.attributes.map { "\($0.name) \($0.prompts) of \($0.total)" }
      var text = "\nWhat the \(name) user itself cannot do: \(beyond.prompts) of \(result.prompts) prompts"
      text += " it answers under none of \(beyond.steerings) steerings"
      text += parts.isEmpty ? "\n" : " (\(parts.joined(separator: ", ")))\n"
      var table = TextTable([
        ("", .left), ("of these", .right), ("of the others", .right), ("95 %", .left),
      ])
      for system in beyond.systems {
        table.add([
          title(system.id, result), "\(system.answered)", number(system.rest.value), interval(system.rest),
        ])
      }
      return text + table.text(indent: 2)
    }.joined()
  }

  private static func title(_ id: ClosedLoopSystemID, _ result: ClosedLoopResult) -> String {
    result.system(id)?.title ?? id.rawValue
  }

  private static func shifts(_ shifts: ClosedLoopResult.Shifts) -> String {
    var text = ""
    let tables = [
      shifts.centred.map { ("centred cosine distance", $0) }, ("cosine", shifts.cosine),
      ("Sinkhorn divergence", shifts.sinkhorn),
    ]
    for (name, values) in tables.compactMap(\.self) {
      var table = TextTable(
        [("columns of ↓, shifts of →", .left)] + shifts.runs.map { ($0, .right) })
      for (row, cells) in values.enumerated() {
        table.add([shifts.runs[row]] + cells.map { $0.map { number($0) } ?? "–" })
      }
      text += "Shifts of the logits by tuning, \(name), \(shifts.prompts) prompts\n" + table.text(indent: 2)
    }
    if let share = shifts.meanShare {
      text += "  each step's mean is \(percent(share)) of the squared shifts of the two users\n"
    }
    return text
  }

  static func number(_ value: Double, _ digits: Int = 3) -> String {
    fixed(value, digits: digits)
  }

  private static func interval(_ e: Estimate) -> String { "\(number(e.low)) to \(number(e.high))" }
}
