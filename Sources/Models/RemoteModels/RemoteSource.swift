internal import CMCFastJSON
internal import CMCHTTPClient
package import CMCLanguageModel
internal import CMCPrimitives

/// A history of tokens on a model that a server runs.
///
/// The server is sent the whole history each time and keeps what it has read of it. Each history has a connection of its own,
/// and waits for its answers: it belongs to the thread of its text.
package final class RemoteSource: RankedLogitSource {
  /// The server.
  package let server: RemoteServer
  /// The history.
  package private(set) var tokens: [Int32] = []
  /// No log-probability that was not told of the row given last is above this.
  package private(set) var ceiling = -Float.infinity
  private let slot: Int?
  private let client: RemoteClient
  /// Whether the server has been found to be what it was, since the text began and over this connection.
  private var isChecked = false

  init(_ server: RemoteServer, slot: Int?) {
    self.server = server
    self.slot = slot
    client = RemoteClient(server.address, server.options)
  }

  deinit { server.leave(slot: slot) }

  /// The number of logits of a position.
  package var logitsWidth: Int { server.logitsWidth }
  /// The number of tokens.
  package var vocabularySize: Int { server.logitsWidth }
  /// The largest number of tokens the history can have, one more behind them.
  package var contextLength: Int { server.identity.contextLength }
  /// How many tokens are worth asking for at first.
  package var usualCount: Int { server.options.usualCount }
  /// How much of the probability may be left out where a token is drawn.
  package var restLimit: Double { server.options.restLimit }

  /// Appends tokens; where logits are wanted, asks for those of each position, all of them.
  ///
  /// - Throws: ``RemoteError``, `RankedLogitsError` in one, and what `receive` throws.
  package func extend(
    _ ids: [Int32], logits: LogitPositions, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let before = tokens.count
    guard ids.count <= contextLength - before else {
      throw RemoteError(
        server.address, .contextOverflow(tokens: before + ids.count, limit: contextLength))
    }
    for id in ids where id < 0 || Int(id) >= logitsWidth {
      throw LanguageModelError.token(id: id, limit: logitsWidth)
    }
    do {
      for (place, id) in ids.enumerated() {
        tokens.append(id)
        guard logits == .all || (logits == .last && place == ids.count - 1) else { continue }
        let row = try all()
        try row.withUnsafeBufferPointer { try receive(before + place, $0) }
      }
    } catch {
      truncate(to: before)
      throw error
    }
  }

  /// Cuts the history back.
  package func truncate(to count: Int) {
    if count <= 0 { isChecked = false }
    if count < tokens.count { tokens.removeLast(tokens.count - max(0, count)) }
  }

  /// All log-probabilities; those that the server's numbers have no room for are the largest that they can be.
  private func all() throws -> [Float] {
    let known = try ranked(logitsWidth)
    guard known.knowsAll || known.ceiling <= server.identity.dialect.least else {
      throw RemoteError(server.address, .notAll(known: known.ids.count, of: logitsWidth))
    }
    ceiling = known.ceiling
    var row = [Float](repeating: known.ceiling, count: logitsWidth)
    for (id, value) in zip(known.ids, known.values) { row[Int(id)] = value }
    return row
  }

  /// The most likely tokens behind the history.
  ///
  /// - Throws: ``RemoteError``.
  package func ranked(_ count: Int) throws -> RankedLogits {
    let wanted = min(count, logitsWidth)
    while true {
      let asked = min(wanted, server.most ?? wanted)
      let body = server.identity.dialect.request(
        tokens, count: asked, model: server.identity.model, slot: slot, plain: server.probe.ids.last ?? 0)
      defer { server.count(client) }
      switch try answer(body) {
      case .json(let root):
        server.count(client, answers: 1)
        return try read(root, asked: asked, isLast: asked < wanted)
      case .refusal(let status, let message):
        // vLLM says how many it gives at most.
        if let most = Self.most(message), most < asked, most > 0 {
          server.most = most
          continue
        }
        throw RemoteError(server.address, .refused(status: status, message: message))
      case .lost(let reason): throw RemoteError(server.address, .unanswered(reason: reason, tries: 1))
      }
    }
  }

  /// Asks; whenever there is a new connection, looks first whether it leads to the same model.
  private func answer(_ body: [UInt8]) throws(RemoteError) -> RemoteClient.Answer {
    let path = server.identity.dialect.completionPath
    var reason = ""
    for _ in 0...server.options.retries {
      if !isChecked || !client.isConnected {
        try server.check(client)
        isChecked = true
      }
      let answer = try client.ask(path, body, onlyHere: true)
      guard case .lost(let why) = answer else { return answer }
      reason = why
    }
    throw RemoteError(server.address, .unanswered(reason: reason, tries: server.options.retries + 1))
  }

  private func read(_ root: JSONValue, asked: Int, isLast: Bool) throws(RemoteError) -> RankedLogits {
    do {
      let (pairs, name) = try server.identity.dialect.read(root, tokens: tokens.count)
      try server.check(name: name)
      return try RankedLogits(
        pairs, asked: asked, width: logitsWidth, least: server.identity.dialect.least, isLast: isLast)
    } catch let error as RemoteError {
      throw error
    } catch {
      throw RemoteError(server.address, .unusable("\(error)"))
    }
  }

  /// The number behind “max allowed:” in a refusal.
  static func most(_ message: String) -> Int? {
    guard let range = message.firstRange(of: "max allowed: ") else { return nil }
    return Int(message[range.upperBound...].prefix { $0.isASCII && $0.isNumber })
  }
}
