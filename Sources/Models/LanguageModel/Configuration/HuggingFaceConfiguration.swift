internal import CMCFastJSON
internal import CMCLinearAlgebra
internal import CMCPrimitives

/// Reads the `config.json` of a model of the hub.
///
/// Both spellings are read: that of transformers 5 (`rope_parameters`, `layer_types`) and the older one (`rope_theta`,
/// `rope_scaling`, `sliding_window_pattern`). A member left out has the value that transformers gives it.
enum HuggingFaceConfiguration {
  /// The configuration of a document.
  ///
  /// - Parameters:
  ///   - root: The document.
  ///   - notes: Gets a line for each fact that is stated twice and differently, and for members that nobody reads.
  /// - Throws: ``LanguageModelError``, `FieldError`, `JSONError`.
  static func read(_ root: JSONValue, notes: inout [String]) throws -> ModelConfiguration {
    guard root.isObject else {
      throw JSONError.wrongType(path: "", wanted: "an object", found: root.typeName)
    }
    let json = ConfigurationJSON(root)
    let className = try json.strings("architectures")?.first
    let modelType = try json.string("model_type")
    let stated = try ModelArchitecture.stated(className: className, modelType: modelType)
    guard let architecture = stated.chosen else { throw LanguageModelError.architecture("without a name") }
    if let note = stated.disagreement { notes.append(note) }
    if json.has("quantization_config") {
      throw LanguageModelError.unsupported("quantization_config (weights packed by another tool)")
    }
    if architecture == .gpt2 {
      let configuration = try gpt2(json, &notes).validated()
      notes += try ConfigurationNotes.ofConfiguration(root, section: "gpt2")
      return configuration
    }
    guard let text = try json.object("text_config"), let textRoot = root["text_config"] else {
      let configuration = try llamaLike(architecture, json, &notes).validated()
      let section = architecture == .gemma3 ? "gemma3_text" : architecture.rawValue
      notes += try ConfigurationNotes.ofConfiguration(root, section: section)
      return configuration
    }
    // A model that also sees has the configuration of its text part inside, and what both share outside.
    var configuration = try llamaLike(architecture, text, &notes)
    var tied = Stated<Bool>("whether the embeddings make the logits", asIn: "transformers")
    tied.add("config.json: tie_word_embeddings", try json.bool("tie_word_embeddings", default: true))
    if text.has("tie_word_embeddings") {
      tied.add(
        "config.json: text_config.tie_word_embeddings", try text.bool("tie_word_embeddings", default: true))
    }
    configuration.tiesEmbeddings = tied.chosen ?? true
    if let note = tied.disagreement { notes.append(note) }
    configuration = try configuration.validated()
    notes += try ConfigurationNotes.ofConfiguration(root, section: "gemma3")
    notes += try ConfigurationNotes.ofConfiguration(textRoot, section: "gemma3_text")
    return configuration
  }

