/// What a `config.json` of Gemma 4 says of its layers.
struct Gemma4Members {
  private let json: ConfigurationJSON
  private let windows: [Int?]
  private let heads: [HeadShape]

  /// Reads the kinds of layers and their heads.
  ///
  /// - Parameters:
  ///   - json: The text part.
  ///   - c: What all families have alike.
  ///   - window: The class's window where it is left out.
  /// - Throws: ``LanguageModelError``, `JSONError`.
  init(_ json: ConfigurationJSON, _ c: ModelConfiguration, window: Int = 512) throws {
    self.json = json
    try Self.notNull(
      json,
      [
        "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
        "num_key_value_heads", "head_dim", "hidden_activation", "max_position_embeddings", "rms_norm_eps",
        "tie_word_embeddings", "attention_bias", "sliding_window", "attention_k_eq_v", "num_kv_shared_layers",
        "use_double_wide_mlp",
      ])
    var windows = try WindowRule(json, fallback: window).windows(c.layerCount) { ($0 + 1) % 6 != 0 }
    if !windows.isEmpty { windows[windows.count - 1] = nil }
    self.windows = windows
    heads = try Self.heads(json, c, windows)
  }

  /// Refuses null where the class takes none.
  ///
  /// - Throws: ``LanguageModelError/configuration(_:)``.
  static func notNull(_ json: ConfigurationJSON, _ names: [String]) throws {
    if let name = names.first(where: { json.isNull($0) }) {
      throw LanguageModelError.configuration("\(name) is null, which transformers refuses")
    }
  }

  /// The heads of each layer: by kind, or one by one where the file lists layers that differ.
  private static func heads(
    _ json: ConfigurationJSON, _ c: ModelConfiguration, _ windows: [Int?]
  ) throws -> [HeadShape] {
    let common = HeadShape(keyValueHeads: c.keyValueHeadCount, size: c.headSize)
    var heads = windows.map { _ in common }
    if let listed = try json.byLayer("per_layer_config", count: windows.count) {
      for (layer, members, own) in listed {
        if let other = members.first(where: { !["head_dim", "num_key_value_heads"].contains($0) }) {
          throw LanguageModelError.unsupported("per_layer_config with \(other) of a layer")
        }
        heads[layer] = HeadShape(
          keyValueHeads: try members.contains("num_key_value_heads")
            ? own.int("num_key_value_heads") : common.keyValueHeads,
          size: try members.contains("head_dim") ? own.int("head_dim") : common.size)
      }
      for isSliding in [false, true] {
        let kind = heads.indices.filter { (windows[$0] != nil) == isSliding }
        guard kind.allSatisfy({ heads[$0] == heads[kind[0]] }) else {
          throw LanguageModelError.unsupported("per_layer_config with unlike heads in layers of one kind")
        }
      }
      return heads
    }
    // Null takes the class's own way away, too.
    guard !json.isNull("per_layer_config") else { return heads }
    try notNull(json, ["global_head_dim"])
    var global = common
    global.size = try json.int("global_head_dim", default: 512)
    if try json.bool("attention_k_eq_v", default: false),
      let count = try json.optionalInt("num_global_key_value_heads")
    {
      global.keyValueHeads = count
    }
    for layer in heads.indices where windows[layer] == nil { heads[layer] = global }
    return heads
  }

  /// Brings what the members say into a configuration.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  func set(_ c: inout ModelConfiguration) throws {
    c.windows = windows
    if heads.contains(where: { $0 != HeadShape(keyValueHeads: c.keyValueHeadCount, size: c.headSize) }) {
      c.headShapes = heads
    }
    ModelArchitecture.gemma4Layers(&c)
    c.scalesLayers = true
    if json.has("final_logit_softcapping") { c.logitCap = Float(try json.double("final_logit_softcapping")) }
    if try json.bool("attention_bias", default: false) { c.biases = [.queryKeyValue, .attentionOutput] }
    if try json.bool("attention_k_eq_v", default: false) {
      c.keyedValues = Set(windows.indices.filter { windows[$0] == nil })
    }
    try share(&c)
    try checkRotary()
  }

  /// The last layers read the keys and values of earlier ones, and may have wider feed-forward parts.
  private func share(_ c: inout ModelConfiguration) throws {
    let shared = try json.int("num_kv_shared_layers", default: 0)
    c.keyValueSources = try ModelConfiguration.keyValueSources(windows, shared: shared)
    guard try json.bool("use_double_wide_mlp", default: false) else { return }
    c.feedForwardSizes = c.keyValueSources.enumerated().map { layer, source in
      source == layer ? c.feedForwardSize : 2 &* c.feedForwardSize
    }
  }

  /// Where the file has embeddings of positions, it has a whole one for each kind of layer that is there.
  private func checkRotary() throws {
    guard let parameters = try json.object("rope_parameters") else { return }
    for (kind, isSliding) in [("full_attention", false), ("sliding_attention", true)]
    where windows.contains(where: { ($0 != nil) == isSliding }) {
      guard let own = try parameters.object(kind), own.has("rope_theta") else {
        throw LanguageModelError.configuration("rope_parameters has no rope_theta of \(kind)")
      }
      let type = try own.string("rope_type") ?? own.string("type") ?? "default"
      // The class cannot hold the factors against heads that differ.
      guard type != "longrope" else { throw LanguageModelError.unsupported("longrope of \(kind)") }
      let original = "original_max_position_embeddings"
      guard !["yarn", "llama3"].contains(type) || own.has(original) else {
        throw LanguageModelError.configuration("rope_parameters has no \(original) of \(kind)")
      }
    }
  }
}
