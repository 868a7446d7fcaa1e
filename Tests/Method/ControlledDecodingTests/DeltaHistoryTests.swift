import CMCAlignment
import CMCControlledDecoding
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// The delta model's history against the rule: after an inexact token it is the encoding of the whole generated text.
@Suite struct DeltaHistoryTests {
  struct Pair: Sendable {
    let user: Tokenizer
    let delta: Tokenizer
    let map: TokenMap

    init(_ user: String, _ delta: String) throws {
      let source = try TokenizerLoader.load(user)
      let target = try TokenizerLoader.load(delta)
      self.user = try Tokenizer(source)
      self.delta = try Tokenizer(target)
      map = try TokenMap.aligning(source, to: target)
    }
  }

  static let demo: [(String, String)] = [
    (RealData.checkout + "/Vocabs/demo/harbor", RealData.checkout + "/Vocabs/demo/meadow"),
    (RealData.checkout + "/Vocabs/demo/meadow", RealData.checkout + "/Vocabs/demo/harbor"),
  ]
  static let real: [(String, String)] = [
    ("mistral-7b-v0.1/tokenizer.model", "llama-3/tokenizer.model"),
    ("llama-3/tokenizer.model", "mistral-7b-v0.1/tokenizer.model"),
    ("qwen/qwen.tiktoken", "deepseek/tokenizer.json"),
  ].map { (RealData.path($0.0), RealData.path($0.1)) }

  static let text =
    "The harbour lights — naïve, 12 345 of them — shine 😀 on Straße № 7.\n\tMore: 日本語 and a b  c.\n"

  /// Feeds a text's tokens one by one, and checks after each.
  func check(_ pair: Pair, prompt: [Int32]) throws {
    var history = DeltaHistory(prompt: prompt, map: pair.map, user: pair.user, delta: pair.delta)
    var options = EncodingOptions()
    options.isContinuation = true
    let tokens = try pair.user.encode(Array(Self.text.utf8), options: options)
    var shown = prompt
    var reencoded = 0
    for count in 1...tokens.count {
      let token = tokens[count - 1]
      let change = try history.append(token)
      // What the caller is told to do gives the history.
      shown = Array(shown[..<change.kept]) + change.added
      try #require(shown == history.ids)
      #expect(history.ids.starts(with: prompt))
      if change.isReencoded {
        reencoded += 1
        var decoder = pair.user.makeStreamingDecoder(isContinuation: true)
        var text: [UInt8] = []
        for token in tokens[..<count] { text += try decoder.append(token) }
        let encoded = try pair.delta.encode(text, options: options)
        try #require(history.ids == prompt + encoded, "after \(count) tokens")
      } else {
        #expect(pair.map.isMatch(Int(token)))
        #expect(change.added == [pair.map.ids[Int(token)]])
      }
    }
    #expect(reencoded > 0 && reencoded < tokens.count)
  }

  @Test(arguments: demo)
  func followsTheDemoVocabularies(user: String, delta: String) throws {
    try check(Pair(user, delta), prompt: [1, 2, 3])
  }

  @Test(.enabled(if: RealData.has("llama-3/tokenizer.model"), "fetch it with Vocabs/fetch"), arguments: real)
  func followsRealVocabularies(user: String, delta: String) throws {
    try check(Pair(user, delta), prompt: [1])
  }

  /// A placed special token enters as its target, any other not at all.
  @Test(.enabled(if: RealData.has("llama-3/tokenizer.model"), "fetch it with Vocabs/fetch"))
  func specialTokensEnterAsTargetsOrNotAtAll() throws {
    let pair = try Pair(
      RealData.path("llama-3/tokenizer.model"), RealData.path("mistral-7b-v0.1/tokenizer.model"))
    let vocabulary = pair.user.description.vocabulary
    let specials = (0..<Int32(vocabulary.idLimit)).filter { vocabulary.kind($0) == .special }
    let placed = try #require(specials.first { pair.map.isMatch(Int($0)) })
    let other = try #require(specials.first { !pair.map.isMatch(Int($0)) })
    var history = DeltaHistory(prompt: [1], map: pair.map, user: pair.user, delta: pair.delta)
    for token in try pair.user.encode(" Some text") { _ = try history.append(token) }
    let before = history.ids
    let skipped = try history.append(other)
    #expect(history.ids == before && skipped.added.isEmpty && skipped.kept == before.count)
    _ = try history.append(placed)
    #expect(history.ids.last == pair.map.ids[Int(placed)])
    // What was before the special token stays when text after it is encoded anew.
    for token in try pair.user.encode(" naïveté, Straßenbahnhaltestelle") { _ = try history.append(token) }
    #expect(history.ids.contains(pair.map.ids[Int(placed)]))
    // Decoded as a text of its own, the space at the beginning is the tokenizer's.
    let text = try pair.delta.decode(history.ids.dropFirst())
    #expect(text == Array("Some text naïveté, Straßenbahnhaltestelle".utf8))
  }

  @Test func aSharedVocabularyNeedsNoMap() throws {
    var history = DeltaHistory(prompt: [5])
    #expect(try history.append(9).added == [9])
    #expect(history.ids == [5, 9])
  }
}