  private static func llamaLike(
    _ architecture: ModelArchitecture, _ json: ConfigurationJSON, _ notes: inout [String]
  ) throws -> ModelConfiguration {
    let isGemma = architecture == .gemma3
    let defaults = LibraryDefaults(architecture)
    let hiddenSize = try json.int("hidden_size", default: defaults.hidden)
    let layerCount = try json.int("num_hidden_layers", default: defaults.layers)
    let headCount = try json.int("num_attention_heads", default: defaults.heads)
    let headSize =
      try json.optionalInt("head_dim") ?? defaults.headSize ?? (headCount > 0 ? hiddenSize / headCount : 0)
    for key in ["attn_logit_softcapping", "final_logit_softcapping"] where isGemma && json.has(key) {
      throw LanguageModelError.unsupported(key)
    }
    guard try !isGemma || !json.bool("use_bidirectional_attention", default: false) else {
      throw LanguageModelError.unsupported("use_bidirectional_attention")
    }
    let rotary = try RotaryJSON(json, default: isGemma ? 1_000_000 : 10_000, byLayer: isGemma)
    if let note = try rotary.disagreement() { notes.append(note) }
    // Left out they are the class's default; null says as many as there are query heads.
    let keyValueHeads =
      json.isNull("num_key_value_heads")
      ? headCount : try json.int("num_key_value_heads", default: defaults.keyValueHeads ?? headCount)
    var configuration = ModelConfiguration(
      architecture: architecture,
      vocabularySize: try json.int("vocab_size", default: defaults.vocabulary),
      contextLength: try json.int("max_position_embeddings", default: defaults.context),
      hiddenSize: hiddenSize, layerCount: layerCount, headCount: headCount,
      keyValueHeadCount: keyValueHeads,
      headSize: headSize, feedForwardSize: try json.int("intermediate_size", default: defaults.inner),
      normalization: .rms(
        epsilon: Float(try json.double("rms_norm_eps", default: 1e-6)),
        weightOffset: architecture.hubNormOffset),
      positions: .rotary(
        layout: .halves, global: try rotary.global(),
        local: isGemma ? try rotary.local() : nil),
      attentionScale: 1 / Float(headSize).squareRoot(),
      windows: try windows(architecture, json, layerCount: layerCount),
      tiesEmbeddings: try json.bool("tie_word_embeddings", default: isGemma))
    if let limit = try [rotary.global().contextLimit, isGemma ? rotary.local().contextLimit : nil]
      .compactMap({ $0 }).min(), limit < configuration.contextLength
    {
      configuration.contextLength = limit
      notes.append(
        "rotary scaling of type longrope is carried out for the \(limit) positions of its original context alone; "
          + "longer texts do not fit")
    }
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

  private static func activation(
    _ json: ConfigurationJSON, isGemma: Bool
  ) throws -> ModelConfiguration.Activation {
    let name =
      isGemma
      ? try json.string("hidden_activation") ?? "gelu_pytorch_tanh" : try json.string("hidden_act") ?? "silu"
    switch name {
    case "silu", "swish": return .silu
    case "gelu_pytorch_tanh", "gelu_new", "gelu_fast", "gelu_accurate": return .geluTanh
    default: throw LanguageModelError.unsupported("the activation \(name)")
    }
  }

  private static func biases(
    _ architecture: ModelArchitecture, _ json: ConfigurationJSON
  ) throws -> ModelConfiguration.Biases {
    var biases: ModelConfiguration.Biases = architecture == .qwen2 ? .queryKeyValue : []
    // Each class reads the members that it has, and no others.
    if architecture != .qwen2, architecture != .mistral, try json.bool("attention_bias", default: false) {
      biases.formUnion([.queryKeyValue, .attentionOutput])
    }
    if architecture == .llama, try json.bool("mlp_bias", default: false) { biases.insert(.feedForward) }
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
    // Without a list all layers have the window; with one, transformers takes the class Ministral, which reads it.
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
    if architecture == .mistral, window == nil, types?.contains("sliding_attention") == true {
      throw LanguageModelError.configuration(
        "layer_types names layers with a window, sliding_window has none")
    }
    return (0..<layerCount).map { layer in
      types.map { $0[layer] == "sliding_attention" } ?? isSliding(layer) ? window : nil
    }
  }

  /// A size of GPT-2 under the name that transformers gives it in all models, or else under GPT-2's own.
  private static func size(
    _ json: ConfigurationJSON, _ common: String, _ own: String, default fallback: Int, _ notes: inout [String]
  ) throws -> Int {
    var stated = Stated<Int>("a size", asIn: "transformers")
    stated.add("config.json: \(common)", try json.optionalInt(common))
    stated.add("config.json: \(own)", try json.optionalInt(own))
    if let note = stated.disagreement { notes.append(note) }
    return stated.chosen ?? fallback
  }

  private static func gpt2(_ json: ConfigurationJSON, _ notes: inout [String]) throws -> ModelConfiguration {
    let hiddenSize = try size(json, "hidden_size", "n_embd", default: 768, &notes)
    let headCount = try size(json, "num_attention_heads", "n_head", default: 12, &notes)
    let layerCount = try size(json, "num_hidden_layers", "n_layer", default: 12, &notes)
    let context = try size(json, "max_position_embeddings", "n_positions", default: 1024, &notes)
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
      contextLength: context,
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
