import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import Testing

/// The contract of ``LogitSource``, kept by a model's session.
@Suite struct LanguageModelSessionTests {
  private let ids: [Int32] = [5, 17, 3, 90, 41, 2, 2, 8]

  private func model() throws -> LanguageModel {
    try LanguageModel.load(GoldenCheckpoint(name: "mistral").folder)
  }

  @Test func truncatingAndExtendingIsAFreshStart() throws {
    let model = try model()
    let fresh = try allLogits(LanguageModelSession(model), ids)
    let session = LanguageModelSession(model)
    try session.extend([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    session.truncate(to: 0)
    #expect(session.tokens == [])
    #expect(try allLogits(session, ids) == fresh)
    session.truncate(to: 3)
    #expect(session.tokens == Array(ids[..<3]))
    let rest = try allLogits(session, Array(ids[3...]))
    #expect(largestDifference(rest, Array(fresh[(3 * session.logitsWidth)...])) <= 1e-4)
    session.truncate(to: 100)
    #expect(session.tokens == ids)
  }

  @Test func positionsAreThoseAskedFor() throws {
    let session = LanguageModelSession(try model(), chunk: 3)
    var seen: [Int] = []
    try session.extend(ids, logits: .all) { position, row in
      seen.append(position)
      #expect(row.count == session.logitsWidth)
    }
    #expect(seen == Array(0..<8))
    seen = []
    try session.extend(ids, logits: .last) { position, _ in seen.append(position) }
    #expect(seen == [15])
    try session.extend(ids, logits: .none) { _, _ in Issue.record("no position was asked for") }
    #expect(session.tokens == ids + ids + ids)
    try session.extend([], logits: .last) { _, _ in Issue.record("there is no new position") }
  }

  /// Rows from a position on are those of all positions, bit for bit, however few they are and in whatever rounds.
  @Test(arguments: Precision.allCases, [3, 8, 256])
  func laterRowsAreThoseOfAll(precision: Precision, chunk: Int) throws {
    let model = try LanguageModel.load(GoldenCheckpoint(name: "mistral").folder)
    let all = try allLogits(LanguageModelSession(model, precision: precision, chunk: chunk), ids)
    for first in 0...ids.count {
      let session = LanguageModelSession(model, precision: precision, chunk: chunk)
      var (rows, position): ([Float], Int) = ([], first)
      try session.extend(ids, rowsFrom: first) { some in
        #expect(some.first == position && some.count > 0)
        for row in 0..<some.count { rows += some[row] }
        position += some.count
      }
      #expect(rows.map(\.bitPattern) == all[(first * model.logitsWidth)...].map(\.bitPattern))
      #expect(session.tokens == ids)
    }
  }

  @Test func theLastRowIsTheSameAlone() throws {
    let model = try model()
    let all = try allLogits(LanguageModelSession(model), ids)
    let last = try LanguageModelSession(model).logits(after: ids)
    #expect(largestDifference(last, Array(all.suffix(model.logitsWidth))) <= 1e-4)
  }

  @Test func aThrowingReceiverLeavesTheHistory() throws {
    struct Stop: Error {}
    let model = try model()
    let session = LanguageModelSession(model)
    try session.extend([1, 2])
    #expect(throws: Stop.self) {
      try session.extend(ids, logits: .all) { position, _ in if position == 4 { throw Stop() } }
    }
    #expect(session.tokens == [1, 2])
    let fresh = LanguageModelSession(model)
    try fresh.extend([1, 2])
    #expect(try allLogits(session, ids) == allLogits(fresh, ids))
  }

  @Test func idsAndLengthsBeyondTheModelAreErrors() throws {
    let session = LanguageModelSession(try model(), contextLength: 10)
    for id: Int32 in [-1, 96, .max, .min] {
      let error = #expect(throws: FileError.self) { try session.extend([1, id]) }
      #expect(error?.underlying as? LanguageModelError == .token(id: id, limit: 96))
    }
    try session.extend(ids)
    let error = #expect(throws: FileError.self) { try session.extend([1, 2, 3]) }
    #expect(error?.underlying as? LanguageModelError == .contextOverflow(tokens: 11, limit: 10))
    #expect(session.tokens == ids)
    try session.extend([1, 2])
    #expect(session.tokens.count == session.contextLength)
  }

  /// What a session allocates does not grow with the history until the cache is full.
  @Test func memoryIsWhatIsStated() throws {
    let session = LanguageModelSession(try model())
    try session.extend(ids)
    let (workspace, cache) = (session.workspaceBytes, session.cacheBytes)
    for id in ids { _ = try session.logits(after: [id]) }
    #expect(session.cacheBytes == cache)
    #expect(session.workspaceBytes == workspace)
    // 2 layers of keys and values, 2 heads of 16, float32, room for the whole context of 128.
    #expect(cache == 2 * 2 * 2 * 16 * 4 * 128)
  }
}
