internal import CMCServing
internal import CMCSteeringService
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore

extension HTTPService {
  /// Answers one request of a connection.
  ///
  /// - Throws: What reading from a connection that breaks and writing to it throw; the connection is closed then.
  func respond(
    to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
  ) async throws {
    let head = RequestHead(request)
    let route: Route
    do {
      route = try service.admit(head, key: key)
    } catch {
      return try await write(service.failed(error), writer, channel, isHead: head.method == "HEAD")
    }
    if request.headers[.expect]?.lowercased() == "100-continue" {
      try await writer.writeInformationalHead(HTTPResponse(status: .continue))
    }
    guard let body = try await read(request.body, isWanted: route.takesBody) else {
      let error = APIError.tooLarge(limit: service.limits.bodyBytes)
      return try await write(service.failed(error, route), writer, channel)
    }
    let departure = try? await channel.pipeline.handler(type: DepartureHandler.self).get()
    // A client that goes takes its text with it, also while nothing is to be written yet.
    let work = Task { [service] in await service.respond(to: route, head, body) }
    departure?.onDeparture { work.cancel() }
    let response = await work.value
    if case .stream(_, let cancel) = response.body {
      departure?.onDeparture(cancel)
    } else {
      departure?.onDeparture(nil)
    }
    defer { departure?.onDeparture(nil) }
    try await write(response, writer, channel)
  }

  /// The body, or nil where it is beyond the limit; the rest of it is read by whoever takes the next request.
  private func read(_ body: RequestBody, isWanted: Bool) async throws -> [UInt8]? {
    var bytes: [UInt8] = []
    for try await part in body {
      guard isWanted else { continue }
      guard bytes.count + part.readableBytes <= service.limits.bodyBytes else { return nil }
      bytes += part.readableBytesView
    }
    return bytes
  }

  private func write(
    _ response: ServiceResponse, _ writer: consuming ResponseWriter, _ channel: any Channel,
    isHead: Bool = false
  ) async throws {
    var head = HTTPResponse(status: HTTPResponse.Status(code: response.status))
    head.headerFields[.contentType] = response.contentType
    head.headerFields[.cacheControl] = "no-store"
    head.headerFields[.xContentTypeOptions] = "nosniff"
    head.headerFields[.server] = "cmc"
    if response.status == 401 { head.headerFields[.wwwAuthenticate] = "Bearer" }
    if let method = response.allowedMethod { head.headerFields[.allow] = method }
    // A client that takes nothing does not hold its connection for longer than its text may take.
    let patience = Int64((service.limits.seconds + service.limits.idleSeconds) * 1000)
    let alarm = channel.eventLoop.scheduleTask(in: .milliseconds(patience)) {
      channel.close(mode: .all, promise: nil)
    }
    defer { alarm.cancel() }
    switch response.body {
    case .bytes(let bytes):
      head.headerFields[.contentLength] = "\(bytes.count)"
      try await writer.write(
        response: head, body: isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .stream(let events, _):
      var body = try await writer.writeHead(head)
      for await event in events { try await body.write(ByteBuffer(bytes: event)) }
      try await body.finish(nil)
    }
  }
}

extension RequestHead {
  fileprivate init(_ request: Request) {
    let path = request.head.path ?? "/"
    let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(method: request.method.rawValue, path: String(parts[0]))
    if parts.count > 1 { query = String(parts[1]) }
    authorization = request.headers[.authorization]
    origin = request.headers[.origin]
    host = request.head.authority
    length = request.headers[.contentLength].flatMap { Int($0) }
  }
}
