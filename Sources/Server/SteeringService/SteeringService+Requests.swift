internal import CMCPrompts
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
    if request.echoes { throw .field("echo", "it is not done yet.", code: "unsupported_parameter") }
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
        first: jobs.count, in: model.room, param: "prompt")
    }
    guard request.text.streams else {
      let outcomes = try await whole(jobs, in: model.room, param: "prompt")
      return .whole(
        encoding.json(
          outcomes.map(\.choice),
          usage: Usage(outcomes.map(\.usage), textsOfPrompt: request.text.count)))
    }
    return .stream(
      try stream(
        jobs, in: model.room, param: "prompt", textsOfPrompt: request.text.count, begin: { _ in nil },
        event: { encoding.json([$0]) },
        usage: request.text.streamsUsage ? { encoding.json([], usage: $0) } : nil))
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
    return .stream(
      try stream(
        jobs, in: model.room, param: "messages", textsOfPrompt: request.text.count,
        begin: { encoding.begin($0) }, event: { encoding.chunk($0) },
        usage: request.text.streamsUsage ? { encoding.usage($0) } : nil))
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
      case .text(let text) where request.addsSpecialTokens: ids = try room.userIDs(.text(text))
      case .text(let text): ids = try tokenizer.encode(text)
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
    let tokenizer = try model(request.model).room.model.tokenizer
    let limit = tokenizer.description.vocabulary.idLimit
    guard request.ids.allSatisfy({ (0..<limit).contains(Int($0)) }) else {
      throw .field("tokens", "ids from 0 to \(limit - 1) are expected.")
    }
    do {
      return ListingEncoding.detokenized(String(decoding: try tokenizer.decode(request.ids), as: UTF8.self))
    } catch {
      throw told(error, param: "tokens")
    }
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
