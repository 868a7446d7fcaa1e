import CMCPrimitives
import CMCTokenization
import CMCVocabulary
import Testing

@testable import CMCAlignment

/// A corpus written token by token, so that every figure is known before anything is counted.
///
/// No piece of the source begins another, so the text of a sequence of pieces has that sequence as its encoding.
@Suite struct PlantedCoverageTests {
  private static let pieces = ["ab", "cd", "ef", "g", "h", "漢", "é", "\n", "yz"]
  /// What each piece is made to be.
  private static let rows: [(Int32, MapMethod, Int32)] = [
    (0, .exact, 0), (1, .prefix, 1), (2, .edit, 1), (3, .override, 0), (-1, .unmatched, -1),
    (-1, .unmatched, -1), (4, .exact, 0), (5, .exact, 0), (3, .retokenized, -1),
  ]
  private static let targetPieces = ["ab", "c", "ee", "y", "é", "\n", "z", "d", "e", "f", "g", "h"]

  private let source: Tokenizer
  private let target: Tokenizer
  private let map: TokenMap

  init() throws {
    let from = try SmallVocabulary.description("from", Self.pieces)
    let to = try SmallVocabulary.description("to", Self.targetPieces)
    source = try Tokenizer(from)
    target = try Tokenizer(to)
    map = SmallVocabulary.map(
      MapSide(from), MapSide(to), Self.rows,
      sequences: [8: TargetSequence(ids: [3, 6], combination: .mean)])
  }

  /// Texts with the given number of each piece, and how often bytes without a token ("?") stand among them.
  private func corpus(_ counts: [Int], foreign: Int, seed: UInt64) -> [CorpusText] {
    var parts = counts.enumerated().flatMap { piece, count in
      [String](repeating: Self.pieces[piece], count: count)
    }
    parts += [String](repeating: "?", count: foreign)
    var random = SeededGenerator(seed: seed)
    parts.shuffle(using: &random)
    var texts: [CorpusText] = []
    while !parts.isEmpty {
      let length = min(parts.count, 1 + random.below(9))
      texts.append(CorpusText(Array(parts.suffix(length).joined().utf8)))
      parts.removeLast(length)
    }
    return texts
  }

  private static func tally(_ counts: [Int], _ ids: [Int]) -> TokenTally {
    TokenTally(
      tokens: ids.reduce(0) { $0 + counts[$1] },
      bytes: ids.reduce(0) { $0 + counts[$1] * pieces[$1].utf8.count },
      distinct: ids.count { counts[$0] > 0 })
  }

