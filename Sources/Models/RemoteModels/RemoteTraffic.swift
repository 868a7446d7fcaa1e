/// What was asked of a server, and what it took.
public struct RemoteTraffic: Sendable, Equatable {
  /// How many requests were sent, those that were sent again included.
  public var requests = 0
  /// How many bytes were sent.
  public var sent = 0
  /// How many bytes came.
  public var received = 0
  /// How often log-probabilities came; more than once for a token where it needed more of them.
  public var answers = 0
}
