/// Where a server listens: a host, a port, and what stands before every path.
package struct HTTPAddress: Sendable, Equatable, CustomStringConvertible {
  /// The host's name or number, without brackets.
  package let host: String
  /// The port.
  package let port: Int
  /// What stands before every path, without a slash at its end; empty for nothing.
  package let prefix: String

  /// Reads an address as `http://HOST:PORT`, with a path before all others if wanted.
  ///
  /// - Throws: ``HTTPAddressError``.
  package init(_ text: String) throws(HTTPAddressError) {
    if text.lowercased().hasPrefix("https://") { throw .encrypted(text) }
    guard text.lowercased().hasPrefix("http://") else { throw .malformed(text) }
    let rest = text.dropFirst("http://".count)
    let authority = rest.prefix { $0 != "/" }
    var path = rest.dropFirst(authority.count)
    while path.hasSuffix("/") { path = path.dropLast() }
    guard !authority.contains("@"), !rest.contains("?"), !rest.contains("#"),
      rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw .malformed(text) }
    var host = authority
    var port = 80
    if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
      host = authority[..<colon]
      guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
        throw .malformed(text)
      }
      port = number
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw .malformed(text)
    }
    guard !host.isEmpty else { throw .malformed(text) }
    (self.host, self.port, prefix) = (String(host), port, String(path))
  }

  /// Host and port as requests name them.
  package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
  /// The whole address.
  package var description: String { "http://\(authority)\(prefix)" }

  /// Whether a text looks like the address of a server, encrypted or not, rather than a file's name.
  package static func isAddress(_ text: String) -> Bool {
    let text = text.lowercased()
    return text.hasPrefix("http://") || text.hasPrefix("https://")
  }
}
