internal import CMCFastJSON
internal import CMCPrimitives

extension RemoteClient {
  /// What the server runs.
  ///
  /// - Throws: ``RemoteError``.
  func identity() throws(RemoteError) -> RemoteIdentity {
    let models = try ask("/v1/models")
    guard case .json(let list) = models, let first = list["data"]?.elements.first,
      let name = first["id"]?.string
    else {
      switch models {
      case .json: throw RemoteError(address, .unusable("GET /v1/models lists no model"))
      case .refusal(let status, _) where status == 404 || status == 405:
        throw RemoteError(address, .unknownServer(status: status))
      case .lost(let reason): throw RemoteError(address, .unanswered(reason: reason, tries: 1))
      case .refusal(let status, let message):
        throw RemoteError(address, .refused(status: status, message: message))
      }
    }
    if case .json(let properties) = try ask("/props"),
      let settings = properties["default_generation_settings"]
    {
      return try llamaCpp(name, first, properties, settings)
    }
    var traits: [String] = []
    if let root = first["root"]?.string, root != name { traits.append("of \(root)") }
    let length = first["max_model_len"]?.int
    return RemoteIdentity(
      dialect: .openAI, model: name, traits: traits, contextLength: max(1, (length ?? .max) - 1), width: nil,
      slots: nil)
  }

  private func llamaCpp(
    _ name: String, _ model: JSONValue, _ properties: JSONValue, _ settings: JSONValue
  ) throws(RemoteError) -> RemoteIdentity {
    guard let length = settings["n_ctx"]?.int, length > 1 else {
      throw RemoteError(address, .unusable("GET /props does not say the context's length"))
    }
    let meta = model["meta"]
    var traits: [String] = []
    if let path = properties["model_path"]?.string, path != name { traits.append(path) }
    for (key, unit) in [("n_params", "parameters"), ("size", "bytes"), ("n_vocab", "tokens")] {
      if let number = meta?[key]?.int { traits.append("\(number) \(unit)") }
    }
    return RemoteIdentity(
      dialect: .llamaCpp, model: name, traits: traits, contextLength: length - 1,
      width: meta?["n_vocab"]?.int.flatMap { (1...1 << 24).contains($0) ? $0 : nil },
      slots: properties["total_slots"]?.int)
  }

  /// The tokens of a text by the server, nothing put around it; nil where the server encodes no texts.
  ///
  /// - Throws: ``RemoteError``.
  func encode(_ text: String, _ identity: RemoteIdentity) throws(RemoteError) -> [Int32]? {
    var json = JSONWriter(.compact)
    json.object { json in
      switch identity.dialect {
      case .llamaCpp:
        json.member("content", text)
        json.member("add_special", false)
      case .openAI:
        json.member("model", identity.model)
        json.member("prompt", text)
        json.member("add_special_tokens", false)
      }
    }
    switch try ask("/tokenize", json.bytes) {
    case .refusal, .lost: return nil
    case .json(let root):
      guard let tokens = root["tokens"], tokens.isArray else {
        throw RemoteError(address, .unusable("POST /tokenize gives no tokens"))
      }
      return tokens.elements.map { $0.int.flatMap { Int32(exactly: $0) } ?? -1 }
    }
  }
}
