public import CMCPrimitives

/// Why a steered model cannot do what is asked.
public enum SteeringError: DescribedError, Equatable {
  /// A text cannot be scored, for want of a token before it.
  case noBeginning
  /// A check of one map needs one delta model that is no pair.
  case notOneDelta(count: Int)
  /// A server's model where one has to run here.
  case remote(String)
  /// A server's model without the files of its tokenizer.
  case remoteTokenizer(String)

  /// What is missing.
  public var description: String {
    switch self {
    case .noBeginning: "a text, and a model has no token that begins one"
    case .notOneDelta(let count):
      "one delta model that is no pair can be verified at a time; there are \(count)"
    case .remote(let address): "\(address): a model that a server runs cannot be used here"
    case .remoteTokenizer(let address): "\(address): the files of the model's tokenizer are needed here"
    }
  }

  /// What to do.
  public var hint: String? {
    switch self {
    case .noBeginning: "give records with a prompt"
    case .notOneDelta: "verify each map by itself"
    case .remote: "it can be the user model of cmc generate and cmc evaluate, and no other"
    case .remoteTokenizer: "name them by --user-tokenizer"
    }
  }
}
