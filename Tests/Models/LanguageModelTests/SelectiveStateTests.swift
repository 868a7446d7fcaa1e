import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import Testing

/// Histories of models whose layers have states in place of keys and values: what cutting back, sharing and memory are.
@Suite struct SelectiveStateTests {
  static let checkpoints = GoldenCheckpoint.stateNames.map { GoldenCheckpoint(name: $0) }

  /// Whatever was read and cut off again, the numbers are those of a history that read the same pieces and no more.
  @Test(arguments: checkpoints)
  func aCutBackHistoryIsOneThatWasNeverLonger(_ checkpoint: GoldenCheckpoint) throws {
    let model = try LanguageModel.load(checkpoint.folder)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<6 {
      let session = LanguageModelSession(model, threads: 1, chunk: 16)
      var pieces: [[Int32]] = []
      for _ in 0..<25 {
        if Int.random(in: 0..<4, using: &random) == 0 {
          let count = Int.random(in: 0...session.tokens.count, using: &random)
          session.truncate(to: count)
          pieces = cut(pieces, to: count)
        }
        // Single tokens, as in decoding, pieces of one round, and pieces of several.
        let length = try #require([1, 1, 1, 5, 40].randomElement(using: &random))
        let new = (0..<min(length, session.contextLength - session.tokens.count)).map { _ in
          Int32.random(in: 0..<90, using: &random)
        }
        if new.isEmpty { continue }
        let fresh = LanguageModelSession(model, threads: 1, chunk: 16)
        for piece in pieces { try fresh.extend(piece) }
        #expect(fresh.tokens == session.tokens)
        let (got, wanted) = (try allLogits(session, new), try allLogits(fresh, new))
        #expect(got.map(\.bitPattern) == wanted.map(\.bitPattern))
        pieces.append(new)
      }
    }
  }

  private func cut(_ pieces: [[Int32]], to count: Int) -> [[Int32]] {
    var (kept, length): ([[Int32]], Int) = ([], 0)
    for piece in pieces where length < count {
      kept.append(Array(piece.prefix(count - length)))
      length += kept[kept.count - 1].count
    }
    return kept
  }

  /// A receiver that throws, and a token that does not exist, leave the state as it was.
  @Test(arguments: ["mamba", "granitemoehybrid", "rwkv7"]) func failuresLeaveTheState(_ name: String) throws {
    struct Stop: Error {}
    let model = try LanguageModel.load(GoldenCheckpoint(name: name).folder)
    let session = LanguageModelSession(model)
    try session.extend([1, 2, 3])
    #expect(throws: Stop.self) { try session.extend([4, 5, 6], logits: .all) { _, _ in throw Stop() } }
    #expect(throws: FileError.self) { try session.extend([4, 96]) }
    let fresh = LanguageModelSession(model)
    try fresh.extend([1, 2, 3])
    #expect(try session.logits(after: [7]) == fresh.logits(after: [7]))
  }

  @Test(arguments: ["mamba", "mamba2", "rwkv7"]) func memoryDoesNotGrowWithTheHistory(_ name: String) throws {
    let model = try LanguageModel.load(GoldenCheckpoint(name: name).folder)
    #expect(model.cacheBytesPerToken == 0)
    let size = model.configuration.stateSize * 4
    // Two layers: three times 32 channels, two inputs of each before the present one, and twelve numbers.
    if name == "mamba" { #expect(size == 2 * 96 * (2 + 12) * 4) }
    // Two layers: three heads of 16 × 16, and two inputs.
    if name == "rwkv7" { #expect(size == 2 * 48 * (16 + 2) * 4) }
    #expect(model.stateBytesPerHistory == 12 * size)
    let session = LanguageModelSession(model)
    for id in 0..<40 as Range<Int32> { _ = try session.logits(after: [id]) }
    let bytes = session.cacheBytes
    for id in 0..<300 as Range<Int32> { _ = try session.logits(after: [id % 90]) }
    #expect(session.cacheBytes == bytes)
    #expect(bytes <= 18 * size, "those that are kept, and a few that wait to be used again")
  }

  /// Only layers with attention have keys and values.
  @Test func aHybridHasBoth() throws {
    let model = try LanguageModel.load(GoldenCheckpoint(name: "granitemoehybrid").folder)
    #expect(model.configuration.attentionLayerCount == 1)
    #expect(model.cacheBytesPerToken == 2 * 2 * 8 * 4)
    // Two layers: 96 channels and twice two groups of twelve through the convolution.
    #expect(model.configuration.stateSize == 2 * (2 * (96 + 48) + 96 * 12))
  }

  /// A beginning that several share is read once, and its state is one.
  @Test func equalBeginningsShareTheirState() throws {
    let model = try LanguageModel.load(GoldenCheckpoint(name: "mamba").folder)
    let batch = BatchedSession(model, chunk: 32)
    let prompt = (0..<50).map { Int32($0) }
    let alone = try LanguageModelSession(model, chunk: 32).logits(after: prompt)
    let rows = (0..<6).map { _ in batch.join() }
    for row in rows { try batch.extend(row, prompt, logits: .last) }
    var given: [[Float]] = []
    var steps = 0
    while batch.hasWork {
      _ = batch.step { _, _, logits in given.append(Array(logits)) }
      steps += 1
    }
    #expect(steps == 3, "two rounds by one history, and the others take its last one")
    #expect(given.count == 6 && given.allSatisfy { $0 == alone })
    #expect(batch.stateCount == 2, "one of each round")
    for row in rows { batch.leave(row) }
    #expect(batch.stateCount == 0)
  }
}
