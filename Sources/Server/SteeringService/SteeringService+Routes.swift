internal import CMCReporting
package import CMCServing
internal import CrossModelControl

/// What goes back over the network.
package struct ServiceResponse: Sendable {
  /// The content.
  package enum Body: Sendable {
    /// All of it.
    case bytes([UInt8])
    /// Events, as they come; the closure ends what writes them.
    case stream(AsyncStream<[UInt8]>, cancel: @Sendable () -> Void)
  }

  /// The status of HTTP.
  package var status: Int
  /// The type of the content.
  package var contentType: String
  /// The content.
  package var body: Body
  /// The methods of a path that was asked with another.
  package var allowedMethod: String?

  /// JSON.
  init(json: [UInt8], status: Int = 200) {
    (self.status, contentType, body) = (status, "application/json", .bytes(json))
  }

  /// A page.
  init(html: [UInt8]) { (status, contentType, body) = (200, "text/html; charset=utf-8", .bytes(html)) }

  /// Another text.
  init(text: String, type: String) {
    (status, contentType, body) = (200, type, .bytes(Array(text.utf8)))
  }

  /// What an answer says.
  init(_ answer: SteeringService.Answer) {
    switch answer {
    case .whole(let json): self.init(json: json)
    case .stream(let stream, let cancel):
      self.init(json: [])
      contentType = ServerSentEvents.contentType
      body = .stream(stream, cancel: cancel)
    }
  }
}

extension SteeringService {
  /// Finds what a request asks for, and whether it may.
  ///
  /// - Parameters:
  ///   - head: The request, of which nothing more has been read.
  ///   - key: The key that it must show; nil for none.
  /// - Throws: ``APIError``.
  package func admit(_ head: RequestHead, key: AccessKey?) throws(APIError) -> Route {
    let route = try Route(head)
    if head.isForeign {
      throw APIError(
        status: 403, kind: .authentication, message: "Requests from pages of other sites are refused.",
        code: "foreign_origin")
    }
    if let key, !route.isOpen, !key.admits(head.authorization) { throw .key }
    if let length = head.length, length > limits.bodyBytes { throw .tooLarge(limit: limits.bodyBytes) }
    return route
  }

  /// Answers a request.
  ///
  /// - Parameters:
  ///   - route: What ``admit(_:key:)`` found.
  ///   - head: The request.
  ///   - body: Its body.
  /// - Returns: The answer, which says so where the request is at fault.
  package func respond(to route: Route, _ head: RequestHead, _ body: [UInt8]) async -> ServiceResponse {
    do {
      let response = try await answer(route, head, body)
      metrics.answered(route.name, status: response.status)
      return response
    } catch {
      return failed(error, route)
    }
  }

  /// The answer to a request that is at fault, or that failed here.
  ///
  /// - Parameters:
  ///   - error: What is wrong.
  ///   - route: What was asked for, where that is known.
  package func failed(_ error: APIError, _ route: Route? = nil) -> ServiceResponse {
    metrics.answered(route?.name ?? "other", status: error.status)
    var response = ServiceResponse(json: error.json, status: error.status)
    response.allowedMethod = error.allowedMethod
    return response
  }

  private func answer(
    _ route: Route, _ head: RequestHead, _ body: [UInt8]
  ) async throws(APIError) -> ServiceResponse {
    switch route {
    case .page:
      do {
        return ServiceResponse(html: try LivePage(tool: CrossModelControlVersion.tool).html())
      } catch { throw told(error, param: "") }
    case .health:
      if isEnding { throw .ending }
      return ServiceResponse(json: Array(#"{"status":"ok"}"#.utf8))
    case .metrics: return ServiceResponse(text: metrics.text, type: "text/plain; version=0.0.4")
    case .models: return ServiceResponse(json: listing())
    case .model(let name): return ServiceResponse(json: try listing(of: name))
    case .completions: return ServiceResponse(try await completions(body))
    case .chat: return ServiceResponse(try await chat(body))
    case .tokenize: return ServiceResponse(json: try tokenize(body))
    case .detokenize: return ServiceResponse(json: try detokenize(body))
    case .mapRow:
      return ServiceResponse(
        json: try mapRow(head.value("model"), map: head.value("map"), id: head.value("id")))
    case .mapPage:
      return ServiceResponse(html: try mapPage(head.value("model"), map: head.value("map")))
    case .tokenizerInfo: return ServiceResponse(json: try tokenizerInfo(head.value("model")))
    }
  }
}
