import CMCFastJSON
import CMCLanguageModel
import CMCPrimitives
import CMCSafetensors
import TestSupport
import Testing

@testable import CMCTraining

/// Adapters by the names and numbers that PEFT reads.
@Suite struct WrittenAdaptersTests {
  private let ids: [Int32] = [1, 5, 30, 7, 7, 2, 36]

  private func difference(_ model: LanguageModel, _ wanted: [[Double]]) throws -> Double {
    var worst = 0.0
    try LanguageModelSession(model, threads: 1).extend(ids, logits: .all) { position, logits in
      for (a, b) in zip(logits, wanted[position]) { worst = max(worst, abs(Double(a) - b)) }
    }
    return worst
  }

  private func names(_ path: String) throws -> [String] {
    try readFile(path).withUnsafeBytes { try SafetensorsHeader(parsing: $0).tensors.map(\.name) }
  }

  /// PEFT 0.21 holds keys against the modules of the class: of a model that also sees, those of its text part.
  @Test func anAdapterOfATextPartHasItsNames() throws {
    let folder = try TemporaryFolder()
    let network = try SmallNetworks.network("llama", learning: .adapters(rank: 3, alpha: 6))
    let base = AdapterFolder.Base(named: "base", prefix: "model.language_model.")
    try AdapterFolder.write(network, base: base, to: folder.path("adapter"))
    for name in try names(folder.path("adapter/adapter_model.safetensors")) {
      #expect(name.hasPrefix("base_model.model.model.language_model.layers."), "\(name)")
    }
    let json = try JSONDocument(try readFile(folder.path("adapter/adapter_config.json"))).root
    #expect(
      json["target_modules"]?.string
        == #"model\.language_model\.layers\.\d+\..*\.(?:q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"#
    )
    #expect(json["lora_alpha"]?.int == 6)
    // The same model inside another, and the adapter on it.
    let path = folder.path("base")
    try ModelFolder.write(network, tokens: .init(bos: nil, eos: []), encoding: .float32, to: path)
    let model = try LanguageModel.load(path + "+" + folder.path("adapter"))
    network.mergeAdapters()
    #expect(try difference(model, NaiveNetwork(network).logits(ids)) < 2e-4)
  }

  @Test func alphaIsWhatWasGiven() throws {
    for (alpha, text) in [(Float(16), "16"), (0.1, "0.1"), (2.5, "2.5")] {
      let folder = try TemporaryFolder()
      let network = try SmallNetworks.network("llama", learning: .adapters(rank: 3, alpha: alpha))
      try AdapterFolder.write(network, base: .init(named: "base"), to: folder.path)
      let json = String(decoding: try readFile(folder.path("adapter_config.json")), as: UTF8.self)
      #expect(json.contains("\"lora_alpha\": \(text),"), "\(json)")
    }
  }

  /// PEFT 0.21: of a tied base with other rows for the head than for the embeddings, W with each's own rows on its side.
  @Test(arguments: [([5, 6], [7, 8]), ([5, 6], [5, 9]), ([5, 6], [5, 6])])
  func rowsOfEmbeddingsAndHead(_ embedding: [Int], _ head: [Int]) throws {
    let folder = try TemporaryFolder()
    let tied = try SmallNetworks.network("llama")
    let path = folder.path("base")
    try ModelFolder.write(tied, tokens: .init(bos: nil, eos: []), encoding: .float32, to: path)
    let width = tied.shape.hidden
    func row(_ id: Int, of part: Int) -> [Float] {
      (0..<width).map { Float((id * 31 + part * 17 + $0 * 7) % 23) / 23 - 0.5 }
    }
    try folder.write(
      "adapter/adapter_config.json",
      """
      {"peft_type": "LORA", "r": 2, "lora_alpha": 2, "target_modules": ["q_proj"],
       "trainable_token_indices": {"embed_tokens": \(embedding), "lm_head": \(head)}}
      """)
    var writer = SafetensorsWriter()
    for layer in 0..<2 {
      let stem = "base_model.model.model.layers.\(layer).self_attn.q_proj."
      writer.add(stem + "lora_A.weight", [Float](repeating: 0, count: 2 * width), shape: [2, width])
      writer.add(stem + "lora_B.weight", [Float](repeating: 0, count: 2 * width), shape: [width, 2])
    }
    let delta = ".token_adapter.trainable_tokens_delta"
    writer.add(
      "base_model.model.model.embed_tokens" + delta, embedding.flatMap { row($0, of: 0) },
      shape: [embedding.count, width])
    // Where both have the same rows the head has no tensor of its own.
    let isOne = embedding == head
    if !isOne {
      writer.add(
        "base_model.model.lm_head" + delta, head.flatMap { row($0, of: 1) }, shape: [head.count, width])
    }
    try folder.write("adapter/adapter_model.safetensors", bytes: writer.encoded())
    let model = try LanguageModel.load(path + "+" + folder.path("adapter"))
    // The same with a head of its own.
    let apart = Network(
      try NetworkShape(try SmallNetworks.configuration("untied")), learning: .nothing, positions: 8,
      longest: 8)
    for entry in tied.layout.entries {
      let other = try #require(
        apart.layout.entries.first {
          ($0.role, $0.layer, $0.isBias) == (entry.role, entry.layer, entry.isBias)
        })
      for index in 0..<entry.count {
        apart.values.values[other.offset + index] = tied.values.values[entry.offset + index]
      }
    }
    let table = try #require(apart.layout.entries.first { $0.role == .tokenEmbedding }).offset
    let top = try #require(apart.layout.entries.first { $0.role == .head }).offset
    for index in 0..<37 * width {
      apart.values.values[top + index] = apart.values.values[table + index]
    }
    for (ids, start, part) in [(embedding, table, 0), (head, top, isOne ? 0 : 1)] {
      for id in ids {
        for (column, value) in row(id, of: part).enumerated() {
          apart.values.values[start + id * width + column] = value
        }
      }
    }
    #expect(try difference(model, NaiveNetwork(apart).logits(ids)) < 2e-4)
  }
}
