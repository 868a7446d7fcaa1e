import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCAlignment

@Suite struct AlignerTests {
  /// The rule in its plain form and the walk agree on vocabularies where everything happens often.
  @Test func agreesWithTheNaiveRuleOnRandomVocabularies() throws {
    for seed in 0..<400 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let source = try RandomVocabulary.make(&generator, size: 60)
      let target = try RandomVocabulary.make(&generator, size: 60)
      try expectNaive(source, target, "seed \(seed)", threads: [1, 2, 7])
    }
  }

  @Test func equalFingerprintsAreTheIdentity() throws {
    var generator = SeededGenerator(seed: 5)
    let vocabulary = try RandomVocabulary.make(&generator, size: 80)
    let choices = try Aligner(source: vocabulary, target: vocabulary).choices(AlignmentOptions())
    for (id, choice) in choices.enumerated() where vocabulary.kinds[id] != .hole {
      #expect(choice.id == Int32(id) && choice.distance == 0)
    }
  }

  @Test(
    .enabled(
      if: RealData.has("mistral-7b-v0.1/tokenizer.model") && RealData.has("llama-2/tokenizer.json"),
      "run Vocabs/fetch"))
  func agreesWithTheNaiveRuleOnMistralAndLlama() throws {
    try expectNaiveBothWays("mistral-7b-v0.1/tokenizer.model", "llama-2/tokenizer.json")
  }

  @Test(
    .enabled(
      if: RealData.has("gguf/ggml-vocab-gpt-2.gguf") && RealData.has("gguf/ggml-vocab-bert-bge.gguf"),
      "run Vocabs/fetch"))
  func agreesWithTheNaiveRuleOnGPT2AndBERT() throws {
    try expectNaiveBothWays("gguf/ggml-vocab-gpt-2.gguf", "gguf/ggml-vocab-bert-bge.gguf")
  }

  private func expectNaiveBothWays(_ a: String, _ b: String) throws {
    let first = try TokenizerLoader.load(RealData.path(a)).vocabulary
    let second = try TokenizerLoader.load(RealData.path(b)).vocabulary
    try expectNaive(first, second, "\(a) → \(b)", threads: [1, 2])
    try expectNaive(second, first, "\(b) → \(a)", threads: [2])
  }

  private func expectNaive(_ source: Vocabulary, _ target: Vocabulary, _ name: String, threads: [Int]) throws
  {
    let naive = try NaiveAligner(source: source, target: target).choices(threads: 2)
    for count in threads {
      let choices = try Aligner(source: source, target: target, threads: count).choices(
        AlignmentOptions(threads: count))
      #expect(choices.count == naive.count)
      let wrong = naive.indices.filter {
        choices[$0] != TargetChoice(id: naive[$0].id, method: naive[$0].method, distance: naive[$0].distance)
      }
      #expect(
        wrong.isEmpty,
        "\(name), \(count) threads: \(wrong.prefix(5).map { "\($0): \(choices[$0]) instead of \(naive[$0])" })"
      )
    }
  }
}
