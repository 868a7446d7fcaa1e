internal import CMCFastJSON
import CMCPrimitives

/// What is wrong with a request, as OpenAI's clients expect to be told.
package struct APIError: DescribedError, Equatable {
  /// The kind of fault.
  package enum Kind: String, Sendable, CaseIterable {
    /// The request itself.
    case invalidRequest = "invalid_request_error"
    /// The key.
    case authentication = "authentication_error"
    /// A thing that is not there.
    case notFound = "not_found_error"
    /// Too much at a time.
    case overloaded = "overloaded_error"
    /// Something here, not in the request.
    case server = "server_error"
  }

  /// The status of HTTP.
  package let status: Int
  /// The kind of fault.
  package let kind: Kind
  /// What, where and what to do, in a sentence or two.
  package let message: String
  /// The field of the request that is to blame.
  package let param: String?
  /// A short name that programs look at.
  package let code: String?
  /// The method that a path is for, where it was asked with another.
  package var allowedMethod: String?

  /// Puts an error together.
  package init(
    status: Int, kind: Kind = .invalidRequest, message: String, param: String? = nil, code: String? = nil
  ) {
    self.status = status
    self.kind = kind
    self.message = message
    self.param = param
    self.code = code
  }

  /// A fault of one field.
  package static func field(_ name: String, _ message: String, code: String? = nil) -> APIError {
    APIError(status: 400, message: "'\(oneLine(name))': \(message)", param: name, code: code)
  }

  /// A model that is not served.
  package static func model(_ name: String, served: [String]) -> APIError {
    APIError(
      status: 404, kind: .notFound,
      message: "The model '\(oneLine(name))' is not served here; served: \(served.joined(separator: ", ")).",
      param: "model", code: "model_not_found")
  }

  /// A path that is not there.
  package static func path(_ method: String, _ path: String) -> APIError {
    APIError(status: 404, kind: .notFound, message: "There is no \(oneLine(method)) \(oneLine(path)).")
  }

  /// A path that is there, with another method.
  package static func method(_ method: String, allowed: String) -> APIError {
    var error = APIError(status: 405, message: "\(oneLine(method)) is not for this path, \(allowed) is.")
    error.allowedMethod = allowed
    return error
  }

  /// A body beyond the limit.
  package static func tooLarge(limit: Int) -> APIError {
    APIError(status: 413, message: "The body has more than \(limit) bytes.", code: "body_too_large")
  }

  /// A prompt that leaves no room.
  ///
  /// - Parameter model: Whose room it is; nil for the user model's.
  package static func context(of model: String? = nil, needed: Int, limit: Int, param: String) -> APIError {
    APIError(
      status: 400,
      message:
        "\(model.map { "The context of \(oneLine($0))" } ?? "This model's context") has room for \(limit) tokens, "
        + "and the request needs \(needed); shorten it, or ask for fewer.",
      param: param, code: "context_length_exceeded")
  }

  /// No key, or a wrong one.
  package static let key = APIError(
    status: 401, kind: .authentication,
    message: "Give the key of this server as 'Authorization: Bearer KEY'.", code: "invalid_api_key")

  /// The queue is full.
  package static let full = APIError(
    status: 429, kind: .overloaded, message: "As many requests wait as may; try again later.",
    code: "queue_full")

  /// The server is about to end.
  package static let ending = APIError(
    status: 503, kind: .overloaded, message: "The server is ending and takes no new requests.",
    code: "server_ending")

  /// The text took longer than it may.
  package static let timeout = APIError(
    status: 504, kind: .server, message: "The request took longer than this server allows.", code: "timeout")

  /// The client has gone, or has closed its side, which looks the same from here.
  package static let gone = APIError(
    status: 499,
    message: "The connection was closed from the client's side before the answer was there; keep it open.",
    code: "client_closed_request")

  /// Something here that is not the client's fault; what it was is in the server's log.
  package static let server = APIError(
    status: 500, kind: .server, message: "The server failed at this request; its log says why.")

  /// The message.
  package var description: String { message }

  /// The object that clients read: `{"error": {"message", "type", "param", "code"}}`.
  package var json: [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.key("error")
      json.object { json in
        json.member("message", message)
        json.member("type", kind.rawValue)
        json.member("param", param)
        json.member("code", code)
      }
    }
    return json.bytes
  }
}
