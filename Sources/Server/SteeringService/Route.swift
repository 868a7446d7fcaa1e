package import CMCServing

/// A request without its body, as a network brings it.
package struct RequestHead: Sendable {
  /// The method.
  package var method: String
  /// The path, without what follows a question mark.
  package var path: String
  /// What follows the question mark.
  package var query = ""
  /// The header `Authorization`.
  package var authorization: String?
  /// The header `Origin`: the page of a browser that the request comes from.
  package var origin: String?
  /// The header `Host`.
  package var host: String?
  /// The header `Content-Length`.
  package var length: Int?

  /// A request of a path.
  package init(method: String, path: String) {
    self.method = method
    self.path = path
  }
}

/// What a path and a method ask for.
package enum Route: Sendable, Equatable {
  /// The page that one steers by hand on.
  case page
  /// Whether the server lives.
  case health
  /// What it has done.
  case metrics
  /// All models.
  case models
  /// One model.
  case model(String)
  /// Texts behind prompts.
  case completions
  /// Answers in conversations.
  case chat
  /// Text to tokens.
  case tokenize
  /// Tokens to text.
  case detokenize
  /// A token's row of a map.
  case mapRow
  /// The page of a map.
  case mapPage
  /// What is known of a tokenizer.
  case tokenizerInfo

  /// Finds what is asked for.
  ///
  /// - Throws: ``APIError`` for a path that is not there, or not for this method.
  package init(_ head: RequestHead) throws(APIError) {
    let found: (route: Route, method: String)
    switch head.path {
    case "/": found = (.page, "GET")
    case "/health": found = (.health, "GET")
    case "/metrics": found = (.metrics, "GET")
    case "/v1/models": found = (.models, "GET")
    case "/v1/completions": found = (.completions, "POST")
    case "/v1/chat/completions": found = (.chat, "POST")
    case "/tokenize": found = (.tokenize, "POST")
    case "/detokenize": found = (.detokenize, "POST")
    case "/cmc/row": found = (.mapRow, "GET")
    case "/cmc/map": found = (.mapPage, "GET")
    case "/tokenizer_info": found = (.tokenizerInfo, "GET")
    default:
      let beginning = "/v1/models/"
      guard head.path.hasPrefix(beginning), let name = decoded(head.path.dropFirst(beginning.count)) else {
        throw .path(head.method, head.path)
      }
      found = (.model(name), "GET")
    }
    guard head.method == found.method else { throw .method(head.method, allowed: found.method) }
    self = found.route
  }

  /// The route as metrics name it: never what a client wrote.
  package var name: String {
    switch self {
    case .page: "/"
    case .health: "/health"
    case .metrics: "/metrics"
    case .models: "/v1/models"
    case .model: "/v1/models/NAME"
    case .completions: "/v1/completions"
    case .chat: "/v1/chat/completions"
    case .tokenize: "/tokenize"
    case .detokenize: "/detokenize"
    case .mapRow: "/cmc/row"
    case .mapPage: "/cmc/map"
    case .tokenizerInfo: "/tokenizer_info"
    }
  }

  /// Whether it is for everybody: it says nothing of what is served.
  package var isOpen: Bool { self == .page || self == .health }

  /// Whether a body belongs to it.
  package var takesBody: Bool {
    switch self {
    case .completions, .chat, .tokenize, .detokenize: true
    default: false
    }
  }
}

extension RequestHead {
  /// The value of a name in the query; nil where it is not there.
  func value(_ name: String) -> String? {
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, parts[0] == name {
        return decoded(Substring(String(parts[1].map { $0 == "+" ? " " : $0 })))
      }
    }
    return nil
  }

  /// Whether it comes from a page of another site, which has no business here.
  var isForeign: Bool {
    guard let origin else { return false }
    return origin != "http://\(host ?? "")" && origin != "https://\(host ?? "")"
  }
}

/// A part of a path with its percent signs resolved; nil where that gives no text.
private func decoded(_ text: Substring) -> String? {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "%") else {
      bytes.append(byte)
      continue
    }
    guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
    else { return nil }
    bytes.append(value)
    rest = rest.dropFirst(2)
  }
  return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
}
