internal import CMCHTTPClient
internal import CMCLanguageModel
internal import CMCPrimitives

/// What a server that runs a model did not do as it should.
package struct RemoteError: TextFailure, Equatable {
  /// What went wrong.
  package enum Problem: Sendable, Equatable {
    /// No answer, however often it was asked.
    case unanswered(reason: String, tries: Int)
    /// It answers, and speaks neither as llama.cpp's server nor as OpenAI's.
    case unknownServer(status: Int)
    /// It refuses a request: the status, and its own words.
    case refused(status: Int, message: String)
    /// It answers with something that cannot be used.
    case unusable(String)
    /// It runs another model than before, or has another tokenizer.
    case changed(what: String, before: String, now: String)
    /// Its tokenizer is not the one that was named.
    case otherTokenizer(text: String, theirs: String, ours: String)
    /// It tells fewer log-probabilities than all where all are needed.
    case notAll(known: Int, of: Int)
    /// A history that it has no room for.
    case contextOverflow(tokens: Int, limit: Int)
  }

  /// The server's address.
  package let server: String
  /// What went wrong.
  package let problem: Problem

  init(_ server: HTTPAddress, _ problem: Problem) {
    self.server = server.description
    self.problem = problem
  }

  /// The server and what went wrong.
  package var description: String {
    let reason =
      switch problem {
      case .unanswered(let reason, let tries): "\(reason), tried \(tries == 1 ? "once" : "\(tries) times")"
      case .unknownServer(let status):
        "is no llama.cpp server and no OpenAI-compatible one: GET /v1/models gives status \(status)"
      case .refused(let status, let message): "refuses with status \(status): \(message)"
      case .unusable(let reason): "an answer that cannot be used: \(reason)"
      case .changed(let what, let before, let now): "its \(what) has changed, from \(before) to \(now)"
      case .otherTokenizer(let text, let theirs, let ours):
        "its tokenizer is another: “\(text)” is \(theirs) there and \(ours) here"
      case .notAll(let known, let all): "tells \(known) of \(all) log-probabilities where all are needed"
      case .contextOverflow(let tokens, let limit): "\(tokens) tokens, and there is room for \(limit)"
      }
    return "\(server): \(reason)"
  }

  /// What to do.
  package var hint: String? {
    switch problem {
    case .unanswered:
      "is the server running there? --remote-timeout and --remote-retries say how long is waited"
    case .unknownServer: "give the address that its API is under, without /v1"
    case .refused(401, _), .refused(403, _): "give the key by --remote-key-file"
    case .refused, .unusable, .contextOverflow: nil
    case .changed: "run it again with the server as it is now"
    case .otherTokenizer: "name the tokenizer of the server's model by --user-tokenizer"
    case .notAll: "let the server tell more: vLLM by --max-logprobs -1"
    }
  }

  /// Whether other texts can be written all the same.
  package var isOfTextAlone: Bool {
    switch problem {
    case .unusable, .contextOverflow: true
    case .refused(let status, _): status == 400 || status == 413 || status == 422
    case .unanswered, .unknownServer, .changed, .otherTokenizer, .notAll: false
    }
  }
}
