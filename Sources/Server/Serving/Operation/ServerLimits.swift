/// What a server takes, so that no client can use it up.
package struct ServerLimits: Sendable, Equatable {
  /// The bytes of a body.
  package var bodyBytes = 4 << 20
  /// The tokens of a text, its prompt included; the context's where that is less.
  package var tokens = 1 << 20
  /// The requests that wait for a place.
  package var queue = 256
  /// How long a request may take, in seconds.
  package var seconds = 600.0
  /// The texts that are written together.
  package var parallel = 16
  /// The bytes of a stream that a client has not taken yet; a slower one loses its text.
  package var unreadBytes = 1 << 20
  /// The connections at a time; further ones wait to be taken.
  package var connections = 1024
  /// How long a connection may be silent while a request is awaited, in seconds.
  package var idleSeconds = 60.0

  /// As they stand.
  package init() {}
}
