import CMCAlignment
import CMCPrimitives
import CMCTokenization
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCControlledDecoding

/// What a model still knows of the text after its context was full.
@Suite struct ContextShiftTests {
  let pair: DeltaHistoryTests.Pair
  let width: Int

  init() throws {
    pair = try DeltaHistoryTests.Pair(DeltaHistoryTests.demo[0].0, DeltaHistoryTests.demo[0].1)
    width = pair.user.description.vocabulary.idLimit
  }

  /// What the rule keeps of a history: the prompt and the later half of the text.
  static func shifted(_ history: [Int32], prompt: Int) -> [Int32] {
    history[..<prompt] + history[prompt...].suffix((history.count - prompt) / 2)
  }

  /// Both models keep the later half of the text, each when its own context is full.
  @Test func theLaterHalfIsKept() throws {
    let user: ScriptedModel = .hashing(width: width, seed: 1, contextLength: 40)
    let delta: ScriptedModel = .hashing(width: width, seed: 2, contextLength: 30)
    let generator = try ControlledGenerator(
      user: user, tokenizer: pair.user, prompt: [4, 5, 6],
      deltas: [try DeltaModel(name: "delta", model: delta, history: DeltaHistory(prompt: [7, 8]))],
      combiner: ScoreCombiner(
        mode: .add, policy: .zero,
        terms: [.init(columns: try MappedColumns(identity: width, deltaWidth: width), alpha: 0.5)]),
      matchKind: { _ in .exact })
    var options = ControlledGenerator.Options()
    options.maxTokens = 100
    options.shiftsContext = true
    var (expectedUser, expectedDelta): ([Int32], [Int32]) = ([4, 5, 6], [7, 8])
    var shifts = (user: 0, delta: 0)
    _ = try generator.generate(options) { step, _ in
      guard step.index < 99 else { return true }
      if expectedUser.count == 40 {
        expectedUser = Self.shifted(expectedUser, prompt: 3)
        shifts.user += 1
      }
      expectedUser.append(step.token)
      expectedDelta.append(step.token)
      if expectedDelta.count > 30 {
        expectedDelta = Self.shifted(expectedDelta, prompt: 2)
        shifts.delta += 1
      }
      #expect(user.tokens == expectedUser, "after step \(step.index)")
      #expect(delta.tokens == expectedDelta, "after step \(step.index)")
      return true
    }
    #expect(shifts.user > 2 && shifts.delta > 3)
  }

