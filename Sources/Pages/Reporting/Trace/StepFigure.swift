internal import CMCControlledDecoding
internal import CMCPrimitives

/// The log-probability of each chosen token under the user model alone, with a mark over each choice that steering changed.
struct StepFigure {
  let trace: GenerationTrace

  /// The figure: a bar a step, hanging from 0, and a dot above it where the user model alone would have chosen another token.
  var figure: Figure {
    let values = trace.steps.map(\.userLogProbability)
    let lowest = min(-1, (values.filter(\.isFinite).min() ?? -1).rounded(.down))
    var figure = Figure(
      width: 960, height: 190, title: "Log-probability of each chosen token under the user model",
      summary:
        "\(values.count) steps, \(trace.steps.count(where: \.isChanged)) of them changed, lowest \(NumberText.fixed(lowest, digits: 0))"
    )
    let (left, right, top, height) = (34.0, 950.0, 16.0, 148.0)
    let depth = -lowest
    let spacing = [1.0, 2, 5, 10, 20, 50].first { depth / $0 <= 5 } ?? 100
    for tick in stride(from: 0.0, through: depth, by: spacing) {
      let y = top + tick / depth * height
      figure.line([(left, y), (right, y)], .line)
      figure.text(left - 8, y + 4, NumberText.fixed(-tick, digits: 0), size: 11, .end)
    }
    let step = (right - left) / Double(max(1, values.count))
    for (place, item) in trace.steps.enumerated() {
      let value = item.userLogProbability.isFinite ? item.userLogProbability : lowest
      figure.rectangle(
        left + Double(place) * step + min(1, step * 0.1), top, max(0.5, step - min(2, step * 0.2)),
        max(1, -value / depth * height), Self.paint(item.match),
        remark: Self.remark(place, item))
      if item.isChanged {
        figure.marks.append(
          .dot(
            Figure.Point(left + (Double(place) + 0.5) * step, 8), radius: max(0.8, min(3.2, step * 0.4)),
            .ink,
            remark: Self.remark(place, item)))
      }
    }
    for place in [1, values.count] where values.count > 1 {
      figure.text(
        left + (Double(place) - 0.5) * step, top + height + 18, place == 1 ? "step 1" : "\(place)", size: 11,
        place == 1 ? .start : .end)
    }
    return figure
  }

  /// What the pointer is told of a step.
  private static func remark(_ place: Int, _ step: GenerationTrace.Step) -> String {
    let name = "step \(NumberText.counted(place)): \(step.piece), \(Parts.signed(step.userLogProbability))"
    return name + (step.isChanged ? ", changed" : "")
  }

  private static func paint(_ match: String) -> Figure.Paint {
    switch match {
    case "exact": .exact
    case "prefix": .prefix
    case "unmatched": .unmatched
    default: .other
    }
  }
}
