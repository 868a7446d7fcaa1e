import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import Foundation
import TestSupport
import Testing

@testable import CMCAlignment

/// Counts one text after the other with dictionaries; examples are left out.
private func naiveCoverage(
  _ texts: [[UInt8]], _ map: TokenMap, _ source: Tokenizer, _ target: Tokenizer, parsesSpecial: Bool
) throws -> CoverageFigures {
  var figures = CoverageFigures()
  var counts: [Int32: Int] = [:]
  let options = EncodingOptions(addsSpecial: false, parsesSpecial: parsesSpecial)
  let vocabulary = source.description.vocabulary
  let bytes = { (id: Int32) in vocabulary.kind(id) == .special ? [] : Array(vocabulary.canonical[Int(id)]) }
  let isSame = { (id: Int32) -> Bool in
    guard map.isMatched(id) else { return false }
    let targets = map.sequences[id]?.ids ?? [map.ids[Int(id)]]
    return targets.flatMap { Array(target.description.vocabulary.canonical[Int($0)]) }
      == Array(vocabulary.canonical[Int(id)])
  }
  for text in texts {
    let readable = Array(String(decoding: text, as: UTF8.self).utf8)
    figures.text.texts += 1
    figures.text.bytes += readable.count
    if String(validating: text, as: UTF8.self) == nil { figures.text.invalidTexts += 1 }
    for (isSource, tokenizer) in [(true, source), (false, target)] {
      let ids = try tokenizer.encode(text, options: options)
      let back = try tokenizer.decode(ids, showsSpecial: parsesSpecial)
      let kept = naiveCommonSubsequenceLength(readable, back)
      var side = isSource ? figures.source : figures.target
      side.tokens += ids.count
      side.changedTexts += back == readable ? 0 : 1
      side.lostBytes += readable.count - kept
      side.addedBytes += back.count - kept
      if isSource { figures.source = side } else { figures.target = side }
      guard isSource else { continue }
      for id in ids { counts[id, default: 0] += 1 }
      if back == readable, ids.allSatisfy(isSame) { figures.sameTexts += 1 }
    }
  }
  var methods: [MapMethod: TokenTally] = [:]
  for (id, count) in counts {
    let tally = TokenTally(tokens: count, bytes: count * bytes(id).count, distinct: 1)
    figures.tokens.add(tally)
    methods[map.isMatched(id) ? map.methods[Int(id)] : .unmatched, default: TokenTally()].add(tally)
    if isSame(id) { figures.same.add(tally) }
  }
  let changed = counts.keys.filter { !isSame($0) && !bytes($0).isEmpty }.sorted { one, other in
    let sizes = [one, other].map { counts[$0, default: 0] * bytes($0).count }
    if sizes[0] != sizes[1] { return sizes[0] > sizes[1] }
    if counts[one] != counts[other] { return counts[one, default: 0] > counts[other, default: 0] }
    return one < other
  }
  figures.costs = changed.prefix(1000).map { id in
    TokenCost(
      token: vocabulary.token(id),
      targets: map.isMatched(id) ? map[Int(id)].targets.map(target.description.vocabulary.token) : [],
      method: map.isMatched(id) ? map.methods[Int(id)] : .unmatched,
      tally: TokenTally(
        tokens: counts[id, default: 0], bytes: counts[id, default: 0] * bytes(id).count, distinct: 1))
  }
  figures.methods = MapMethod.allCases.compactMap { method in
    methods[method].map { MethodTally(method: method, tally: $0) }
  }
  return figures
}

@Suite struct CorpusCoverageCounterTests {
  private func pair(_ source: String, _ target: String) throws -> (Tokenizer, Tokenizer, TokenMap) {
    let from = try TokenizerLoader.load(source)
    let to = try TokenizerLoader.load(target)
    return (try Tokenizer(from), try Tokenizer(to), try TokenMap.aligning(from, to: to))
  }

