internal import CMCEvaluation
internal import CMCFastJSON
internal import CMCPrimitives

/// A comparison of two evaluations, for people and programs.
enum ComparisonRendering {
  /// The result in lines.
  static func text(
    _ c: EvaluationComparison, _ a: [EvaluationItem], _ b: [EvaluationItem], names: [String]
  ) -> String {
    var lines = [
      "\(names[1]) against \(names[0]), \(c.metric)",
      "better \(c.wins), worse \(c.losses), the same \(c.ties)",
      line("difference", c.difference),
    ]
    lines += c.groups.map { line($0.name, $0.difference) }
    let (first, second) = (byNumber(a), byNumber(b))
    if !c.worst.isEmpty { lines.append("The worst items:") }
    for number in c.worst {
      guard let one = first[number], let other = second[number] else { continue }
      let (before, after) = (one.metric(c.metric) ?? 0, other.metric(c.metric) ?? 0)
      lines.append(
        "  \(number): \(fourDecimals(before)) → \(fourDecimals(after)); \(other.score.tokens) tokens, "
          + "\(other.score.unmatched) unmatched, \(other.score.reencodes) times encoded anew")
      for (label, text) in [
        ("prompt", one.prompt), ("answer", one.answer), ("first", one.generated), ("second", other.generated),
      ] {
        if let text {
          lines.append("    \(EvaluationRendering.padded(label, 8))\(oneLine(text, limit: 200))")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The result in one line.
  static func summary(_ c: EvaluationComparison, names: [String]) -> String {
    "\(names[1]) against \(names[0]), \(c.metric): better \(c.wins), worse \(c.losses), the same \(c.ties); "
      + "difference \(interval(c.difference))"
  }

  private static func line(_ name: String, _ e: Estimate) -> String {
    EvaluationRendering.padded(name, 26)
      + "\(fourDecimals(e.value))   \(range(e))"
  }

  private static func interval(_ e: Estimate) -> String {
    "\(fourDecimals(e.value)), \(range(e))"
  }

  private static func range(_ e: Estimate) -> String {
    "95 % \(fourDecimals(e.low)) … \(fourDecimals(e.high)), \(e.count) items"
  }

  private static func byNumber(_ items: [EvaluationItem]) -> [Int: EvaluationItem] {
    Dictionary(items.map { ($0.number, $0) }) { one, _ in one }
  }

  /// The result as JSON.
  static func json(
    _ c: EvaluationComparison, _ a: [EvaluationItem], _ b: [EvaluationItem], names: [String]
  ) -> [UInt8] {
    let (first, second) = (byNumber(a), byNumber(b))
    var json = JSONWriter(.readable)
    func write(_ e: Estimate, _ json: inout JSONWriter) {
      json.object { json in
        json.member("value", e.value)
        json.member("low", e.low)
        json.member("high", e.high)
        json.member("count", e.count)
      }
    }
    json.object { json in
      json.member("version", 1)
      json.key("files")
      json.array { json in for name in names { json.value(name) } }
      json.member("metric", c.metric)
      json.member("wins", c.wins)
      json.member("losses", c.losses)
      json.member("ties", c.ties)
      json.key("difference")
      write(c.difference, &json)
      json.key("groups")
      json.object { json in
        for group in c.groups {
          json.key(group.name)
          write(group.difference, &json)
        }
      }
      json.key("worst")
      json.array { json in
        for number in c.worst {
          json.object { json in
            json.member("number", number)
            json.member("first", first[number]?.metric(c.metric) ?? 0)
            json.member("second", second[number]?.metric(c.metric) ?? 0)
            json.member("prompt", first[number]?.prompt)
            json.member("answer", first[number]?.answer)
            json.member("first_generated", first[number]?.generated)
            json.member("second_generated", second[number]?.generated)
            json.member("unmatched", second[number]?.score.unmatched ?? 0)
            json.member("reencodes", second[number]?.score.reencodes ?? 0)
          }
        }
      }
    }
    json.endLine()
    return json.bytes
  }
}
