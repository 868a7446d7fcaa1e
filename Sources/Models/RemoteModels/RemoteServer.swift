internal import CMCFastJSON
package import CMCHTTPClient
internal import CMCPrimitives

/// A server that runs a model, looked at and found to be one: what histories are begun on.
package final class RemoteServer: Sendable {
  /// Where it is.
  package let address: HTTPAddress
  /// How it is asked.
  package let options: RemoteOptions
  /// What it runs.
  package let identity: RemoteIdentity
  /// How many logits its model gives.
  package let logitsWidth: Int
  /// Whether the server's tokenizer could be compared with the one that is here.
  package let comparesTokenizers: Bool
  let probe: TokenizerProbe
  private let state: Guarded<State>

  private struct State {
    var traffic = RemoteTraffic()
    /// How many histories go on from each of those that the server keeps.
    var users: [Int]
    /// How many log-probabilities the server gives at most, once it has refused more.
    var most: Int?
    /// The model's name in answers.
    var name: String?
  }

  /// Looks what a server is.
  ///
  /// - Parameters:
  ///   - address: Where it is; `/v1` at its end is left out.
  ///   - probe: What is encoded there too.
  ///   - width: How many logits there are where the server does not say.
  /// - Throws: ``RemoteError``, `HTTPAddressError`.
  package init(
    _ address: String, options: RemoteOptions = RemoteOptions(), probe: TokenizerProbe, width: Int
  ) throws {
    var text = address[...]
    while text.hasSuffix("/") { text = text.dropLast() }
    if text.hasSuffix("/v1") { text = text.dropLast(3) }
    self.address = try HTTPAddress(String(text))
    self.options = options
    self.probe = probe
    let client = RemoteClient(self.address, options)
    identity = try client.identity()
    logitsWidth = identity.width ?? width
    state = Guarded(State(users: [Int](repeating: 0, count: min(1024, max(0, identity.slots ?? 0)))))
    let theirs = try client.encode(TokenizerProbe.text, identity)
    comparesTokenizers = theirs != nil
    if let theirs, theirs != probe.ids {
      throw RemoteError(
        self.address,
        .otherTokenizer(text: TokenizerProbe.text, theirs: "\(theirs)", ours: "\(probe.ids)"))
    }
    count(client)
  }

  /// What has been asked so far.
  package var traffic: RemoteTraffic { state.withLock { $0.traffic } }

  /// An empty history.
  package func source() -> RemoteSource {
    let slot = state.withLock { state -> Int? in
      guard let least = state.users.min(), let slot = state.users.firstIndex(of: least) else { return nil }
      state.users[slot] += 1
      return slot
    }
    return RemoteSource(self, slot: slot)
  }

  /// Says that a history has ended.
  func leave(slot: Int?) {
    if let slot { state.withLock { $0.users[slot] -= 1 } }
  }

  /// Whether the server is what it was.
  ///
  /// - Throws: ``RemoteError`` with ``RemoteError/Problem/changed(what:before:now:)``.
  func check(_ client: RemoteClient) throws(RemoteError) {
    let now = try client.identity()
    guard now.dialect == identity.dialect, now.model == identity.model, now.traits == identity.traits,
      now.width == identity.width
    else {
      throw RemoteError(address, .changed(what: "model", before: identity.summary, now: now.summary))
    }
    guard comparesTokenizers else { return }
    let theirs = try client.encode(TokenizerProbe.text, now)
    if theirs != probe.ids {
      throw RemoteError(
        address, .changed(what: "tokenizer", before: "\(probe.ids)", now: theirs.map { "\($0)" } ?? "none"))
    }
  }

  /// Whether an answer names the model that the answers before it named.
  ///
  /// - Throws: ``RemoteError`` with ``RemoteError/Problem/changed(what:before:now:)``.
  func check(name: String?) throws(RemoteError) {
    guard let name else { return }
    let before = state.withLock { state in
      defer { state.name = name }
      return state.name ?? name
    }
    if before != name { throw RemoteError(address, .changed(what: "model", before: before, now: name)) }
  }

  /// How many log-probabilities the server gives at most, as far as is known.
  var most: Int? {
    get { state.withLock { $0.most } }
    set { state.withLock { $0.most = newValue } }
  }

  /// Notes what a client has sent and received since it was counted last.
  func count(_ client: RemoteClient, answers: Int = 0) {
    let new = client.takeTraffic()
    state.withLock { state in
      state.traffic.requests += new.requests
      state.traffic.sent += new.sent
      state.traffic.received += new.received
      state.traffic.answers += answers
    }
  }
}