  /// Texts of many scripts, blanks, control characters, special tokens and bytes that are no UTF-8.
  private func texts(_ count: Int, seed: UInt64) -> [[UInt8]] {
    let words = [
      "the harbour ", "light", " ", "  \n", "\t", "Ελληνικά ", "текст ", "日本語", "漢字", "हिन्दी ", "عربي ",
      "👍🏽", "<|end|>", "<s>", "▁", "\u{A0}", "x[i] += 1;\r\n", "1234 ", "éclair ",
    ]
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      (0..<random.below(12)).flatMap { _ in
        random.below(40) == 0 ? [0xFF, 0xE6, 0xBC] : Array(words[random.below(words.count)].utf8)
      }
    }
  }

  private func count(
    _ texts: [[UInt8]], _ map: TokenMap, _ source: Tokenizer, _ target: Tokenizer, threads: Int,
    parsesSpecial: Bool
  ) throws -> CorpusCoverage {
    var counter = try CorpusCoverageCounter(
      map, source: source, target: target,
      options: CoverageOptions(parsesSpecial: parsesSpecial, top: 1000, threads: threads))
    for batch in [texts.prefix(100), texts.dropFirst(100)] {
      counter.beginDomain("\(batch.startIndex)")
      try counter.add(batch.map { CorpusText($0) })
    }
    return counter.finish()
  }

  private func compare(
    _ source: Tokenizer, _ target: Tokenizer, _ map: TokenMap, texts: [[UInt8]], parsesSpecial: Bool
  ) throws {
    let counted = try count(texts, map, source, target, threads: 1, parsesSpecial: parsesSpecial)
    for threads in [2, 7] {
      #expect(
        try count(texts, map, source, target, threads: threads, parsesSpecial: parsesSpecial) == counted)
    }
    var total = counted.total
    let unmatched = total.tally(of: .unmatched)
    #expect(total.unmatched.count == unmatched.distinct)
    #expect(total.unmatched.reduce(0) { $0 + $1.tally.tokens } == unmatched.tokens)
    #expect(total.unmatched.allSatisfy { $0.example != nil })
    #expect(total.scripts.reduce(0) { $0 + $1.all.tokens } == total.tokens.tokens)
    #expect(total.scripts.reduce(0) { $0 + $1.unmatched.bytes } == unmatched.bytes)
    #expect(total.text.replacements >= total.text.invalidTexts)
    total.unmatched = []
    total.scripts = []
    total.text.replacements = 0
    #expect(total == (try naiveCoverage(texts, map, source, target, parsesSpecial: parsesSpecial)))
    // Kept as JSON and read back it is the same.
    let json = try JSONEncoder().encode(counted)
    #expect(try JSONDecoder().decode(CorpusCoverage.self, from: json) == counted)
  }

  @Test(arguments: [false, true])
  func agreesWithTheNaiveCountOnTheDemonstration(parsesSpecial: Bool) throws {
    let demo = RealData.checkout + "/Vocabs/demo/"
    let (source, target, map) = try pair(demo + "harbor", demo + "meadow")
    let texts = texts(400, seed: 3)
    try compare(source, target, map, texts: texts, parsesSpecial: parsesSpecial)
    let back = try TokenMap.aligning(target.description, to: source.description)
    try compare(target, source, back, texts: texts, parsesSpecial: parsesSpecial)
  }

  @Test(
    .enabled(
      if: RealData.has("llama-3/tokenizer.model") && RealData.has("mistral-7b-v0.1/tokenizer.model"),
      "Vocabs/fetch"))
  func agreesWithTheNaiveCountOnRealTokenizers() throws {
    let (source, target, map) = try pair(RealData.path("llama-3"), RealData.path("mistral-7b-v0.1"))
    try compare(source, target, map, texts: texts(300, seed: 4), parsesSpecial: false)
  }

  @Test func invalidTextIsReplacedAndCountedOrRefusedWithItsPlace() throws {
    let demo = RealData.checkout + "/Vocabs/demo/"
    let (source, target, map) = try pair(demo + "harbor", demo + "meadow")
    let batch = [
      CorpusText(Array("good".utf8)), CorpusText([0x61, 0xFF, 0xFE, 0xE6, 0xBC, 0x62], offset: 1000),
    ]
    var counter = try CorpusCoverageCounter(map, source: source, target: target)
    try counter.add(batch)
    let text = counter.finish().total.text
    #expect(text.texts == 2 && text.invalidTexts == 1)
    // Python: b"a\xff\xfe\xe6\xbcb".decode(errors="replace") has three U+FFFD.
    #expect(text.replacements == 3)
    #expect(text.bytes == 4 + 2 + 3 * 3)
    var strict = try CorpusCoverageCounter(
      map, source: source, target: target, options: CoverageOptions(invalid: .error, threads: 2))
    #expect(throws: TokenizationError.invalidUTF8(offset: 1001)) { try strict.add(batch) }
  }

  @Test func aMapOfAVocabularyToItselfChangesNoText() throws {
    let demo = RealData.checkout + "/Vocabs/demo/"
    let (source, _, map) = try pair(demo + "meadow", demo + "meadow")
    var counter = try CorpusCoverageCounter(map, source: source, target: source)
    try counter.add(texts(200, seed: 9).map { CorpusText($0) })
    let total = counter.finish().total
    #expect(total.same == total.tokens && total.matched == total.tokens && total.unmatched.isEmpty)
    #expect(total.source == total.target && total.source.tokens == total.tokens.tokens)
    // Byte-level BPE of all bytes gives every text back.
    #expect(total.sameTexts == total.text.texts && total.source.lostBytes == 0)
  }
}
