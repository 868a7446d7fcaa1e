public import CMCPrimitives

/// Why a steered model cannot do what is asked.
public enum SteeringError: DescribedError, Equatable {
  /// A text cannot be scored, for want of a token before it.
  case noBeginning
  /// A check of one map needs one delta model that is no pair.
  case notOneDelta(count: Int)

  /// What is missing.
  public var description: String {
    switch self {
    case .noBeginning: "a text, and a model has no token that begins one"
    case .notOneDelta(let count):
      "one delta model that is no pair can be verified at a time; there are \(count)"
    }
  }

  /// What to do.
  public var hint: String? {
    switch self {
    case .noBeginning: "give records with a prompt"
    case .notOneDelta: "verify each map by itself"
    }
  }
}
