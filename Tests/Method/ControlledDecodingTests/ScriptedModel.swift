import CMCLanguageModel

/// A model whose logits are a function of its history, and which notes what it was asked.
final class ScriptedModel: LogitSource {
  private(set) var tokens: [Int32] = []
  /// How many positions were computed in all.
  private(set) var computed = 0
  /// The longest that the history ever was.
  private(set) var longest = 0
  let logitsWidth: Int
  let contextLength: Int
  let logits: ([Int32]) -> [Float]

  var vocabularySize: Int { logitsWidth }

  init(width: Int, contextLength: Int = 10_000, logits: @escaping ([Int32]) -> [Float]) {
    logitsWidth = width
    self.contextLength = contextLength
    self.logits = logits
  }

  /// Logits that look random and depend on the whole history.
  static func hashing(width: Int, seed: UInt64, contextLength: Int = 10_000) -> ScriptedModel {
    ScriptedModel(width: width, contextLength: contextLength) { history in
      var state = history.reduce(seed) { ($0 ^ UInt64(bitPattern: Int64($1))) &* 0x9E37_79B9_7F4A_7C15 }
      return (0..<width).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 24) * 8 - 4
      }
    }
  }

  /// The same logits for every history.
  static func constant(width: Int, _ value: Float) -> ScriptedModel {
    ScriptedModel(width: width) { _ in [Float](repeating: value, count: width) }
  }

  /// Wants the tokens of a text one after the other, behind a prompt of some length.
  static func dictating(_ ids: [Int32], width: Int, promptCount: Int) -> ScriptedModel {
    ScriptedModel(width: width) { history in
      var logits = [Float](repeating: 0, count: width)
      logits[Int(ids[(history.count - promptCount) % ids.count])] = 50
      return logits
    }
  }

  func extend(
    _ ids: [Int32], logits wanted: LogitPositions, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    for (index, id) in ids.enumerated() {
      tokens.append(id)
      computed += 1
      longest = max(longest, tokens.count)
      guard wanted == .all || (wanted == .last && index + 1 == ids.count) else { continue }
      try logits(tokens).withUnsafeBufferPointer { try receive(tokens.count - 1, $0) }
    }
  }

  func truncate(to count: Int) { if count < tokens.count { tokens.removeLast(tokens.count - count) } }
}
