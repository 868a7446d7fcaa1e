internal import CMCPrimitives

/// The most likely tokens of a position with their log-probabilities, and what is known of all others.
package struct RankedLogits: Sendable, Equatable {
  /// The tokens, the most likely first; of equal ones the lower id.
  package let ids: [Int32]
  /// Their log-probabilities.
  package let values: [Float]
  /// How many tokens there are.
  package let width: Int
  /// No other token has a log-probability above this; -∞ where there is no other.
  package let ceiling: Float
  /// Whether asking for more gives no more.
  package let isLast: Bool
  /// The probability of all other tokens together is not above this.
  package let rest: Double

  /// By how much the probabilities of so many tokens together may differ from 1.
  ///
  /// Engines sum them one by one in single precision: each sum is off by a unit of its last place at most. llama.cpp's server
  /// was off by 2.6e-4 with 49 152 tokens, where this says 2.9e-3.
  package static func sumTolerance(_ width: Int) -> Double { max(1e-4, Double(width) * 0x1p-24) }

  /// Takes what an engine has answered.
  ///
  /// - Parameters:
  ///   - answer: Tokens with their log-probabilities, in any order: the most likely ones, of which none is left out.
  ///   - asked: How many were asked for.
  ///   - width: How many tokens there are.
  ///   - least: Below this the engine's log-probabilities say nothing but that.
  ///   - isLast: Whether the engine gives no more than were asked for.
  /// - Throws: ``RankedLogitsError`` for what is no distribution of these tokens.
  package init(
    _ answer: [(id: Int, value: Double)], asked: Int, width: Int, least: Float, isLast: Bool = false
  ) throws(RankedLogitsError) {
    if answer.isEmpty { throw .nothing }
    let tolerance = Self.sumTolerance(width)
    var isSeen = [Bool](repeating: false, count: width)
    var sum = 0.0
    for (id, value) in answer {
      guard (0..<width).contains(id) else { throw .beyond(id: id, width: width) }
      guard !isSeen[id] else { throw .twice(id: id) }
      guard !value.isNaN, value <= tolerance else { throw .noProbability(id: id, value: value) }
      isSeen[id] = true
      sum += exponential(value)
    }
    guard sum <= 1.01 + tolerance else { throw .sum(sum) }
    let sorted = answer.sorted { $0.value > $1.value || ($0.value == $1.value && $0.id < $1.id) }
    let known = sorted.prefix { Float($0.value) >= least }
    ids = known.map { Int32($0.id) }
    values = known.map { Float($0.value) }
    self.width = width
    self.isLast = isLast || sorted.count < asked || sorted.count >= width || known.count < sorted.count
    if known.count == width {
      (ceiling, rest) = (-.infinity, 0)
    } else {
      let lowest = Float(sorted[min(asked, sorted.count) - 1].value)
      ceiling = known.count < sorted.count ? least : lowest
      rest = min(1, max(0, 1 - sum) + tolerance)
    }
  }

  /// Whether every token's log-probability is known.
  package var knowsAll: Bool { ids.count == width }
}

/// Why an answer is no distribution of tokens.
package enum RankedLogitsError: DescribedError, Equatable {
  /// No token at all.
  case nothing
  /// A token that there is not.
  case beyond(id: Int, width: Int)
  /// A token that has two.
  case twice(id: Int)
  /// A number that is no logarithm of a probability.
  case noProbability(id: Int, value: Double)
  /// Probabilities that are more than 1 together.
  case sum(Double)

  /// What is wrong.
  package var description: String {
    switch self {
    case .nothing: "no token has a log-probability"
    case .beyond(let id, let width): "token \(id) has a log-probability, and there are \(width) tokens"
    case .twice(let id): "token \(id) has two log-probabilities"
    case .noProbability(let id, let value): "token \(id) has \(value) where a log-probability belongs"
    case .sum(let sum): "the probabilities are \(sum) together"
    }
  }
}