  @Test(arguments: [1, 2, 7])
  func everyFigureIsTheOnePlanted(threads: Int) throws {
    let counts = [500, 41, 17, 23, 60, 61, 9, 200, 13]
    let foreign = 31
    let texts = corpus(counts, foreign: foreign, seed: 5)
    var counter = try CorpusCoverageCounter(
      map, source: source, target: target, options: CoverageOptions(top: 1, threads: threads))
    // In batches of all sizes, the empty one too.
    var rest = texts[...]
    var size = 0
    while !rest.isEmpty {
      try counter.add(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      size += 7
    }
    let coverage = counter.finish()
    let total = coverage.total
    #expect(coverage.domains.map(\.figures) == [total])
    let tally = { Self.tally(counts, $0) }
    #expect(total.tokens == tally(Array(0..<9)))
    #expect(
      total.methods.map(\.method) == [.override, .exact, .prefix, .edit, .retokenized, .unmatched])
    #expect(total.tally(of: .exact) == tally([0, 6, 7]))
    #expect(total.tally(of: .prefix) == tally([1]))
    #expect(total.tally(of: .edit) == tally([2]))
    #expect(total.tally(of: .override) == tally([3]))
    #expect(total.tally(of: .retokenized) == tally([8]))
    #expect(total.tally(of: .unmatched) == tally([4, 5]))
    #expect(total.matched == tally([0, 1, 2, 3, 6, 7, 8]))
    #expect(total.inexact == tally([1, 2, 3, 8]))
    // A sequence of targets whose bytes are the token's leaves the text as it is.
    #expect(total.same == tally([0, 6, 7, 8]))
    let script = { (name: String) in total.scripts.first { $0.name == name } }
    #expect(script("Latin")?.all == tally([0, 1, 2, 3, 4, 6, 8]))
    #expect(script("Latin")?.exact == tally([0, 6]))
    #expect(script("Latin")?.inexact == tally([1, 2, 3, 8]))
    #expect(script("Latin")?.unmatched == tally([4]))
    #expect(script("Han")?.unmatched == tally([5]))
    #expect(script("Common")?.all == tally([7]))
    #expect(total.scripts.map(\.name) == ["Latin", "Common", "Han"])
    // The source has no token for "?", the target none for "?" and "漢".
    #expect(total.text.texts == texts.count)
    #expect(total.text.bytes == total.tokens.bytes + foreign)
    #expect(total.source.lostBytes == foreign && total.source.addedBytes == 0)
    #expect(total.target.lostBytes == foreign + 3 * counts[5] && total.target.addedBytes == 0)
    let has = { (text: CorpusText, pieces: [String]) in
      pieces.contains { String(decoding: text.bytes, as: UTF8.self).contains($0) }
    }
    #expect(total.source.changedTexts == texts.count { has($0, ["?"]) })
    #expect(total.target.changedTexts == texts.count { has($0, ["?", "漢"]) })
    #expect(total.sameTexts == texts.count { !has($0, ["?", "cd", "ef", "g", "h", "漢"]) })
    // In the target cd, ef, yz, gone 漢: two tokens, two, two, none; every other piece is one token.
    let two = counts[1] + counts[2] + counts[8]
    #expect(total.source.tokens == total.tokens.tokens)
    #expect(total.target.tokens == total.tokens.tokens + two - counts[5])
    #expect(
      total.target.tokensPerByte(of: total.text)
        == Double(total.target.tokens) / Double(total.text.bytes))
    // The more frequent of the two unmatched tokens, with the first text that has it.
    #expect(total.unmatched.count == 1)
    let worst = try #require(total.unmatched.first)
    #expect(
      worst.token.id == 5 && worst.token.piece == "漢" && worst.script == "Han" && worst.tally == tally([5]))
    let first = try #require(texts.first { has($0, ["漢"]) })
    let example = try #require(worst.example)
    #expect(example.text == "漢" && !example.before.contains("漢"))
    #expect(example.before + example.text + example.after == String(decoding: first.bytes, as: UTF8.self))
  }

  @Test(arguments: [1, 2, 7])
  func domainsAreCountedApartAndTogether(threads: Int) throws {
    let plans = [[50, 0, 3, 0, 4, 0, 0, 9, 0], [0, 70, 0, 8, 0, 2, 6, 0, 1], [Int](repeating: 0, count: 9)]
    var counter = try CorpusCoverageCounter(
      map, source: source, target: target, options: CoverageOptions(threads: threads))
    for (index, plan) in plans.enumerated() {
      counter.beginDomain("domain \(index)")
      try counter.add(corpus(plan, foreign: index, seed: UInt64(index)))
    }
    let coverage = counter.finish()
    #expect(coverage.domains.map(\.name) == ["domain 0", "domain 1", "domain 2"])
    for (plan, domain) in zip(plans, coverage.domains) {
      #expect(domain.figures.tokens == Self.tally(plan, Array(0..<9)))
      #expect(domain.figures.tally(of: .exact) == Self.tally(plan, [0, 6, 7]))
    }
    let all = (0..<9).map { piece in plans.reduce(0) { $0 + $1[piece] } }
    #expect(coverage.total.tokens == Self.tally(all, Array(0..<9)))
    #expect(coverage.total.unmatched.map(\.token.id) == [4, 5])
    #expect(coverage.total.text.texts == coverage.domains.reduce(0) { $0 + $1.figures.text.texts })
    #expect(coverage.domains[2].figures.tokens.tokenShare(of: coverage.domains[2].figures.tokens) == nil)
  }

  @Test func aMapOfOtherVocabulariesIsRefused() throws {
    #expect {
      _ = try CorpusCoverageCounter(map, source: target, target: source)
    } throws: {
      guard case TokenMapToolError.fingerprint(let side, _, _) = $0 else { return false }
      return side == "source"
    }
  }
}
