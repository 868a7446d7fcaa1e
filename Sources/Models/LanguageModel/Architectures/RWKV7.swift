internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// RWKV-7 "Goose": a matrix of state for each head in place of attention, and inputs mixed with those before them.
  ///
  /// Files of the hub are flash-linear-attention's, whose class is not one of transformers' own.
  package static let rwkv7 = ModelArchitecture(
    "rwkv7", "RWKV-7", ["RWKV7ForCausalLM"], fields: rwkvSizes + rwkvOptions
  ) {
    // There is no limit of the context; llama.cpp's converter writes this one.
    $0.sizes = ModelSizes(
      vocabulary: 32_000, hidden: 2048, inner: nil, layers: 24, heads: 1, keyValueHeads: nil, headSize: 1,
      context: 1 << 20)
    $0.sizes.names = ModelSizes.Names(
      inner: [], heads: [], keyValueHeads: nil, headSize: nil, context: [])
    $0.norm = NormMembers(kind: .layer, epsilon: "norm_eps", fallback: 1e-5)
    $0.positions = .unmarked
    // The class has names of its own for functions, which `configure` reads.
    $0.activation = (member: "", fallback: "relu2")
    $0.isGated = false
    $0.tensors = HubTensors(
      prefixes: ["model.", ""],
      names: [
        .tokenEmbedding: "embeddings", .embeddingNorm: "layers.0.pre_norm", .finalNorm: "norm",
        .head: "lm_head", .attentionNorm: "attn_norm", .feedForwardNorm: "ffn_norm", .up: "ffn.key",
        .down: "ffn.value",
      ])
    $0.gguf = GGUFForm("rwkv7") {
      $0.epsilon = "attention.layer_norm_epsilon"
      $0.states = .wkv
      $0.names = [
        .feedForwardNorm: "attn_norm_2", .up: "channel_mix_key", .down: "channel_mix_value",
      ]
      $0.reads = [
        "wkv.head_size", "token_shift_count", "attention.decay_lora_rank", "attention.iclr_lora_rank",
        "attention.value_residual_mix_lora_rank", "attention.gate_lora_rank",
      ]
    }
    $0.configure = { c, json in
      let epsilon = try json.double("norm_eps", default: 1e-5)
      let size = try rwkvHeadSize(c, json)
      try checkValueSizes(c, json)
      var state = WKVState(
        width: c.hiddenSize, headSize: size, ranks: try rwkvRanks(c, json, headSize: size),
        outputEpsilon: Float(Double(size) * epsilon))
      // Null is false in the class.
      func flag(_ name: String) throws -> Bool {
        try !json.isNull(name) && json.bool(name, default: true)
      }
      if try flag("fuse_norm") { state.removalNorm = .shifted }
      c.normalization = .layer(epsilon: Float(epsilon), hasBias: try flag("norm_bias"))
      c.normsEmbeddings = try flag("norm_first")
      c.feedForwardSize = try rwkvFeedForwardSize(c, json)
      c.feedForward = .plain(try rwkvActivation(try json.string("hidden_act") ?? "sqrelu"))
      c.mixers = Array(repeating: .wkv(state), count: max(0, min(c.layerCount, 4096)))
    }
  }

  /// The length of a head: null says the hidden size by the heads, which count for nothing where it is there.
  private static func rwkvHeadSize(_ c: ModelConfiguration, _ json: ConfigurationJSON) throws -> Int {
    guard json.isNull("head_dim") else { return try json.int("head_dim", default: 64) }
    let heads = try json.int("num_heads")
    guard heads > 0 else { throw LanguageModelError.configuration("num_heads is \(heads)") }
    return c.hiddenSize / heads
  }

  /// Refuses values of another length than the hidden size.
  private static func checkValueSizes(_ c: ModelConfiguration, _ json: ConfigurationJSON) throws {
    guard let sizes = try json.intOrInts("value_dim") else { return }
    if sizes.contains(where: { $0 != c.hiddenSize }) {
      throw LanguageModelError.unsupported("value_dim, values of another length than keys,")
    }
  }

  /// The ranks; null says what the class computes.
  private static func rwkvRanks(
    _ c: ModelConfiguration, _ json: ConfigurationJSON, headSize: Int
  ) throws -> WKVState.Ranks {
    let factor = Double(headSize) / 64
    func rank(_ name: String, _ fallback: Int, _ share: Double) throws -> Int {
      guard json.isNull(name) else { return try json.int(name, default: fallback) }
      let blocks = (share * Double(max(0, c.hiddenSize)).squareRoot() / 32).rounded(.toNearestOrEven)
      return max(32, Int(exactly: blocks * 32) ?? 0)
    }
    return WKVState.Ranks(
      decay: try rank("decay_low_rank_dim", 64, 2.5 * factor),
      rate: try rank("a_low_rank_dim", 64, 2.5 * factor), share: try rank("v_low_rank_dim", 16, 1.7 * factor),
      gate: try rank("gate_low_rank_dim", 128, 5))
  }

  /// Where it is not said, so many times the hidden size as `hidden_ratio` says, up to a multiple of 32.
  private static func rwkvFeedForwardSize(_ c: ModelConfiguration, _ json: ConfigurationJSON) throws -> Int {
    if let size = try json.optionalInt("intermediate_size") { return size }
    let ratio = try json.double("hidden_ratio", default: 4)
    guard let size = Int(exactly: (Double(c.hiddenSize) * ratio).rounded(.towardZero)), abs(size) < 1 << 40
    else { throw LanguageModelError.configuration("hidden_ratio is \(ratio)") }
    return (size + 31) / 32 * 32
  }

  /// The function of a name of flash-linear-attention.
  private static func rwkvActivation(
    _ name: String
  ) throws(LanguageModelError) -> ModelConfiguration.Activation {
    switch name {
    case "sqrelu": .squaredRelu
    case "relu": .relu
    case "silu", "swish": .silu
    case "gelu": .geluTanh
    default: throw .unsupported("hidden_act \(name)")
    }
  }
}
