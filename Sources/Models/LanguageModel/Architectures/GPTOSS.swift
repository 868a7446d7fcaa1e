internal import CMCFieldTables

extension ModelArchitecture {
  /// gpt-oss: experts with biases and a bounded gate, heads with a score of their own, every second layer with a window.
  package static let gptOSS = ModelArchitecture(
    "gpt_oss", "gpt-oss", ["GptOssForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary.filter { $0.name != "hidden_act" } + FieldRow.experts + [
      .carriedOut("num_local_experts", "how many experts a layer has"),
      .carriedOut("num_experts", "the same, and counts first"),
      .carriedOut("sliding_window", "how many positions back a layer with a window sees"),
      .carriedOut("layer_types", "which layers have a window"),
      .carriedOut("attention_bias", "biases of attention; there where it is left out"),
      .carriedOut("swiglu_alpha", "what the gate is multiplied by inside the sigmoid"),
      .carriedOut("swiglu_limit", "what the gate and what it gates are cut off at"),
      .carriedOut("quantization_config", "experts in MXFP4; another method is refused"),
      .harmless("hidden_act", "the class has its own function"),
      .harmless("experts_per_token", "num_experts_per_tok says it"),
      .harmless("initial_context_length", "rope_parameters says it"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 201_088, hidden: 2880, inner: 2880, layers: 36, heads: 64, keyValueHeads: 8, headSize: 64,
      context: 131_072)
    $0.norm.fallback = 1e-5
    $0.positions = .rotary(
      RotaryRules(
        base: 150_000,
        fallback: """
          {"rope_type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": false, \
          "original_max_position_embeddings": 4096}
          """))
    $0.activation.member = ""
    $0.quantization = "mxfp4"
    $0.tensors = HubTensors.llama.naming([.router: "mlp.router"])
    $0.tensors.interleavesExperts = true
    $0.tensors.inMemory = [
      .sinks: "self_attn.sinks",
      .turnedGateAndUp: "mlp.experts.gate_up_proj", .turnedDown: "mlp.experts.down_proj",
      .gateAndUpBlocks: "mlp.experts.gate_up_proj_blocks",
      .gateAndUpScales: "mlp.experts.gate_up_proj_scales",
      .downBlocks: "mlp.experts.down_proj_blocks", .downScales: "mlp.experts.down_proj_scales",
      .gateAndUpBias: "mlp.experts.gate_up_proj_bias", .downBias: "mlp.experts.down_proj_bias",
    ]
    $0.gguf = GGUFForm("gpt-oss") {
      $0.hasExperts = true
      $0.windowPattern = 2
      $0.names = [.feedForwardNorm: "post_attention_norm"]
      $0.configure = { c in
        c.hasSinks = true
        c.feedForward = .gated(.boundedSwish(gain: 1.702, limit: 7))
        c.mixture?.normalizes = true
        c.mixture?.routerHasBias = true
      }
    }
    $0.configure = { c, json in
      if try json.bool("attention_bias", default: true) { c.biases = [.queryKeyValue, .attentionOutput] }
      c.hasSinks = true
      c.feedForward = .gated(
        .boundedSwish(
          gain: Float(try json.double("swiglu_alpha", default: 1.702)),
          limit: Float(try json.double("swiglu_limit", default: 7))))
      var mixture = try ExpertMembers(names: ["num_experts", "num_local_experts"], experts: 128, chosen: 4)
        .read(json, size: c.feedForwardSize)
      // The softmax of the chosen alone is that of all, divided by the sum of the chosen.
      mixture.normalizes = true
      mixture.routerHasBias = true
      c.mixture = mixture
      let rule = try WindowRule(json, fallback: 128)
      c.windows = try rule.windows(c.layerCount) { $0 % 2 == 0 }
    }
  }
}
