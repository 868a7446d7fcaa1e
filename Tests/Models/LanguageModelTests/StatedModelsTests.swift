import CMCFastJSON
import CMCFieldTables
import CMCLanguageModel
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// Models and adapters whose files say things twice, leave things out or say seldom things, against the logits that
/// transformers and PEFT compute with them (Tests/Scripts/generate_stated_models.py).
@Suite struct StatedModelsTests {
  private static func folder(_ part: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Golden/stated/\(part)", withExtension: nil)).path
  }

  private func expected(_ folder: String) throws -> (ids: [Int32], logits: [Float]) {
    let root = try JSONDocument(try readFile(folder + "/expected.json")).root
    let ids = try root.require("ids").elements.compactMap { $0.int.map(Int32.init) }
    return (ids, try root.require("logits").elements.compactMap { $0.double.map { Float($0) } })
  }

  private func check(_ model: LanguageModel, _ folder: String) throws {
    let (ids, wanted) = try expected(folder)
    let session = LanguageModelSession(model, threads: 1)
    var found: [Float] = []
    try session.extend(ids, logits: .last) { found = Array($1) }
    #expect(found.count == wanted.count)
    let largest = wanted.map(abs).max() ?? 0
    let error = zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error <= 2e-4 * (1 + largest), "an error of \(error) at logits up to \(largest)")
  }

  static let models: [(name: String, note: String?)] = [
    ("rope-scaling-beside-parameters", "config.json: rope_scaling says linear, factor 4.0"),
    ("gemma-rope-scaling-beside-parameters", "rope_parameters says default"),
    ("separate-head-beside-tie", "tensor lm_head.weight says no, it is another matrix"),
    ("single-file-beside-index", "model.safetensors says this one"),
    ("single-file-beside-dead-index", "model.safetensors.index.json says the shards in its list"),
    ("mistral-key-value-heads-left-out", nil), ("mistral-layer-types", nil),
    ("gemma-heads-left-out", nil), ("gemma-hidden-act", nil), ("mistral-mlp-bias", "not known to mistral"),
    ("gpt2-two-names-of-a-size", "config.json: num_attention_heads says 4, config.json: n_head says 2"),
    ("llama3-original-context-outside", nil), ("tie-under-the-name-of-the-head", nil),
    ("gemma-tie-under-the-name-of-the-head", nil), ("gpt2-tie-under-the-name-of-the-head", nil),
    ("type-beside-class", "config.json: model_type says mistral, architectures says LlamaForCausalLM"),
    ("yarn", nil), ("yarn-with-everything", nil), ("yarn-with-an-attention-factor", nil), ("gemma-yarn", nil),
    ("dynamic", nil), ("longrope", nil), ("longrope-long", nil), ("gemma-longrope", nil),
  ]

  @Test("What transformers computes, and a note where a choice was made", arguments: models)
  func model(_ name: String, _ note: String?) throws {
    let folder = try Self.folder("models/\(name)")
    let model = try LanguageModel.load(folder)
    try check(model, folder)
    if let note {
      #expect(model.notes.contains { $0.contains(note) }, "\(model.notes)")
    } else {
      #expect(model.notes == [])
    }
  }

  @Test(
    "An adapter beside the weights, which transformers would apply, is refused until it is said whether it is meant"
  )
  func anAdapterBesideTheWeights() throws {
    let folder = try TemporaryFolder()
    let base = try Self.folder("models/yarn")
    for name in ["config.json", "model.safetensors"] {
      try folder.write(name, bytes: try readFile("\(base)/\(name)"))
    }
    try folder.write("adapter_config.json", #"{"peft_type": "LORA"}"#)
    let error = #expect(throws: FileError.self) { try LanguageModel.load(folder.path) }
    #expect(error?.description.contains("adapter_config.json beside the weights") == true)
    #expect(try LanguageModel.load(folder.path + "/model.safetensors").configuration.layerCount == 1)
  }

  @Test("Without a tie the embeddings are missing, which transformers would draw at random")
  func theHeadAlone() throws {
    let name = "tie-under-the-name-of-the-head"
    let place = try Self.folder("models/\(name)")
    let folder = try TemporaryFolder()
    let json = String(decoding: try readFile(place + "/config.json"), as: UTF8.self)
    try folder.write(
      "config.json", json.replacingOccurrences(of: "_embeddings\": true", with: "_embeddings\": false"))
    try folder.write("model.safetensors", bytes: try readFile(place + "/model.safetensors"))
    let error = #expect(throws: FileError.self) { try LanguageModel.load(folder.path) }
    #expect(error?.description.contains("has no tensor model.embed_tokens.weight") == true)
  }

  static let adapters: [(name: String, base: String)] = [
    ("patterns", "llama"), ("biases", "llama-biased"), ("lora-bias", "llama-biased"),
    ("modules-to-save", "llama"),
    ("embeddings", "llama"), ("embeddings-tied", "llama-tied"), ("tokens", "llama-tied"), ("dora", "llama"),
    ("pissa", "llama"), ("olora", "llama"), ("layers", "llama"), ("pattern-of-modules", "llama"),
    ("gpt2-pissa-dora", "gpt2"), ("gpt2-biases", "gpt2"),
    ("modules-to-save-with-copies", "llama"),
  ]

  @Test("What PEFT computes", arguments: adapters) func adapter(_ name: String, _ base: String) throws {
    let folder = try Self.folder("adapters/\(name)")
    try check(try LanguageModel.load(try Self.folder("adapters/base-\(base)") + "+\(folder)/adapter"), folder)
  }

  /// An adapter of the base with another configuration or other tensors, and what the refusal says.
  private func refusal(
    of name: String, _ base: String = "llama", _ change: (String) -> String = { $0 },
    files: (TemporaryFolder) throws -> Void = { _ in }
  ) throws -> String {
    let adapter = try Self.folder("adapters/\(name)/adapter")
    let folder = try TemporaryFolder()
    let json = String(decoding: try readFile(adapter + "/adapter_config.json"), as: UTF8.self)
    try folder.write("adapter_config.json", change(json))
    try folder.write("adapter_model.safetensors", bytes: try readFile(adapter + "/adapter_model.safetensors"))
    try files(folder)
    do {
      _ = try LanguageModel.load(try Self.folder("adapters/base-\(base)") + "+" + folder.path)
      return ""
    } catch { return "\(error)" }
  }

  @Test("An adapter whose two files disagree is refused with both") func disagreement() throws {
    let rank = try refusal(of: "layers") { $0.replacingOccurrences(of: "\"r\": 2", with: "\"r\": 8") }
    #expect(rank.contains("says rank 8, the tensors have rank 2"))
    let all = try refusal(of: "layers") { $0.replacingOccurrences(of: "[\n  1\n ]", with: "null") }
    #expect(all.contains("names model.layers.0.self_attn.q_proj, adapter_model.safetensors has no tensors"))
    let none = try refusal(of: "layers") { $0.replacingOccurrences(of: "_proj\"", with: "_project\"") }
    #expect(none.contains("does not name it"))
    let empty = try refusal(
      of: "layers", files: { try $0.write("adapter_model.safetensors", bytes: Self.noTensors) })
    #expect(empty.contains("has no tensors for it"))
    let pickle = try refusal(
      of: "layers",
      files: {
        try FileManager.default.removeItem(atPath: $0.path + "/adapter_model.safetensors")
        try $0.write("adapter_model.bin", "x")
      })
    #expect(pickle.contains("adapter_model.bin, a PyTorch pickle"))
  }

  @Test(
    "What an adapter's configuration names and its file lacks is refused with both",
    arguments: [
      (
        "\"trainable_token_indices\": null", "\"trainable_token_indices\": [1, 2]",
        "trainable_token_indices asks for tensor model.embed_tokens.token_adapter.trainable_tokens_delta"
      ),
      (
        "\"trainable_token_indices\": null", "\"trainable_token_indices\": {\"lm_head\": [1]}",
        "trainable_token_indices asks for tensor lm_head.token_adapter.trainable_tokens_delta"
      ),
      (
        "\"trainable_token_indices\": null", "\"trainable_token_indices\": {\"elsewhere\": [1]}",
        "elsewhere is neither the embeddings nor the head"
      ),
      (
        "\"modules_to_save\": null", "\"modules_to_save\": [\"mlp\"]",
        "names model.layers.0.mlp.gate_proj, adapter_model.safetensors has no tensors"
      ),
      (
        "\"modules_to_save\": null", "\"modules_to_save\": [\"lm_head\"]",
        "names lm_head, adapter_model.safetensors has no tensors"
      ),
      (
        "\"lora_bias\": false", "\"lora_bias\": true",
        "lora_bias asks for tensor model.layers.1.self_attn.q_proj.lora_B.bias"
      ),
    ])
  func lacking(_ from: String, _ to: String, _ wanted: String) throws {
    let message = try refusal(of: "layers") { json in
      let changed = json.replacingOccurrences(of: from, with: to)
      #expect(changed != json)
      return changed
    }
    #expect(message.contains(wanted), "\(message)")
  }

  @Test("Where all biases were learned, or none of lora_B, the file is held against that") func biases()
    throws
  {
    let all = try refusal(of: "lora-bias", "llama-biased") {
      $0.replacingOccurrences(of: "\"bias\": \"none\"", with: "\"bias\": \"all\"")
    }
    #expect(all.contains("bias asks for tensor model.layers.0.self_attn.q_proj.bias"), "\(all)")
    let none = try refusal(of: "lora-bias", "llama-biased") {
      $0.replacingOccurrences(of: "\"lora_bias\": true", with: "\"lora_bias\": false")
    }
    #expect(none.contains("lora_bias is not set"), "\(none)")
  }

  private static let noTensors: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, UInt8(ascii: "{"), UInt8(ascii: "}")]

  @Test(
    "What is not carried out is refused by its name",
    arguments: [
      ("\"peft_type\": \"LORA\"", "\"peft_type\": \"IA3\"", "IA3"),
      ("\"init_lora_weights\": true", "\"init_lora_weights\": \"pissa_niter_4\"", "pissa_niter_4"),
      ("\"init_lora_weights\": true", "\"init_lora_weights\": \"loftq\"", "loftq"),
      ("\"alora_invocation_tokens\": null", "\"alora_invocation_tokens\": [1, 2]", "alora_invocation_tokens"),
      ("\"use_qalora\": false", "\"use_qalora\": true", "use_qalora"),
      ("\"layer_replication\": null", "\"layer_replication\": [[0, 1]]", "layer_replication"),
      ("\"use_dora\": false", "\"use_dora\": true", "lora_magnitude_vector"),
      ("\"r\": 2", "\"r\": 2, \"use_something_new\": true", "use_something_new"),
    ])
  func refused(_ from: String, _ to: String, _ wanted: String) throws {
    let message = try refusal(of: "pattern-of-modules") { json in
      let changed = json.replacingOccurrences(of: from, with: to)
      #expect(changed != json)
      return changed
    }
    #expect(message.contains(wanted), "\(message)")
  }

  @Test("Every field of the libraries' own classes has a row") func fields() throws {
    let path = try Self.folder("fields.json")
    let root = try JSONDocument(try readFile(path)).root
    func names(_ list: JSONValue) -> [String] { list.elements.compactMap(\.string) }
    func missing(_ table: FieldTable, _ section: String, _ names: [String]) -> [String] {
      let rows = Set(table[section]?.rows.map(\.name) ?? [])
      return names.filter { !rows.contains($0) }.map { "\(table.format) \(section) \($0)" }
    }
    var left: [String] = []
    for (section, list) in try root.require("config.json").members {
      left += missing(.modelConfiguration, section, names(list))
    }
    for (section, list) in try root.require("quantization_config").members {
      left += missing(.quantization, section, names(list))
    }
    left += missing(.generationConfiguration, "", names(try root.require("generation_config.json")))
    left += missing(.adapterConfiguration, "", names(try root.require("adapter_config.json")))
    left += missing(.ggufModel, "", names(try root.require("gguf")))
    #expect(left == [])
  }

  @Test(
    "A number that is not finite is shown as what it is",
    arguments: [("NaN", "NaN"), ("-Infinity", "-Infinity"), ("Infinity", "Infinity"), ("1e400", "Infinity")])
  func notFinite(_ written: String, _ shown: String) throws {
    let place = try Self.folder("models/tie-under-the-name-of-the-head")
    let folder = try TemporaryFolder()
    for name in ["config.json", "model.safetensors"] {
      try folder.write(name, bytes: try readFile("\(place)/\(name)"))
    }
    try folder.write(
      "generation_config.json", "{\"repetition_penalty\": \(written), \"temperature\": \(written)}")
    let notes = try LanguageModel.load(folder.path).notes
    #expect(notes.count == 1)
    #expect(
      notes.first?.hasPrefix("generation_config.json: repetition_penalty is \(shown), ") == true, "\(notes)")
  }

  @Test("No table has a field twice", arguments: ModelFieldTables.all.map(\.format))
  func tables(_ format: String) throws {
    let table = try #require(ModelFieldTables.all.first { $0.format == format })
    for section in table.sections {
      let names = section.rows.map(\.name)
      #expect(
        Set(names).count == names.count,
        "\(section.name): \(names.filter { name in names.count { $0 == name } > 1 })")
      #expect(section.rows.allSatisfy { !$0.meaning.isEmpty })
    }
  }
}
