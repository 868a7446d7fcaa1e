import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import Testing

/// Several histories together, against a session for each: equal bit for bit, whatever the others do.
@Suite struct BatchedSessionTests {
  /// A history in both forms, and what it is doing.
  private final class Pair {
    let row: BatchedSession.Row
    let session: LanguageModelSession
    var wanted: [[Float]] = []
    var positions: [Int] = []
    var isAtWork = false
    /// What the batch has given so far.
    var given: [[Float]] = []
    var givenPositions: [Int] = []

    init(_ row: BatchedSession.Row, _ session: LanguageModelSession) {
      self.row = row
      self.session = session
    }
  }

  /// Joins, leaves, truncations and extensions in random order, of histories that often begin alike.
  private func mix(_ model: LanguageModel, seed: UInt64, chunk: Int, precision: Precision = .exact) throws
    -> Int
  {
    var random = SeededGenerator(seed: seed)
    let batch = BatchedSession(model, precision: precision, threads: 2, chunk: chunk)
    let ids = Int32(min(90, model.logitsWidth))
    let prompts = (0..<3).map { _ in
      (0..<Int.random(in: 1...60, using: &random)).map { _ in Int32.random(in: 0..<ids, using: &random) }
    }
    var pairs: [Pair] = []
    var compared = 0
    for _ in 0..<60 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<2 where pairs.count < 7:
        pairs.append(
          Pair(batch.join(), LanguageModelSession(model, precision: precision, threads: 1, chunk: chunk)))
      case 2 where !pairs.isEmpty:
        batch.leave(pairs.remove(at: Int.random(in: 0..<pairs.count, using: &random)).row)
      case 3..<7:
        guard let pair = pairs.filter({ !$0.isAtWork }).randomElement(using: &random) else { continue }
        if Int.random(in: 0..<3, using: &random) == 0 {
          let count = Int.random(in: 0...pair.session.tokens.count, using: &random)
          pair.session.truncate(to: count)
          batch.truncate(pair.row, to: count)
        }
        var new = (0..<Int.random(in: 1...9, using: &random)).map { _ in
          Int32.random(in: 0..<ids, using: &random)
        }
        if pair.session.tokens.isEmpty { new = prompts.randomElement(using: &random) ?? new }
        new = Array(new.prefix(pair.session.contextLength - pair.session.tokens.count))
        let logits: LogitPositions =
          [.last, .last, .last, .all, .none].randomElement(using: &random) ?? .last
        (pair.wanted, pair.positions, pair.given, pair.givenPositions) = ([], [], [], [])
        // The batch is sometimes asked for the last few positions alone, which must not change them.
        let first =
          logits == .all ? [0, 0, new.count - 1, new.count / 2].randomElement(using: &random) ?? 0 : 0
        let wanted = pair.session.tokens.count + first
        try pair.session.extend(new, logits: logits) { position, row in
          guard logits != .all || position >= wanted else { return }
          pair.wanted.append(Array(row))
          pair.positions.append(position)
        }
        try batch.extend(pair.row, new, logits: logits, from: first)
        pair.isAtWork = true
      default: compared += try step(batch, &pairs)
      }
    }
    while batch.hasWork { compared += try step(batch, &pairs) }
    for pair in pairs { batch.leave(pair.row) }
    #expect(batch.pageCount == 0, "pages are given back")
    return compared
  }

  private func step(_ batch: BatchedSession, _ pairs: inout [Pair]) throws -> Int {
    let outcomes = batch.step { row, position, logits in
      guard let pair = pairs.first(where: { $0.row == row }) else { return }
      pair.given.append(Array(logits))
      pair.givenPositions.append(position)
    }
    for outcome in outcomes {
      guard case .done(let row) = outcome else {
        Issue.record("\(outcome)")
        continue
      }
      guard let pair = pairs.first(where: { $0.row == row }) else { continue }
      pair.isAtWork = false
      #expect(pair.givenPositions == pair.positions)
      #expect(pair.given.map { $0.map(\.bitPattern) } == pair.wanted.map { $0.map(\.bitPattern) })
      #expect(batch.tokens(of: row) == pair.session.tokens)
    }
    return outcomes.count
  }

  @Test(arguments: GoldenCheckpoint.all)
  func randomMixesEqualSessions(checkpoint: GoldenCheckpoint) throws {
    let model = try LanguageModel.load(checkpoint.folder)
    var compared = 0
    for seed in 0..<30 as Range<UInt64> {
      compared += try mix(model, seed: seed, chunk: [5, 16, 33, 256][Int(seed % 4)])
    }
    #expect(compared > 300)
  }

  /// Histories of both sides of the length where positions begin to turn otherwise, and such as go over it.
  @Test(arguments: LongRopeModels.names) func mixesOfShortAndLongTextsEqualSessions(_ name: String) throws {
    let model = try LongRopeModels.load(name)
    var compared = 0
    for seed in 100..<130 as Range<UInt64> {
      compared += try mix(model, seed: seed, chunk: [5, 16, 33, 256][Int(seed % 4)])
    }
    #expect(compared > 300)
  }

  @Test func equalBeginningsAreComputedOnceAndShareTheirPages() throws {
    let model = try LanguageModel.load(GoldenCheckpoint(name: "mistral").folder)
    let batch = BatchedSession(model, chunk: 32)
    let prompt = (0..<75).map { Int32($0) }
    let alone = try LanguageModelSession(model, chunk: 32).logits(after: prompt)
    let rows = (0..<8).map { _ in batch.join() }
    var given: [[Float]] = []
    for row in rows { try batch.extend(row, prompt, logits: .last) }
    var steps = 0
    while batch.hasWork {
      _ = batch.step { _, _, logits in given.append(Array(logits)) }
      steps += 1
    }
    #expect(steps == 4, "three rounds by one history, and the others take its last one")
    #expect(given.count == 8 && given.allSatisfy { $0 == alone })
    #expect(batch.pageCount == 5, "75 positions in pages of 16")
    // Each goes on for itself: the last page is its own then, and a text of its own comes out.
    let singles = try (0..<8).map { index in
      let session = LanguageModelSession(model, chunk: 32)
      try session.extend(prompt)
      return try session.logits(after: [Int32(index)])
    }
    var next: [Int: [Float]] = [:]
    for (index, row) in rows.enumerated() { try batch.extend(row, [Int32(index)], logits: .last) }
    _ = batch.step { row, _, logits in next[rows.firstIndex(of: row) ?? -1] = Array(logits) }
    for index in 0..<8 { #expect(next[index] == singles[index]) }
    #expect(batch.pageCount == 4 + 8 + 1, "four shared, one of each, and the beginning's own last one")
    for row in rows { batch.leave(row) }
    #expect(batch.pageCount == 0)
  }

  @Test func memoryFollowsTheTokens() throws {
    let model = try LanguageModel.load(GoldenCheckpoint(name: "mistral").folder)
    let batch = BatchedSession(model)
    var tokens = 0
    for index in 0..<16 {
      let row = batch.join()
      let prompt = (0..<70 + index).map { Int32(($0 * 7 + index) % 90) }
      try batch.extend(row, prompt, logits: .last)
      tokens += prompt.count
    }
    while batch.hasWork { _ = batch.step { _, _, _ in } }
    #expect(batch.cacheBytes <= 12 * tokens * model.cacheBytesPerToken / 10)
  }

  /// Who adds a token is not kept waiting by long prompts, nor they by many tokens.
  @Test func longPromptsGoInRounds() throws {
    let model = try LanguageModel.load(GoldenCheckpoint(name: "mistral").folder)
    let batch = BatchedSession(model, chunk: 16)
    let long = (0..<3).map { _ in batch.join() }
    for (index, row) in long.enumerated() {
      try batch.extend(row, (0..<60).map { Int32(($0 + index) % 90) }, logits: .last)
    }
    let talker = batch.join()
    var (said, finished) = (0, Set<BatchedSession.Row>())
    for step in 0..<30 where finished.count < 3 {
      if !batch.tokens(of: talker).isEmpty || step == 0 { said += 1 }
      try batch.extend(talker, [Int32(step)], logits: .last)
      for case .done(let row) in batch.step({ _, _, _ in }) where row != talker { finished.insert(row) }
      #expect(batch.tokens(of: talker).count == step + 1, "a token a step")
    }
    #expect(finished.count == 3 && said == 12, "four rounds of each prompt, one a step")
  }

  @Test func failuresAreOfOneHistory() throws {
    struct Stop: Error {}
    let model = try LanguageModel.load(GoldenCheckpoint(name: "mistral").folder)
    let batch = BatchedSession(model, contextLength: 10)
    let (one, other) = (batch.join(), batch.join())
    #expect(throws: FileError.self) { try batch.extend(one, [1, 96], logits: .last) }
    #expect(throws: FileError.self) { try batch.extend(one, [Int32](repeating: 1, count: 11), logits: .last) }
    try batch.extend(one, [1, 2], logits: .last)
    try batch.extend(other, [3], logits: .last)
    let outcomes = batch.step { row, _, _ in if row == one { throw Stop() } }
    #expect(outcomes.count == 2)
    for outcome in outcomes {
      switch outcome {
      case .done(let row): #expect(row == other)
      case .failed(let row, let error): #expect(row == one && error is Stop)
      }
    }
    #expect(batch.tokens(of: one) == [] && batch.tokens(of: other) == [3])
    try batch.extend(one, [1, 2], logits: .last)
    var logits: [Float] = []
    _ = batch.step { logits = Array($2) }
    #expect(try logits == LanguageModelSession(model, contextLength: 10).logits(after: [1, 2]))
  }
}
