/// How far a choice that was made without all of the user model's logits is the one that all of them would make.
///
/// Only where another engine runs the user model; a model that runs here gives all of them.
public enum Exactness: Sendable, Equatable, Codable {
  /// It is: no token that was not looked at can change it.
  case proved
  /// It is: all logits were there.
  case full
  /// It was drawn, and tokens that were not looked at have at most this share of the probability together.
  case bounded(Double)

  /// The name in files.
  public var name: String {
    switch self {
    case .proved: "proved"
    case .full: "full"
    case .bounded: "bounded"
    }
  }

  /// The share that may be missing; 0 where nothing is.
  public var bound: Double { if case .bounded(let share) = self { share } else { 0 } }

  /// What holds of several choices: the largest bound, or that all are exact.
  ///
  /// - Returns: Nil for none.
  package static func worst(_ all: some Sequence<Exactness>) -> Exactness? {
    all.reduce(nil as Exactness?) { worst, next in
      guard let worst else { return next }
      if worst.bound != next.bound { return worst.bound > next.bound ? worst : next }
      return worst == .full ? next : worst
    }
  }
}
