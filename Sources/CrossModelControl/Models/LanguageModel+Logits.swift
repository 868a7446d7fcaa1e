public import CMCLanguageModel

extension LanguageModel {
  /// The logits of a list of ids: what the model says of the token that follows.
  ///
  /// - Parameters:
  ///   - ids: At least one token.
  ///   - positions: All of them, or the last alone.
  ///   - computing: How the model is computed.
  ///   - receive: Called with each wanted position and its `logitsWidth` logits, which last as long as the call.
  /// - Throws: `FileError` for an id that the model does not have or a list that is too long, and what `receive` throws.
  public func logits(
    of ids: [Int32], positions: LogitPositions = .last, computing: Computing = Computing(),
    receive: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    try computing.session(self).extend(ids, logits: positions, receive)
  }

  /// The logits after a list of ids.
  ///
  /// - Throws: As ``logits(of:positions:computing:receive:)``.
  public func logits(after ids: [Int32], computing: Computing = Computing()) throws -> [Float] {
    var row: [Float] = []
    try logits(of: ids, computing: computing) { row = Array($1) }
    return row
  }
}
