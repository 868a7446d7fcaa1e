/// What a server answers.
package struct HTTPAnswer: Sendable, Equatable {
  /// The status, such as 200.
  package let status: Int
  /// What the answer holds.
  package let body: [UInt8]
  /// Whether the server takes another request on the same connection.
  package let keepsAlive: Bool
  /// How many bytes came, the head included.
  package let size: Int

  /// Notes an answer.
  package init(status: Int, body: [UInt8], keepsAlive: Bool, size: Int) {
    (self.status, self.body, self.keepsAlive, self.size) = (status, body, keepsAlive, size)
  }
}
