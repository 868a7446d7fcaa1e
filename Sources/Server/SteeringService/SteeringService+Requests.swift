internal import CMCAlignment
internal import CMCHashing
internal import CMCPrompts
internal import CMCReporting
package import CMCServing
internal import CMCTokenization
internal import CMCVocabulary
internal import CrossModelControl

extension SteeringService {
  /// `POST /v1/completions`.
  ///
  /// - Throws: ``APIError``.
  package func completions(_ body: [UInt8]) async throws(APIError) -> Answer {
    let request = try CompletionRequest(body)
    let model = try model(request.text.model)
    let encoding = CompletionEncoding(head("cmpl", model))
    var jobs: [TextJob] = []
    for prompt in request.prompts {
      let beginning: SteeredRoom.Beginning =
        switch prompt {
        case .text(let text): .text(text)
        case .ids(let ids): .ids(ids)
        }
      jobs += try self.jobs(
        beginning, request.text, maxTokens: request.maxTokens, top: request.logProbabilities,
        echoes: request.echoes, first: jobs.count, in: model.room, param: "prompt")
    }
    guard request.text.streams else {
      let outcomes = try await whole(jobs, in: model.room, param: "prompt")
      return .whole(
        encoding.json(
          outcomes.map(\.choice),
          usage: Usage(outcomes.map(\.usage), textsOfPrompt: request.text.count)))
    }
    var usage: (@Sendable (Usage) -> [UInt8])?
    if request.text.streamsUsage { usage = { encoding.json([], usage: $0) } }
    return try stream(
      jobs, in: model.room, param: "prompt", textsOfPrompt: request.text.count, begin: { _ in nil },
      event: { encoding.json([$0]) }, usage: usage)
  }

  /// `POST /v1/chat/completions`.
  ///
  /// - Throws: ``APIError``.
  package func chat(_ body: [UInt8]) async throws(APIError) -> Answer {
    let request = try ChatRequest(body)
    let model = try model(request.text.model)
    let encoding = ChatEncoding(head("chatcmpl", model))
    let jobs = try jobs(
      .conversation(request.conversation), request.text, maxTokens: request.text.maxTokens,
      top: request.logProbabilities, first: 0, in: model.room, param: "messages")
    guard request.text.streams else {
      let outcomes = try await whole(jobs, in: model.room, param: "messages")
      return .whole(
        encoding.json(
          outcomes.map(\.choice),
          usage: Usage(outcomes.map(\.usage), textsOfPrompt: request.text.count)))
    }
    var usage: (@Sendable (Usage) -> [UInt8])?
    if request.text.streamsUsage { usage = { encoding.usage($0) } }
    return try stream(
      jobs, in: model.room, param: "messages", textsOfPrompt: request.text.count,
      begin: { encoding.begin($0) }, event: { encoding.chunk($0) }, usage: usage)
  }

  /// `POST /tokenize`.
  ///
  /// - Throws: ``APIError``.
  package func tokenize(_ body: [UInt8]) throws(APIError) -> [UInt8] {
    let request = try TokenizeRequest(body)
    let room = try model(request.model).room
    let tokenizer = room.model.tokenizer
    let ids: [Int32]
    do {
      switch request.input {
      case .conversation(let conversation): ids = try room.userIDs(.conversation(conversation))
      case .text(let text):
        let options = EncodingOptions(
          addsSpecial: request.addsSpecialTokens, parsesSpecial: request.parsesSpecial)
        ids = try tokenizer.encode(text, options: options)
      }
    } catch {
      throw told(error, param: "prompt")
    }
    let vocabulary = tokenizer.description.vocabulary
    let texts = ids.map { String(decoding: vocabulary.canonical[Int($0)], as: UTF8.self) }
    return ListingEncoding.tokenized(
      ids, contextLength: room.contextLength, texts: request.wantsTexts ? texts : nil)
  }

  /// `POST /detokenize`.
  ///
  /// - Throws: ``APIError``.
  package func detokenize(_ body: [UInt8]) throws(APIError) -> [UInt8] {
    let request = try DetokenizeRequest(body)
    let room = try model(request.model).room
    let tokenizer = room.model.tokenizer
    try check(request.ids, room, param: "tokens")
    do {
      return ListingEncoding.detokenized(String(decoding: try tokenizer.decode(request.ids), as: UTF8.self))
    } catch {
      throw told(error, param: "tokens")
    }
  }

  /// `GET /tokenizer_info`.
  ///
  /// - Parameter name: The served model; the first where nil.
  /// - Throws: ``APIError`` for a name that is not served.
  package func tokenizerInfo(_ name: String?) throws(APIError) -> [UInt8] {
    let room = try model(name).room
    let description = room.model.tokenizer.description
    func text(_ role: TokenRole) -> String? {
      description.vocabulary.ids(of: role).first.flatMap {
        String(validating: description.vocabulary.canonical[Int($0)], as: UTF8.self)
      }
    }
    return ListingEncoding.tokenizer(
      ListingEncoding.TokenizerInfo(
        name: description.name, size: description.vocabulary.idLimit, contextLength: room.contextLength,
        special: TokenRole.allCases.compactMap { role in text(role).map { (role.name, $0) } },
        chatTemplate: description.chatTemplate,
        fingerprint: description.vocabulary.fingerprint.hex))
  }

  /// `GET /cmc/row`: where the map takes a token of the user model.
  ///
  /// - Parameters:
  ///   - name: The served model; the first where nil.
  ///   - map: The name of one of its maps; its own where nil.
  ///   - id: The token.
  /// - Throws: ``APIError`` for a model, a map or a token that there is not.
  package func mapRow(_ name: String?, map: String?, id: String?) throws(APIError) -> [UInt8] {
    let room = try room(name, map: map)
    guard let id = id.flatMap({ Int32($0) }) else { throw .field("id", "the id of a token is expected.") }
    try check([id], room, param: "id")
    let row = room.mapRow(id, map: map)
    return ListingEncoding.row(
      row.map {
        ListingEncoding.MapRow(
          id: id, piece: $0.piece, targets: $0.targets, method: $0.entry.method.name,
          distance: Int($0.entry.distance))
      })
  }

  /// `GET /cmc/map`: the page of a map, whose address leads to a token by `#token=ID`.
  ///
  /// - Parameters:
  ///   - name: The served model; the first where nil.
  ///   - map: The name of one of its maps; its own where nil.
  /// - Throws: ``APIError`` for a model or a map that there is not.
  /// - Complexity: O(bytes of both vocabularies); a page is made anew each time.
  package func mapPage(_ name: String?, map: String?) throws(APIError) -> [UInt8] {
    guard let map = try room(name, map: map).map(named: map) else {
      throw .field("model", "this model steers without a map.", code: "map_not_found")
    }
    do {
      return try AlignmentReport(
        map: map, summary: AlignmentSummary(map), placements: SpecialPlacement.all(in: map),
        tool: CrossModelControlVersion.tool
      ).html()
    } catch { throw told(error, param: "map") }
  }

  private func room(_ name: String?, map: String?) throws(APIError) -> SteeredRoom {
    let room = try model(name).room
    if let map, !room.mapNames.contains(map) {
      throw .field("map", "this model has no such map.", code: "map_not_found")
    }
    return room
  }

  /// `GET /v1/models`.
  package func listing() -> [UInt8] { ListingEncoding.models(models.map { $0.listing(created: created) }) }

  /// `GET /v1/models/NAME`.
  ///
  /// - Throws: ``APIError`` for a name that is not served.
  package func listing(of name: String) throws(APIError) -> [UInt8] {
    ListingEncoding.model(try model(name).listing(created: created))
  }
}
