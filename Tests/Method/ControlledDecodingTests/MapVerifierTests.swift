import CMCAlignment
import CMCControlledDecoding
import CMCLanguageModel
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// A right map passes, a shuffled one fails: with models that give text a meaning, so that probabilities follow bytes.
@Suite struct MapVerifierTests {
  let pair: DeltaHistoryTests.Pair

  init() throws {
    pair = try DeltaHistoryTests.Pair(DeltaHistoryTests.demo[0].0, DeltaHistoryTests.demo[0].1)
  }

  func report(_ map: TokenMap) throws -> VerificationReport {
    var settings = MapVerifier.Settings()
    settings.prompts = [(user: [4, 5], delta: [4, 5]), (user: [9], delta: [12])]
    settings.maxTokens = 24
    settings.texts = ["Plain words.", "numbers 12"]
    let words = Self.words(pair.user).intersection(Self.words(pair.delta))
    let models = MapVerifier.Models(
      user: Self.model(pair.user, words), userTokenizer: pair.user, delta: Self.model(pair.delta, words),
      deltaTokenizer: pair.delta, map: map)
    return try MapVerifier(models, settings).run()
  }

  /// The texts that a vocabulary has tokens for.
  static func words(_ tokenizer: Tokenizer) -> Set<[UInt8]> {
    let vocabulary = tokenizer.description.vocabulary
    return Set(
      (0..<vocabulary.idLimit).filter { vocabulary.kinds[$0] == .text }.map {
        Array(vocabulary.canonical[$0])
      })
  }

  /// A model that prefers some words, each by its bytes, whatever its vocabulary.
  static func model(_ tokenizer: Tokenizer, _ words: Set<[UInt8]>) -> ScriptedModel {
    let vocabulary = tokenizer.description.vocabulary
    let base = (0..<vocabulary.idLimit).map { id -> Float in
      let bytes = Array(vocabulary.canonical[id])
      guard vocabulary.kinds[id] == .text, words.contains(bytes) else { return -8 }
      return Float(bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % 13)
    }
    return ScriptedModel(width: base.count) { history in
      base.enumerated().map { $1 + Float(($0 &* 31 &+ history.count &* 17) % 11) / 4 }
    }
  }

  @Test func aRightMapPasses() throws {
    let report = try report(pair.map)
    for check in report.checks { #expect(check.outcome != .failed, "\(check.name): \(check.detail)") }
    #expect(report.steps == 48)
  }

  @Test func aShuffledMapFails() throws {
    var map = pair.map
    let rows = map.ids.indices.filter { map.ids[$0] >= 0 }
    var random = SeededGenerator(seed: 3)
    let targets = rows.map { map.ids[$0] }.shuffled(using: &random)
    for (row, target) in zip(rows, targets) { map[row].place(at: target) }
    let report = try report(map)
    #expect(report.outcome == .failed)
    let failed = Set(report.checks.filter { $0.outcome == .failed }.map(\.name))
    #expect(failed.contains("entries are what they say"))
    #expect(failed.contains("the delta model's probability arrives"))
    #expect(report.lostMass > 0.5 && !report.mismatches.isEmpty)
    // The models alone are as they were.
    #expect(!failed.contains("α = 0 is the user model alone"))
  }

  /// What a person has written down stands, whatever the bytes say.
  @Test func overridesCarryProbability() throws {
    let before = try report(pair.map).lostMass
    let rows = pair.map.ids.indices.filter { pair.map.methods[$0] == .exact }
    func swapped(_ method: MapMethod) throws -> Double {
      var (ids, methods) = (pair.map.ids, pair.map.methods)
      for (one, other) in zip(rows, rows.dropFirst(rows.count / 2)) {
        ids.swapAt(one, other)
        (methods[one], methods[other]) = (method, method)
      }
      return try report(
        try TokenMap(
          source: pair.map.source, target: pair.map.target, ids: ids, methods: methods,
          distances: pair.map.distances)
      ).lostMass
    }
    let (written, found) = (try swapped(.override), try swapped(.edit))
    #expect(
      found > 0.5 && written < found / 2, "before \(before), as overrides \(written), as edits \(found)")
  }

  @Test func aMapWithoutEndFails() throws {
    var map = pair.map
    for id in pair.user.description.vocabulary.ids(of: .eos) { map[Int(id)].place(at: -1) }
    let report = try report(map)
    #expect(report.checks.contains { $0.name == "end roles have a target" && $0.outcome == .failed })
  }
}
