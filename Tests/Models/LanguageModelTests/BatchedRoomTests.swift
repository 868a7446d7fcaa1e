import CMCLanguageModel
import CMCPrimitives
import Dispatch
import Synchronization
import Testing

/// Texts on threads of their own, whose models step together.
@Suite struct BatchedRoomTests {
  /// What a text does with two models, as any source would have it: random extensions and truncations of both.
  private static func text(_ seed: UInt64, _ sources: [any LogitSource]) throws -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    var seen: [[Float]] = []
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      for source in sources {
        if Int.random(in: 0..<3, using: &random) == 0 {
          source.truncate(to: Int.random(in: 0...source.tokens.count, using: &random))
        }
        let ids = (0..<Int.random(in: 0...6, using: &random)).map { _ in
          Int32.random(in: 0..<90, using: &random)
        }
        try source.extend(ids, logits: .last) { position, row in seen.append([Float(position)] + row) }
      }
    }
    return seen
  }

  @Test(arguments: [1, 4, 16])
  func textsEqualThoseAlone(parallel: Int) throws {
    let models = try ["mistral", "gemma3"].map { try LanguageModel.load(GoldenCheckpoint(name: $0).folder) }
    let room = BatchedRoom(models.map { BatchedSession($0, threads: 2) })
    let texts = 48
    let results = Mutex<[Int: [[Float]]]>([:])
    let next = Atomic<Int>(0)
    let group = DispatchGroup()
    for thread in 0..<parallel {
      DispatchQueue(label: "text \(thread)").async(group: group) {
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < texts else { return }
          let seen = room.withText { try? Self.text(UInt64(index), $0) }
          results.withLock { $0[index] = seen }
        }
      }
    }
    group.wait()
    for index in 0..<texts {
      let alone = try Self.text(UInt64(index), models.map { LanguageModelSession($0) })
      #expect(results.withLock { $0[index] } == alone, "text \(index)")
    }
  }

  @Test func errorsAreTheText() throws {
    struct Stop: Error {}
    let model = try LanguageModel.load(GoldenCheckpoint(name: "mistral").folder)
    let room = BatchedRoom([BatchedSession(model, contextLength: 10)])
    try room.withText { sources in
      let source = sources[0]
      try source.extend([1, 2])
      #expect(throws: FileError.self) { try source.extend([96]) }
      #expect(throws: FileError.self) { try source.extend([Int32](repeating: 1, count: 9)) }
      #expect(throws: Stop.self) { try source.extend([3], logits: .last) { _, _ in throw Stop() } }
      #expect(
        source.tokens == [1, 2] && source.contextLength == 10 && source.logitsWidth == model.logitsWidth)
      let alone = LanguageModelSession(model)
      try alone.extend([1, 2])
      #expect(try source.logits(after: [4]) == alone.logits(after: [4]))
    }
  }

  /// A text that does not come back is not waited for for ever.
  @Test func aSlowTextKeepsNobodyWaiting() throws {
    let model = try LanguageModel.load(GoldenCheckpoint(name: "mistral").folder)
    let room = BatchedRoom([BatchedSession(model)])
    let (isIn, mayLeave) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let group = DispatchGroup()
    DispatchQueue(label: "slow").async(group: group) {
      room.withText { _ in
        isIn.signal()
        mayLeave.wait()
      }
    }
    isIn.wait()
    let logits = try room.withText { try $0[0].logits(after: [1, 2, 3]) }
    mayLeave.signal()
    group.wait()
    #expect(try logits == LanguageModelSession(model).logits(after: [1, 2, 3]))
  }
}
