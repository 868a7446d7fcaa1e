import CMCFastJSON
import CMCLinearAlgebra
import CMCTokenizerFormats
import TestSupport
import Testing

@testable import CMCLanguageModel
@testable import CMCTraining

/// What is written of a model reads back as that model, each option away from its default; or is refused by name.
@Suite struct RoundTripTests {
  /// An option, and the families that a format can say it of.
  struct Option: CustomTestStringConvertible, Sendable {
    let name: String
    /// Whose `config.json` says it.
    let hub: Set<String>
    /// Whose GGUF files say it; nil where `config.json` is refused first, and nothing is known.
    let gguf: Set<String>?
    /// What a refusal has in it.
    let part: String
    let change: @Sendable (inout ModelConfiguration) -> Void

    init(
      _ name: String, hub: Set<String>, gguf: Set<String>?, _ part: String,
      _ change: @escaping @Sendable (inout ModelConfiguration) -> Void
    ) {
      (self.name, self.hub, self.gguf, self.part, self.change) = (name, hub, gguf, part, change)
    }

    var testDescription: String { name }
  }

  private static let all = Set(TrainableFamiliesTests.trainable)
  private static let inGGUF: Set = ["llama", "mistral", "qwen2", "qwen3", "gemma3"]

  static let options: [Option] = [
    Option("plain", hub: all, gguf: inGGUF, "", { _ in }),
    Option("epsilon", hub: all, gguf: inGGUF, "") { $0.normalization = .rms(epsilon: 3e-4, weightOffset: 0) },
    Option("tied", hub: all, gguf: inGGUF, "") { $0.tiesEmbeddings.toggle() },
    Option("context", hub: all, gguf: inGGUF, "") { $0.contextLength = 77 },
    Option("heads", hub: all, gguf: inGGUF, "") { ($0.headCount, $0.keyValueHeadCount) = (6, 3) },
    Option("base", hub: all, gguf: inGGUF, "") { turn(&$0, RotaryEmbedding(base: 12_345.6)) },
    Option("linear", hub: all, gguf: inGGUF, "") {
      turn(&$0, RotaryEmbedding(base: 500_000, scaling: .linear(factor: 4.7)))
    },
    Option("llama3", hub: all, gguf: [], "rope_parameters") {
      let scaling = RotaryEmbedding.Scaling.llama3(
        factor: 8, lowFrequency: 1, highFrequency: 4, originalContext: 64)
      turn(&$0, RotaryEmbedding(base: 500_000, scaling: scaling))
    },
    Option("yarn", hub: all, gguf: [], "rope_parameters") {
      var yarn = Yarn(factor: 4, originalContext: 64)
      (yarn.betaFast, yarn.betaSlow, yarn.attentionFactor) = (16, 2, 0.7)
      turn(&$0, RotaryEmbedding(base: 10_000, scaling: .yarn(yarn)))
    },
    Option("longrope", hub: [], gguf: [], "") {
      let short = [Float](repeating: 1.1, count: $0.headSize / 2)
      let scaling = LongRope(short: short, long: short, attentionFactor: 1, originalContext: 64)
      turn(&$0, RotaryEmbedding(base: 10_000, scaling: .longRope(scaling)))
    },
    Option("divisors", hub: [], gguf: [], "") {
      let divisors = [Float](repeating: 1.1, count: $0.headSize / 2)
      turn(&$0, RotaryEmbedding(base: 10_000, scaling: .divisors(divisors)))
    },
    Option("function", hub: all, gguf: [], "hidden_act") {
      $0.feedForward = .gated($0.feedForward == .gated(.silu) ? .geluTanh : .silu)
    },
    Option("every window", hub: ["mistral", "gemma3", "qwen2", "qwen3"], gguf: ["gemma3"], "window") {
      $0.windows = [3, 3]
    },
    Option("first window", hub: ["mistral", "gemma3", "qwen2", "qwen3"], gguf: [], "window") {
      $0.windows = [3, nil]
    },
    Option("last window", hub: ["mistral", "gemma3", "qwen2", "qwen3"], gguf: [], "window") {
      $0.windows = [nil, 3]
    },
    Option("no window", hub: all, gguf: ["llama", "mistral", "qwen2", "qwen3"], "window") {
      $0.windows = [nil, nil]
    },
    Option("unlike windows", hub: [], gguf: [], "window") { $0.windows = [3, 4] },
    Option("whole scale", hub: ["gemma3"], gguf: [], "query_pre_attn_scalar") {
      $0.attentionScale = 1 / Float(24).squareRoot()
    },
    Option("broken scale", hub: [], gguf: [], "query_pre_attn_scalar") { $0.attentionScale = 0.3 },
    Option("biases", hub: ["seed_oss"], gguf: nil, "biases") {
      $0.biases.formSymmetricDifference(.queryKeyValue)
    },
    Option("local base", hub: ["gemma3"], gguf: ["gemma3"], "rope_parameters") {
      guard case .rotary(let layout, let global, _) = $0.positions else { return }
      $0.positions = .rotary(layout: layout, global: global, local: RotaryEmbedding(base: 77))
    },
    Option("local scaling", hub: [], gguf: [], "rope_parameters") {
      guard case .rotary(let layout, let global, _) = $0.positions else { return }
      let local = RotaryEmbedding(base: 10_000, scaling: .linear(factor: 2))
      $0.positions = .rotary(layout: layout, global: global, local: local)
    },
    Option("norms of heads", hub: [], gguf: [], "norms of queries and keys") {
      $0.queryKeyNorm = $0.queryKeyNorm == .none ? .shared : .none
    },
    Option("norms of outputs", hub: [], gguf: [], "norms") { $0.normsOutputs.toggle() },
    Option("embeddings", hub: [], gguf: [], "embedding_scale") { $0.embeddingScale = 3 },
  ]

