internal import CMCPrimitives

/// Why a request has no answer.
package enum HTTPFailure: DescribedError, Equatable {
  /// The host's name is not known.
  case unknownHost(String)
  /// Nobody takes the connection, or it broke: what was being done, and the system's words.
  case broken(String)
  /// Time ran out, in seconds.
  case timedOut(seconds: Double)
  /// The answer ended before all of it was there.
  case truncated(got: Int, wanted: Int?)
  /// What came is no answer of HTTP.
  case malformed(String)
  /// The answer is longer than is taken.
  case tooLong(limit: Int)

  /// What went wrong.
  package var description: String {
    switch self {
    case .unknownHost(let reason): "the host is not known: \(reason)"
    case .broken(let reason): reason
    case .timedOut(let seconds):
      "no answer within \(NumberText.fixed(seconds, digits: seconds < 10 ? 1 : 0)) s"
    case .truncated(let got, let wanted?): "the answer ended after \(got) of \(wanted) bytes"
    case .truncated(let got, nil): "the answer ended after \(got) bytes, before its end"
    case .malformed(let reason): "the answer is no HTTP: \(reason)"
    case .tooLong(let limit): "the answer has more than \(limit) bytes"
    }
  }

  /// Whether the same request may have an answer another time.
  package var isPassing: Bool {
    switch self {
    case .broken, .timedOut, .truncated: true
    case .unknownHost, .malformed, .tooLong: false
    }
  }
}
