internal import CMCLogitShift
internal import CMCPrimitives

/// The difference of each prompt as a dot, with the mean and its interval.
struct DifferenceFigure {
  let test: PairedTest

  /// The figure.
  var figure: Figure {
    let values = test.differences.filter(\.isFinite)
    let reach = max(values.map(\.magnitude).max() ?? 1, .leastNormalMagnitude) * 1.08
    var figure = Figure(
      width: 420, height: 112, title: "Difference of each prompt",
      summary: "\(values.count { $0 < 0 }) of \(values.count) prompts are closer within the task")
    let (left, right, middle) = (24.0, 396.0, 40.0)
    let across = { (value: Double) in (left + right) / 2 + value / reach * (right - left) / 2 }
    for tick in Axis.ticks(-reach, reach, count: 5) {
      figure.line([(across(tick), 8), (across(tick), 76)], tick == 0 ? .muted : .line)
      figure.text(across(tick), 102, Axis.name(tick), size: 13, .middle)
    }
    // Dots of the same place are stacked in a fixed zigzag.
    for (place, value) in values.sorted().enumerated() {
      figure.marks.append(
        .dot(
          Figure.Point(across(value), middle + Double((place * 7) % 9 - 4) * 5), radius: 3.6,
          value < 0 ? .exact : .prefix, remark: SimilarityParts.number(value)))
    }
    if let interval = test.interval {
      figure.line([(across(interval.low), 80), (across(interval.high), 80)], .ink, width: 3)
    }
    figure.marks.append(.dot(Figure.Point(across(test.meanDifference), 80), radius: 5, .ink, remark: "mean"))
    return figure
  }
}
