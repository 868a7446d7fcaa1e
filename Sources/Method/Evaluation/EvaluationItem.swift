internal import CMCPrimitives
internal import CMCPrompts

/// What was measured of one record.
public struct EvaluationItem: Sendable, Equatable {
  /// The record's number, from 1.
  public var number: Int
  /// The prompt; nil for a text.
  public var prompt: String?
  /// The right answer.
  public var answer: String
  /// How likely it is.
  public var score: AnswerScore
  /// The geometric mean probability of the answer in other words.
  public var paraphraseProbability: Double?
  /// Those of the wrong answers.
  public var perturbedProbabilities: [Double]
  /// What was generated.
  public var generated: String?
  /// Whether it ended as answers do.
  public var isEnded: Bool?
  /// What ROUGE-L takes for a word.
  public var rougeTokens = RougeTokens.unicode
  /// Why the record could not be measured; it counts in no metric then.
  public var error: String?

  /// Nothing measured yet.
  public init(number: Int, record: EvaluationRecord, score: AnswerScore) {
    self.number = number
    prompt = record.prompt?.text
    answer = record.answer
    self.score = score
    perturbedProbabilities = []
  }

  /// A record that could not be measured.
  public init(number: Int, record: EvaluationRecord, error: String) {
    self.init(number: number, record: record, score: AnswerScore())
    self.error = error
  }

  /// TOFU's R: the mean probability of the wrong answers over that of the right one in other words (or as it is).
  public var truthRatio: Double? { truthRatio(.arithmetic) }

  /// The mean probability of the wrong answers, by one mean or another, over that of the right one in other words.
  public func truthRatio(_ mean: WrongAnswersMean) -> Double? {
    guard !perturbedProbabilities.isEmpty else { return nil }
    let right = paraphraseProbability ?? score.probability
    guard right > 0 else { return nil }
    let count = Double(perturbedProbabilities.count)
    switch mean {
    case .arithmetic: return perturbedProbabilities.reduce(0, +) / count / right
    case .geometric:
      // The mean of losses: one answer that is out of the question makes the mean nothing.
      return exponential(perturbedProbabilities.reduce(0) { $0 + logarithm($1) } / count) / right
    }
  }

  /// The right answer's share of the probabilities of all answers: for sets of questions with choices.
  public var choiceProbability: Double? {
    guard !perturbedProbabilities.isEmpty else { return nil }
    let sum = score.probability + perturbedProbabilities.reduce(0, +)
    return sum > 0 ? score.probability / sum : nil
  }

  /// ROUGE-L recall of what was generated.
  public var rougeL: Double? {
    generated.map { RougeL.recall($0, reference: answer, tokens: rougeTokens) }
  }

  /// Whether exactly the answer was generated, and ended.
  public var isExactMatch: Bool? {
    generated.map { trimmed($0) == trimmed(answer) && isEnded == true }
  }

  /// A metric by its name.
  public func metric(_ name: String) -> Double? {
    if error != nil { return nil }
    return switch name {
    case "probability": score.probability
    case "accuracy": score.tokens == 0 ? nil : Double(score.correct) / Double(score.tokens)
    case "truth_ratio": truthRatio
    case "truth": truthRatio.map { max(0, 1 - $0) }
    case "forget_truth_ratio": truthRatio.map { $0 > 0 ? min($0, 1 / $0) : 0 }
    case "choice_probability": choiceProbability
    case "rouge_l": rougeL
    case "exact_match": isExactMatch.map { $0 ? 1 : 0 }
    default: nil
    }
  }

  /// The metrics that are means over items, in the order of reports.
  public static let metrics = [
    "exact_match", "rouge_l", "probability", "truth_ratio", "truth", "forget_truth_ratio",
    "choice_probability",
  ]
}

/// How the probabilities of several wrong answers are one.
public enum WrongAnswersMean: String, Sendable, Equatable, Codable, CaseIterable {
  /// The mean of their losses, as TOFU's public code takes it for forget quality.
  case geometric
  /// The mean of their probabilities, as TOFU's paper defines the truth ratio and its code takes it for model utility.
  case arithmetic
}

/// A text without blanks at its ends, as bytes, so that only equal texts are equal.
package func trimmed(_ text: String) -> [UInt8] {
  var bytes = Array(text.utf8)[...]
  while let first = bytes.first, first <= 0x20 { bytes = bytes.dropFirst() }
  while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
  return Array(bytes)
}