  /// A delta model that is full ends the text, and what is written stays: how long its text gets shows when it is there.
  @Test func aFullDeltaModelEndsTheText() throws {
    let generator = try ControlledGenerator(
      user: ScriptedModel.hashing(width: width, seed: 1, contextLength: 40), tokenizer: pair.user,
      prompt: [4, 5, 6],
      deltas: [
        try DeltaModel(
          name: "delta", model: ScriptedModel.hashing(width: width, seed: 2, contextLength: 30),
          history: DeltaHistory(prompt: [7, 8]))
      ],
      combiner: ScoreCombiner(
        mode: .add, policy: .zero,
        terms: [.init(columns: try MappedColumns(identity: width, deltaWidth: width), alpha: 0.5)]),
      matchKind: { _ in .exact })
    var options = ControlledGenerator.Options()
    options.maxTokens = 35
    #expect(throws: ControlError.contextTooShort(model: "delta", needed: 36, limit: 30)) {
      try generator.generate(options)
    }
    options.endsWhereFull = true
    var received = 0
    let result = try generator.generate(options) { _, _ in
      received += 1
      return true
    }
    // Two of its thirty positions are the prompt's, and what the last token adds is read no more.
    #expect(result.stop == .noRoom(model: "delta", limit: 30, step: 28))
    #expect(result.ids.count == 29 && result.steps.count == 29 && received == 29)
    #expect(result.stop.warning?.contains("fills the 30 positions of delta") == true)
    options.maxTokens = 29
    #expect(try generator.generate(options).stop == .length)
  }

  /// One user token may be so many delta tokens that half of the text does not fit either.
  @Test func theHalfIsDroppedAsOftenAsItTakes() throws {
    let vocabulary = pair.user.description.vocabulary
    var encoding = EncodingOptions()
    encoding.isContinuation = true
    var longest: (id: Int32, delta: [Int32]) = (0, [])
    for id in 0..<Int32(vocabulary.idLimit) where vocabulary.kind(id) == .text && !pair.map.isMatch(Int(id)) {
      let delta = try pair.delta.encode(Array(vocabulary.canonical[Int(id)]), options: encoding)
      if delta.count > longest.delta.count { longest = (id, delta) }
    }
    try #require(longest.delta.count >= 4)
    // The prompt and one token: of n tokens n / 2 are kept until one is left.
    let delta: ScriptedModel = .hashing(
      width: pair.delta.description.vocabulary.idLimit, seed: 2, contextLength: 3)
    let history = DeltaHistory(prompt: [7, 8], map: pair.map, user: pair.user, delta: pair.delta)
    let model = try DeltaModel(name: "delta", model: delta, history: history)
    try model.begin(mode: .add)
    #expect(throws: ControlError.contextTooShort(model: "delta", needed: 2 + longest.delta.count, limit: 3)) {
      try model.append(longest.id, mode: .add, shifts: false)
    }
    try model.begin(mode: .add)
    let change = try model.append(longest.id, mode: .add, shifts: true)
    #expect(
      change
        == DeltaHistory.Change(kept: 2, added: [longest.delta[longest.delta.count - 1]], isReencoded: true))
    #expect(delta.tokens == [7, 8] + longest.delta.suffix(1) && delta.longest == 3)
  }

  /// A character that is open when the earlier half is dropped is whole once its last byte has come: where bytes enter
  /// one by one, and where they wait for it.
  @Test(arguments: [true, false])
  func anOpenCharacterOutlivesAShift(bytesMatch: Bool) throws {
    var encoding = EncodingOptions()
    encoding.isContinuation = true
    let ids = try pair.user.encode(Array("The lights shine 𝄞 on".utf8), options: encoding)
    let rest = try pair.delta.encode(Array("𝄞 on".utf8), options: encoding)
    let vocabulary = pair.user.description.vocabulary
    let methods = pair.map.ids.indices.map { row in
      vocabulary.kinds[row] == .byte && !bytesMatch ? .edit : pair.map.methods[row]
    }
    let map = try TokenMap(
      source: pair.map.source, target: pair.map.target, ids: pair.map.ids, methods: methods,
      distances: pair.map.distances)
    var text: [UInt8] = []
    var tried = 0
    for count in 1..<ids.count {
      text += vocabulary.canonical[Int(ids[count - 1])]
      let complete = text.withUnsafeBufferPointer(StreamingDecoder.completeLength)
      guard complete < text.count else { continue }
      tried += 1
      var history = DeltaHistory(prompt: [7, 8], map: map, user: pair.user, delta: pair.delta)
      for id in ids[..<count] { _ = try history.append(id) }
      let kept = history.ids.dropFirst(2).suffix((history.ids.count - 2) / 2)
      let change = history.dropEarlierHalf()
      #expect(change == DeltaHistory.Change(kept: 2, added: Array(kept), isReencoded: true))
      #expect(history.ids == [7, 8] + kept)
      for id in ids[count...] { _ = try history.append(id) }
      let open = bytesMatch ? text.count - complete : 0
      #expect(history.ids == [7, 8] + kept + rest.dropFirst(open), "after \(count) tokens")
    }
    #expect(tried == 3)
  }

  /// While a character waits for its last byte no later byte enters alone, even where the map places it exactly.
  @Test func bytesOfAnOpenCharacterEnterTogether() throws {
    var encoding = EncodingOptions()
    encoding.isContinuation = true
    let ids = try pair.user.encode(Array("on 𝄞".utf8), options: encoding)
    let vocabulary = pair.user.description.vocabulary
    let first = try #require(ids.first { vocabulary.kind($0) == .byte })
    var methods = pair.map.methods
    methods[Int(first)] = .edit
    let map = try TokenMap(
      source: pair.map.source, target: pair.map.target, ids: pair.map.ids, methods: methods,
      distances: pair.map.distances)
    try #require(ids.suffix(3).allSatisfy { map.isMatch(Int($0)) })
    var history = DeltaHistory(prompt: [7, 8], map: map, user: pair.user, delta: pair.delta)
    for id in ids { _ = try history.append(id) }
    #expect(history.ids == [7, 8] + (try pair.delta.encode(Array("on 𝄞".utf8), options: encoding)))
  }
}
