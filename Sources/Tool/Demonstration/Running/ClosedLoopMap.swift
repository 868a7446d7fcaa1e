internal import CMCAlignment
internal import CrossModelControl

/// The maps from the second user's vocabulary to the first's that are compared.
package enum ClosedLoopMap: String, CaseIterable, Sendable {
  /// The rule of the method.
  case pmMined = "pm-mined"
  /// Equal bytes alone.
  case exact
  /// PM-MinED, and edit distance for what it leaves.
  case fallback
  /// Edit distance alone.
  case mined
  /// The delta model's own pieces.
  case retokenize
  /// The first of them alone, one-to-one.
  case firstPiece = "first-piece"
  /// A control: targets permuted.
  case shuffled1 = "shuffled-1"
  /// A second one.
  case shuffled2 = "shuffled-2"
  /// A third one.
  case shuffled3 = "shuffled-3"

  /// In words.
  package var title: String {
    switch self {
    case .pmMined: "PM-MinED"
    case .exact: "exact matches only"
    case .fallback: "PM-MinED, then edit distance"
    case .mined: "edit distance"
    case .retokenize: "retokenized"
    case .firstPiece: "first piece"
    case .shuffled1: "shuffled map 1"
    case .shuffled2: "shuffled map 2"
    case .shuffled3: "shuffled map 3"
    }
  }

  /// The rules that make it; nil for those that are shuffled.
  func rules(threads: Int) -> AlignmentRules? {
    switch self {
    case .pmMined: AlignmentRules(threads: threads)
    case .exact: AlignmentRules(method: .exact, threads: threads)
    case .fallback: AlignmentRules(fallback: .mined, threads: threads)
    case .mined: AlignmentRules(method: .mined, threads: threads)
    case .retokenize: AlignmentRules(method: .retokenize, threads: threads)
    case .firstPiece: AlignmentRules(method: .firstPiece, threads: threads)
    case .shuffled1, .shuffled2, .shuffled3: nil
    }
  }

  /// Which of the shuffled maps it is; added to the seed.
  package var shuffle: UInt64 {
    switch self {
    case .shuffled2: 1
    case .shuffled3: 2
    default: 0
    }
  }

  /// The controls.
  package static let shuffles: [ClosedLoopMap] = [.shuffled1, .shuffled2, .shuffled3]
}
