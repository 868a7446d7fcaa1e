internal import CMCPrimitives

/// Why a text is not the address of a server.
package enum HTTPAddressError: DescribedError, Equatable {
  /// It has another form than `http://HOST:PORT`.
  case malformed(String)
  /// It asks for an encrypted connection.
  case encrypted(String)

  /// What is wrong with it.
  package var description: String {
    switch self {
    case .malformed(let text): "\(text): an address has the form http://HOST:PORT"
    case .encrypted(let text): "\(text): encrypted connections are not made"
    }
  }

  /// What to do.
  package var hint: String? {
    switch self {
    case .malformed: nil
    case .encrypted: "put a tunnel before it, such as ssh -L, and give http://127.0.0.1:PORT"
    }
  }
}
