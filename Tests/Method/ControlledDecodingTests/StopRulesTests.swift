import CMCAlignment
import CMCControlledDecoding
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// What ends a text, and what is left of it then.
@Suite struct StopRulesTests {
  let pair: DeltaHistoryTests.Pair
  let vocabulary: Vocabulary

  init() throws {
    pair = try DeltaHistoryTests.Pair(DeltaHistoryTests.demo[0].0, DeltaHistoryTests.demo[0].1)
    vocabulary = pair.user.description.vocabulary
  }

  /// A generation that writes the given tokens, and the text that was given out on the way.
  func generate(_ ids: [Int32], _ stops: StopRules, count: Int? = nil) throws -> (
    result: GenerationResult, given: [[UInt8]]
  ) {
    let user: ScriptedModel = .dictating(ids, width: vocabulary.idLimit, promptCount: 1)
    let generator = try ControlledGenerator(
      user: user, tokenizer: pair.user, prompt: [4], deltas: [],
      combiner: ScoreCombiner(mode: .add, policy: .zero, terms: []), matchKind: { _ in .exact })
    var options = ControlledGenerator.Options()
    options.maxTokens = count ?? ids.count
    options.stops = stops
    var given: [[UInt8]] = []
    let result = try generator.generate(options) { _, text in
      given.append(text)
      return true
    }
    return (result, given)
  }

  /// One token of at least five bytes, all of them different, so that stop strings within it have one place each.
  func longToken() throws -> (id: Int32, bytes: [UInt8]) {
    let id = try #require(
      (0..<vocabulary.idLimit).first {
        let bytes = vocabulary.canonical[$0]
        return vocabulary.kinds[$0] == .text && bytes.count >= 5 && Set(bytes).count == bytes.count
          && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F }
      })
    return (Int32(id), Array(vocabulary.canonical[id]))
  }

  /// A GGUF file stops where llama.cpp does: with the tokens of gpt-oss the end of a message is none of the text, though
  /// its name commonly is one; without them it is.
  @Test(
    arguments: [
      (["<|return|>", "<|call|>"], [2, 3]), (["<|return|>"], [1, 2]), ([], [1]),
    ] as [([String], [Int32])])
  func aGGUFFileStopsWhereLlamaCppDoes(others: [String], ends: [Int32]) throws {
    var fixture = GGUFVocabularyFixture(model: "gpt2")
    fixture.merges = []
    fixture.add("a")
    fixture.add("<|end|>", 3)
    for text in others { fixture.add(text, 3) }
    let folder = try TemporaryFolder()
    try AtomicFile.write(fixture.bytes, to: folder.path + "/model.gguf")
    #expect(StopRules.endTokens(try TokenizerLoader.load(folder.path + "/model.gguf")) == Set(ends))
  }

  /// Two stop strings come with one token: the one that begins first counts, in whatever order they are named.
  @Test func theEarliestOfTwoStopStringsEndsTheText() throws {
    let token = try longToken()
    let (outer, inner) = (Array(token.bytes[1...]), Array(token.bytes[2..<3]))
    for strings in [[inner, outer], [outer, inner]] {
      let (result, given) = try generate([token.id, token.id], StopRules(tokens: [], strings: strings))
      #expect(result.stop == .stopString(String(decoding: outer, as: UTF8.self)))
      #expect(result.text == Array(token.bytes[..<1]))
      #expect(given.flatMap { $0 } == result.text)
      #expect(result.steps.count == 1)
    }
  }

  /// A stop string may begin in one token and end in the next; nothing of it is given out before.
  @Test func aStopStringMayLieAcrossTokens() throws {
    let token = try longToken()
    let stop = Array(token.bytes.suffix(4)) + Array(token.bytes.prefix(1))
    let (result, given) = try generate(
      [token.id, token.id, token.id], StopRules(tokens: [], strings: [stop]))
    #expect(result.stop == .stopString(String(decoding: stop, as: UTF8.self)))
    let kept = Array(token.bytes.dropLast(4))
    #expect(result.text == kept)
    #expect(given == [kept, []])
  }

  /// A token that the map sends to an end token of the delta model ends the text, where it stands for the same.
  @Test func endTokensOfTheDeltaModelCountThroughTheMap() throws {
    let delta = pair.delta.description
    let end = try #require(delta.vocabulary.ids(of: .eos).first)
    let ordinary = try #require(
      (0..<Int32(delta.vocabulary.idLimit)).first { delta.vocabulary.kind($0) == .text })
    let count = vocabulary.idLimit
    var ids = [Int32](repeating: ordinary, count: count)
    var methods = [MapMethod](repeating: .prefix, count: count)
    var distances = [Int32](repeating: 1, count: count)
    let texts = (0..<count).filter { vocabulary.kinds[$0] == .text }
    let (same, similar) = (texts[20], texts[21])
    (ids[same], methods[same], distances[same]) = (end, .override, 0)
    ids[similar] = end
    let map = try TokenMap(
      source: MapSide(name: "user"), target: MapSide(name: "delta"), ids: ids, methods: methods,
      distances: distances)
    let own = StopRules(user: pair.user.description).tokens
    #expect(!own.isEmpty && !own.contains(Int32(same)))
    var rules = StopRules(user: pair.user.description, deltas: [(delta, map), (delta, nil)])
    #expect(rules.deltaTokens == [[Int32(same)], []])
    // A delta model whose factor is 0 takes no part, in where a text ends neither.
    #expect(rules.endTokens(alphas: [0, 1]) == own && rules.endTokens(alphas: [0, 0]) == own)
    #expect(rules.endTokens(alphas: [-0.5, 0]) == own.union([Int32(same)]))
    rules.tokens = rules.endTokens(alphas: [1, 1])
    let (result, _) = try generate([Int32(similar), Int32(same), Int32(similar)], rules)
    #expect(result.stop == .endToken(Int32(same)))
    #expect(result.ids == [Int32(similar)] && result.text == Array(vocabulary.canonical[similar]))
  }

  /// Where the last token leaves a character open, its bytes are seen at the end of the text all the same.
  @Test func unfinishedBytesAtTheEndAreKept() throws {
    var options = EncodingOptions()
    options.isContinuation = true
    let ids = try pair.user.encode(Array("a 𝄞".utf8), options: options)
    let whole = ids.map { Array(vocabulary.canonical[Int($0)]) }
    let bytes = Array(whole.dropLast().joined())
    try #require(String(validating: bytes, as: UTF8.self) == nil, "the last token ends inside the character")
    // The library's ByteFallback puts one U+FFFD for each of them.
    let text = Array("a \u{FFFD}\u{FFFD}\u{FFFD}".utf8)
    let (result, given) = try generate(ids, .never, count: ids.count - 1)
    #expect(result.stop == .length && result.text == text)
    #expect(given.flatMap { $0 } == text)
    // Until then only whole characters are given out.
    for part in given.dropLast() { #expect(String(validating: part, as: UTF8.self) != nil) }
    // Whoever ends the generation has them in the result.
    let user: ScriptedModel = .dictating(ids, width: vocabulary.idLimit, promptCount: 1)
    let generator = try ControlledGenerator(
      user: user, tokenizer: pair.user, prompt: [4], deltas: [],
      combiner: ScoreCombiner(mode: .add, policy: .zero, terms: []), matchKind: { _ in .exact })
    let interrupted = try generator.generate(ControlledGenerator.Options()) { step, _ in
      step.index + 2 < ids.count
    }
    #expect(interrupted.stop == .interrupted && interrupted.text == text)
  }
}
