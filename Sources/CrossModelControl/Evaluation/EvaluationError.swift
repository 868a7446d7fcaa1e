public import CMCPrimitives

/// Why an evaluation cannot be done, or compared.
public enum EvaluationError: DescribedError, Equatable {
  /// Two evaluations share no item that has a metric.
  case nothingInCommon(metric: String)
  /// An evaluation none of whose items has a metric that is needed.
  case noMetric(metric: String, file: String)
  /// Two evaluations have different records by one number.
  case otherRecords(number: Int)
  /// A text cannot be scored, for want of a token before it.
  case noBeginning(record: Int)
  /// A finished item of an earlier run that cannot be read; items are counted from 1.
  case damagedItem(number: Int, reason: String)

  /// What is wrong, and with which record.
  public var description: String {
    switch self {
    case .nothingInCommon(let metric): "no item has \(metric) in both evaluations"
    case .noMetric(let metric, let file): "\(oneLine(file)): no item has \(metric)"
    case .otherRecords(let number): "record \(number) is not the same in both evaluations"
    case .noBeginning(let record): "record \(record): \(SteeringError.noBeginning)"
    case .damagedItem(let number, let reason): "item \(number): \(oneLine(reason))"
    }
  }

  /// What to do.
  public var hint: String? {
    switch self {
    case .nothingInCommon, .otherRecords: "compare evaluations of the same file of records"
    case .noMetric(let metric, _):
      metric == "rouge_l"
        ? "evaluate it with --max-tokens above 0: prompts must be answered"
        : "evaluate TOFU's perturbed file of the set: wrong answers are needed"
    case .noBeginning: SteeringError.noBeginning.hint
    case .damagedItem: "remove the file to begin anew"
    }
  }
}
