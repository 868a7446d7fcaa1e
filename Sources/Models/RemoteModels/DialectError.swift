internal import CMCPrimitives

/// Why an answer of a server cannot be used, though it is JSON of the right form.
enum DialectError: DescribedError, Equatable {
  /// The server has cut the prompt.
  case truncated
  /// The server has read another prompt.
  case otherPrompt(sent: Int, read: Int)
  /// There is no position with log-probabilities.
  case noToken
  /// A token is there by its text, which may be that of several.
  case noID(String)

  var description: String {
    switch self {
    case .truncated: "the server has cut the prompt"
    case .otherPrompt(let sent, let read): "\(sent) tokens were sent, and the server has read \(read)"
    case .noToken: "no position has log-probabilities"
    case .noID(let key): "a token is given as “\(key)”, not by its id"
    }
  }
}
