internal import CMCEvaluation
internal import CMCPrimitives

/// An evaluation for people.
enum EvaluationRendering {
  /// The main figures.
  static func line(_ file: EvaluationFile) -> String {
    "\(file.system) on \(file.items.count) records of \(file.data)\(errors(file.failed)): "
      + file.summary.metrics.map { "\($0.name) \(fourDecimals($0.estimate.value))" }.joined(separator: ", ")
  }

  /// A line a metric.
  static func text(_ file: EvaluationFile) -> String {
    var lines = ["\(file.system) on \(file.items.count) records of \(file.data)\(errors(file.failed))"]
    for metric in file.summary.metrics {
      let e = metric.estimate
      lines.append(
        padded(metric.name.replacing("_", with: " "), 20)
          + "\(fourDecimals(e.value))   95 % \(fourDecimals(e.low)) … \(fourDecimals(e.high)), \(e.count) items"
      )
    }
    if let quality = file.summary.forgetQuality {
      lines.append(
        padded("forget quality", 20)
          + "p = \(NumberText.probability(quality.pValue)), D = \(fourDecimals(quality.statistic)), "
          + "wrong answers by their \(file.summary.forgetMean.rawValue) mean")
    }
    lines.append(
      padded("cost", 20)
        + "\(fourDecimals(file.seconds)) s, \(Int(file.tokensPerSecond)) tokens/s generated, "
        + "memory \(file.peakMemory >> 20) MB")
    return lines.joined(separator: "\n") + "\n"
  }

  /// How many items are errors, where any are.
  static func errors(_ count: Int) -> String { count > 0 ? ", \(count) of them errors" : "" }

  /// A text filled up with blanks.
  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
