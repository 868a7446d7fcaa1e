import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

@testable import CMCTraining

/// What sessions compute of models that are made here.
@Suite struct MadeModelTests {
  /// With `use_rslora` the factor is alpha / √r: half the alpha at rank 4 is the same model.
  @Test func rankStableAdaptersDivideByTheRoot() throws {
    let folder = try TemporaryFolder()
    let network = try SmallNetworks.network("llama", learning: .adapters(rank: 4, alpha: 8))
    try ModelFolder.write(
      network, tokens: .init(bos: nil, eos: []), encoding: .float32, to: folder.path("base"))
    try AdapterFolder.write(network, base: .init(named: "base"), to: folder.path("adapter"))
    func logits() throws -> [Float] {
      let model = try LanguageModel.load(folder.path("base") + "+" + folder.path("adapter"))
      return try LanguageModelSession(model, threads: 1).logits(after: [1, 5, 30, 7])
    }
    let plain = try logits()
    let modules =
      #""peft_type": "LORA", "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]"#
    try folder.write(
      "adapter/adapter_config.json", "{\"r\": 4, \"lora_alpha\": 4, \"use_rslora\": true, \(modules)}")
    #expect(try logits() == plain)
    try folder.write("adapter/adapter_config.json", "{\"r\": 4, \"lora_alpha\": 4, \(modules)}")
    #expect(try logits() != plain)
  }

  /// A text that outgrows the first memory of the cache keeps all of its positions.
  @Test func aLongTextIsTheSameInParts() throws {
    let folder = try TemporaryFolder()
    let shape = try NetworkShape(
      try ModelConfiguration.llama(
        vocabularySize: 37, contextLength: 1200, hiddenSize: 16, layerCount: 2, headCount: 4,
        keyValueHeadCount: 2, feedForwardSize: 20))
    let network = Network(shape, learning: .nothing, positions: 8, longest: 8)
    network.initialize(seed: 1)
    // Attention over long texts is nearly even: larger weights make single positions count.
    for place in 0..<network.values.values.count { network.values.start[place] *= 8 }
    try ModelFolder.write(
      network, tokens: .init(bos: nil, eos: []), encoding: .float32, to: folder.path("long"))
    let model = try LanguageModel.load(folder.path("long"))
    let ids = (0..<513).map { Int32($0 * 7 % 37) }
    let whole = try LanguageModelSession(model, threads: 1).logits(after: ids)
    let session = LanguageModelSession(model, threads: 1)
    // The first memory is enough for 512 positions.
    try session.extend(Array(ids.dropLast()))
    var parts: [Float] = []
    try session.extend(Array(ids.suffix(1)), logits: .last) { _, logits in parts = Array(logits) }
    let largest = zip(whole, parts).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
    #expect(largest < 1e-5)
  }
}
