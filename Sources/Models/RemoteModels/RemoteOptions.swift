/// How a server is asked.
public struct RemoteOptions: Sendable, Equatable {
  /// How many of the most likely tokens are asked for at first; more where a choice needs more.
  public var usualCount = 1000
  /// How much of the probability may be left out at a step where tokens are drawn.
  public var restLimit = 0.01
  /// How long an answer may take, in seconds.
  public var timeout = 60.0
  /// How often a request that has failed is sent again.
  public var retries = 3
  /// What the server wants to know of its clients; nil for nothing.
  public var key: String?

  /// 1000 tokens, a share of 0.01, 60 seconds, 3 retries, no key.
  public init() {}
}
