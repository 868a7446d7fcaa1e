internal import CMCFastJSON
internal import CMCLinearAlgebra

/// Reads the `config.json` of a model of the hub.
///
/// Both spellings are read: that of transformers 5 (`rope_parameters`, `layer_types`) and the older one (`rope_theta`,
/// `rope_scaling`, `sliding_window_pattern`). A member left out has the value that transformers gives it.
enum HuggingFaceConfiguration {
  /// The configuration of a document.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  static func read(_ root: JSONValue) throws -> ModelConfiguration {
    guard root.isObject else {
      throw JSONError.wrongType(path: "", wanted: "an object", found: root.typeName)
    }
    let json = ConfigurationJSON(root)
    let className = try json.strings("architectures")?.first
    let modelType = try json.string("model_type")
    guard let architecture = ModelArchitecture(className: className, modelType: modelType) else {
      throw LanguageModelError.architecture(className ?? modelType ?? "without a name")
    }
    if json.has("quantization_config") {
      throw LanguageModelError.unsupported("quantization_config (weights packed by another tool)")
    }
    if architecture == .gpt2 { return try gpt2(json).validated() }
    // A model that also sees has the configuration of its text part inside, and what both share outside.
    var configuration = try llamaLike(architecture, try json.object("text_config") ?? json)
    if try json.object("text_config") != nil {
      configuration.tiesEmbeddings = try json.bool(
        "tie_word_embeddings", default: configuration.tiesEmbeddings)
    }
    return try configuration.validated()
  }

  private static func llamaLike(
    _ architecture: ModelArchitecture, _ json: ConfigurationJSON
  ) throws -> ModelConfiguration {
    let isGemma = architecture == .gemma3
    let hiddenSize = try json.int("hidden_size")
    let layerCount = try json.int("num_hidden_layers")
    let headCount = try json.int("num_attention_heads")
    let headSize =
      try json.optionalInt("head_dim")
      ?? headSizeDefault(architecture, hiddenSize: hiddenSize, heads: headCount)
    for key in ["attn_logit_softcapping", "final_logit_softcapping"] where json.has(key) {
      throw LanguageModelError.unsupported(key)
    }
    guard try !json.bool("use_bidirectional_attention", default: false) else {
      throw LanguageModelError.unsupported("use_bidirectional_attention")
    }
    let rotary = RotaryJSON(json, default: isGemma ? 1_000_000 : 10_000)
    var configuration = ModelConfiguration(
      architecture: architecture,
      vocabularySize: try json.int("vocab_size"),
      contextLength: try json.int("max_position_embeddings", default: isGemma ? 131_072 : 2048),
      hiddenSize: hiddenSize, layerCount: layerCount, headCount: headCount,
      keyValueHeadCount: try json.int("num_key_value_heads", default: headCount),
      headSize: headSize, feedForwardSize: try json.int("intermediate_size"),
      normalization: .rms(
        epsilon: Float(try json.double("rms_norm_eps", default: 1e-6)),
        weightOffset: architecture.hubNormOffset),
      positions: .rotary(
        layout: .halves, global: try rotary.global(),
        local: isGemma ? try rotary.local() : nil),
      attentionScale: 1 / Float(headSize).squareRoot(),
      windows: try windows(architecture, json, layerCount: layerCount),
      tiesEmbeddings: try json.bool("tie_word_embeddings", default: isGemma))
    configuration.normsQueriesAndKeys = isGemma || architecture == .qwen3
    configuration.normsOutputs = isGemma
    configuration.feedForward = .gated(try activation(json, isGemma: isGemma))
    configuration.biases = try biases(architecture, json)
    if isGemma {
      configuration.attentionScale =
        1 / Float(try json.double("query_pre_attn_scalar", default: 256)).squareRoot()
      configuration.embeddingScale = Float(hiddenSize).squareRoot()
    }
    return configuration
  }

  private static func headSizeDefault(_ architecture: ModelArchitecture, hiddenSize: Int, heads: Int) -> Int {
    switch architecture {
    case .gemma3: 256
    case .qwen3: 128
    default: heads > 0 ? hiddenSize / heads : 0
    }
  }

  private static func activation(
    _ json: ConfigurationJSON, isGemma: Bool
  ) throws -> ModelConfiguration.Activation {
    let name =
      try json.string("hidden_activation") ?? json.string("hidden_act")
      ?? (isGemma ? "gelu_pytorch_tanh" : "silu")
    switch name {
    case "silu", "swish": return .silu
    case "gelu_pytorch_tanh", "gelu_new": return .geluTanh
    default: throw LanguageModelError.unsupported("the activation \(name)")
    }
  }

  private static func biases(
    _ architecture: ModelArchitecture, _ json: ConfigurationJSON
  ) throws -> ModelConfiguration.Biases {
    var biases: ModelConfiguration.Biases = architecture == .qwen2 ? .queryKeyValue : []
    if architecture != .qwen2, try json.bool("attention_bias", default: false) {
      biases.formUnion([.queryKeyValue, .attentionOutput])
    }
    if try json.bool("mlp_bias", default: false) { biases.insert(.feedForward) }
    return biases
  }

  /// Which layers have a window.
  ///
  /// The list is what counts; without one the rule of the family does.
  private static func windows(
    _ architecture: ModelArchitecture, _ json: ConfigurationJSON, layerCount: Int
  ) throws -> [Int?] {
    // The number of layers is checked later; a hostile one must not cost memory here.
    guard (1...4096).contains(layerCount) else { return [] }
    let types = try json.strings("layer_types")
    let window = json.isNull("sliding_window") ? nil : try json.int("sliding_window", default: 4096)
    let isSliding: (Int) -> Bool
    switch architecture {
    case .llama, .gpt2: return Array(repeating: nil, count: layerCount)
    case .mistral: isSliding = { _ in true }
    case .gemma3:
      let pattern = try json.int("sliding_window_pattern", default: 6)
      guard pattern > 0 else {
        throw LanguageModelError.configuration("sliding_window_pattern is \(pattern)")
      }
      isSliding = { ($0 + 1) % pattern != 0 }
    case .qwen2, .qwen3:
      guard try json.bool("use_sliding_window", default: false) else {
        return Array(repeating: nil, count: layerCount)
      }
      let first = try json.int("max_window_layers", default: 28)
      isSliding = { $0 >= first }
    }
    if let types {
      guard types.count == layerCount else {
        throw LanguageModelError.configuration(
          "layer_types names \(types.count) layers, there are \(layerCount)")
      }
      if let unknown = types.first(where: { $0 != "sliding_attention" && $0 != "full_attention" }) {
        throw LanguageModelError.unsupported("a layer of type \(unknown)")
      }
    }
    return (0..<layerCount).map { layer in
      types.map { $0[layer] == "sliding_attention" } ?? isSliding(layer) ? window : nil
    }
  }

  private static func gpt2(_ json: ConfigurationJSON) throws -> ModelConfiguration {
    let hiddenSize = try json.int("n_embd", default: 768)
    let headCount = try json.int("n_head", default: 12)
    let layerCount = try json.int("n_layer", default: 12)
    for key in ["scale_attn_by_inverse_layer_idx", "add_cross_attention"]
    where try json.bool(key, default: false) {
      throw LanguageModelError.unsupported(key)
    }
    let activation = try json.string("activation_function") ?? "gelu_new"
    guard ["gelu_new", "gelu_pytorch_tanh"].contains(activation) else {
      throw LanguageModelError.unsupported("the activation \(activation)")
    }
    guard headCount > 0, hiddenSize > 0, hiddenSize % headCount == 0, hiddenSize <= 1 << 24 else {
      throw LanguageModelError.configuration("n_embd \(hiddenSize) is no multiple of n_head \(headCount)")
    }
    let headSize = hiddenSize / headCount
    let scales = try json.bool("scale_attn_weights", default: true)
    var configuration = ModelConfiguration(
      architecture: .gpt2, vocabularySize: try json.int("vocab_size", default: 50257),
      contextLength: try json.int("n_positions", default: 1024),
      hiddenSize: hiddenSize, layerCount: layerCount, headCount: headCount, keyValueHeadCount: headCount,
      headSize: headSize, feedForwardSize: try json.int("n_inner", default: 4 * hiddenSize),
      normalization: .layer(epsilon: Float(try json.double("layer_norm_epsilon", default: 1e-5))),
      positions: .learned, attentionScale: scales ? 1 / Float(headSize).squareRoot() : 1,
      windows: Array(repeating: nil, count: max(0, min(layerCount, 4096))),
      tiesEmbeddings: try json.bool("tie_word_embeddings", default: true))
    configuration.biases = [.queryKeyValue, .attentionOutput, .feedForward]
    configuration.feedForward = .plain
    return configuration
  }
}