  /// Another embedding of the layers that see everything.
  private static func turn(_ c: inout ModelConfiguration, _ embedding: RotaryEmbedding) {
    guard case .rotary(let layout, _, let local) = c.positions else { return }
    c.positions = .rotary(layout: layout, global: embedding, local: local)
  }

  /// A small model of a family as its class has it; layers have windows where GGUF files of the family must.
  private static func configuration(_ family: ModelArchitecture) throws -> ModelConfiguration {
    var c = try family.defaults()
    (c.vocabularySize, c.contextLength, c.hiddenSize, c.layerCount) = (1300, 128, 24, 2)
    (c.headCount, c.keyValueHeadCount, c.headSize, c.feedForwardSize) = (4, 2, 8, 20)
    c.windows = family == .gemma3 ? [5, 5] : [nil, nil]
    c.attentionScale = 1 / Float(8).squareRoot()
    if c.embeddingScale != 1 { c.embeddingScale = Float(24).squareRoot() }
    return c
  }

  /// The refusal of a body; nil where there is none.
  private func refusal(_ body: () throws -> Void) throws -> String? {
    do {
      try body()
      return nil
    } catch let error as TrainingError {
      guard case .unwritable(let what, _) = error else { throw error }
      return what
    }
  }

  @Test(arguments: options) func anOptionIsKeptOrRefused(_ option: Option) throws {
    let argument = RealData.checkout + "/Vocabs/demo/models/base-one"
    let tokenizer = GGUFModel.Tokenizer(try TokenizerLoader.load(argument), from: argument)
    for name in TrainableFamiliesTests.trainable {
      let family = try #require(ModelArchitecture.all.first { $0.rawValue == name })
      var c = try Self.configuration(family)
      option.change(&c)
      let shape = try NetworkShape(c)
      let tokens = SpecialTokens(bos: 1, eos: [2])
      let json = try refusal {
        let text = try ModelFolder.configuration(shape, tokens: tokens, encoding: .float32)
        #expect(try WrittenConfiguration.ofHub(text) == c.asInHub(rows: 1300))
      }
      #expect((json == nil) == option.hub.contains(name), "\(name): \(json ?? "written")")
      if let json, !option.part.isEmpty { #expect(json.contains(option.part), "\(name): \(json)") }
      guard let wanted = option.gguf else { continue }
      let gguf = try refusal { try GGUFModel.check(shape, tokenizer: tokenizer) }
      #expect((gguf == nil) == wanted.contains(name), "\(name): \(gguf ?? "written")")
      if let gguf, Self.inGGUF.contains(name), !option.part.isEmpty {
        #expect(gguf.contains(option.part), "\(name): \(gguf)")
      }
    }
  }

  /// Numbers that transformers' classes take as integers alone, and what Qwen's need beside a list of kinds.
  @Test func membersAreThoseOfTheClasses() throws {
    func text(_ family: ModelArchitecture, _ change: (inout ModelConfiguration) -> Void) throws -> String {
      var c = try Self.configuration(family)
      change(&c)
      let bytes = try ModelFolder.configuration(
        try NetworkShape(c), tokens: .init(bos: nil, eos: []), encoding: .float32)
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(try text(.gemma3) { _ in }.contains("\"query_pre_attn_scalar\": 8,"))
    let qwen = try text(.qwen2) { $0.windows = [nil, 3] }
    for member in [
      "\"use_sliding_window\": true", "\"max_window_layers\": 1", "\"sliding_window\": 3",
      "\"layer_types\": [\"full_attention\",\"sliding_attention\"]",
    ] { #expect(qwen.contains(member), "\(qwen)") }
    #expect(try text(.qwen3) { _ in }.contains("\"use_sliding_window\": false"))
    #expect(try !text(.qwen2) { $0.windows = [3, nil] }.contains("max_window_layers"))
    let mistral = try text(.mistral) { $0.windows = [3, 3] }
    #expect(mistral.contains("\"sliding_window\": 3") && !mistral.contains("layer_types"))
    #expect(try text(.mistral) { _ in }.contains("\"sliding_window\": null"))
  }
}
