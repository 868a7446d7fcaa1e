import CMCLanguageModel
import CMCLinearAlgebra
import TestSupport
import Testing

@testable import CMCTraining

/// Which families can be trained as their classes are by default, and what is said of the others.
@Suite struct TrainableFamiliesTests {
  static let trainable = ["llama", "mistral", "qwen2", "qwen3", "gemma3", "gemma", "seed_oss"]

  private func refusal(_ configuration: ModelConfiguration) -> String? {
    do {
      _ = try NetworkShape(configuration)
      return nil
    } catch { return error.description }
  }

  @Test func everyOtherFamilyHasAReason() throws {
    let refusals = try ModelArchitecture.all.map { ($0.rawValue, refusal(try $0.defaults())) }
    #expect(refusals.filter { $0.1 == nil }.map(\.0) == Self.trainable)
    let reasons = Dictionary(uniqueKeysWithValues: refusals)
    for (name, part) in [
      ("olmo2", "norms outputs alone"), ("gemma2", "bounds"), ("smollm3", "without positions"),
      ("helium", "pairs lie side by side"), ("arcee", "without a gate"), ("gpt2", "layer norms"),
      ("gpt_neox", "layer norms"), ("glm4", "pairs lie side by side"), ("ministral3", "queries grow"),
      ("mixtral", "mixture of experts"), ("olmoe", "mixture of experts"),
      ("mamba", "state in place of attention"), ("mamba2", "state in place of attention"),
      ("granitemoehybrid", "state in place of attention"), ("rwkv7", "state in place of attention"),
      ("gemma4", "unlike heads"), ("gemma4_unified", "unlike heads"),
      ("phi3", "Phi-3, whose files are not written"),
      ("granite", "Granite 3, whose files are not written"),
    ] {
      #expect(reasons[name]??.contains(part) == true, "\(name): \(String(describing: reasons[name]))")
    }
  }

  /// Options that the backward pass does not know are refused in a family that it knows.
  @Test func whatNoGradientIsKnownOfIsNamed() throws {
    func changed(_ change: (inout ModelConfiguration) -> Void) throws -> String {
      var c = try SmallNetworks.configuration("llama")
      change(&c)
      return refusal(c) ?? ""
    }
    #expect(try changed { $0.residualScale = 0.5 }.contains("scaled sums"))
    #expect(try changed { $0.logitScale = 0.5 }.contains("scaled sums or logits"))
    #expect(
      try changed { $0.latent = LatentAttention(queryRank: nil, rank: 8, turned: 4, plain: 4, valueSize: 4) }
        .contains("latent attention"))
    #expect(try changed { $0.hasSinks = true }.contains("scores of their own"))
    #expect(try changed { $0.queryKeyValueBound = 5 }.contains("cuts off queries"))
    #expect(try changed { $0.scoreCap = 5 }.contains("bounds"))
    #expect(try changed { $0.unturnedLayers = [1] }.contains("without positions"))
    #expect(try changed { $0.arrangement = .parallel(sharesNorm: true) }.contains("side by side"))
    #expect(try changed { $0.queryKeyNorm = .whole }.contains("normed otherwise"))
    #expect(try changed { $0.feedForward = .gated(.gelu) }.contains("another function"))
    #expect(
      try changed {
        $0.positions = .rotary(
          layout: .halves, global: RotaryEmbedding(base: 10_000, turned: 2), local: nil)
      }.contains("part of each head"))
  }

  /// A folder of a family that training writes is the model that was trained.
  @Test(arguments: trainable) func aFolderIsTheModel(_ name: String) throws {
    let family = try #require(ModelArchitecture.all.first { $0.rawValue == name })
    var c = try family.defaults()
    (c.vocabularySize, c.contextLength, c.hiddenSize, c.layerCount) = (37, 128, 24, 2)
    (c.headCount, c.keyValueHeadCount, c.headSize, c.feedForwardSize) = (4, 2, 8, 20)
    c.windows = ["mistral", "gemma3"].contains(name) ? [3, nil] : [nil, nil]
    c.attentionScale = 1 / Float(8).squareRoot()
    if c.embeddingScale != 1 { c.embeddingScale = Float(24).squareRoot() }
    let network = Network(try NetworkShape(c), learning: .nothing, positions: 8, longest: 8)
    network.initialize(seed: 3)
    let folder = try TemporaryFolder()
    try ModelFolder.write(
      network, tokens: .init(bos: 1, eos: [2]), encoding: .float32, to: folder.path("model"))
    let model = try LanguageModel.load(folder.path("model"))
    #expect(model.configuration == c)
    let ids: [Int32] = [1, 5, 30, 7, 7, 2, 36]
    let wanted = NaiveNetwork(network).logits(ids)
    try LanguageModelSession(model, threads: 1).extend(ids, logits: .all) { position, logits in
      for (a, b) in zip(logits, wanted[position]) { #expect(abs(Double(a) - b) < 1e-4) }
    }
  }
}
