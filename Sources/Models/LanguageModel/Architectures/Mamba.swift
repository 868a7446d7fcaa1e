internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Mamba: layers of one selective state each, without attention, positions or a feed-forward part.
  package static let mamba = ModelArchitecture(
    "mamba", "Mamba", ["MambaForCausalLM"],
    fields: stateFields + [
      .carriedOut("intermediate_size", "channels, whatever expand says"),
      .carriedOut("time_step_rank", "the numbers that steps are made of; auto for a sixteenth of a state"),
      .harmless("use_mambapy", "how it is computed"), .harmless("use_associative_scan", "how it is computed"),
      .harmless("time_step_init_scheme", "training only"), .harmless("time_step_scale", "training only"),
    ]
      + ["d_inner", "d_model", "n_layer", "fused_add_norm", "rms_norm", "ssm_cfg", "pad_vocab_size_multiple"]
      .map {
        .harmless($0, "no member of the class")
      }
  ) {
    describeStates(&$0, vocabulary: 50_280, hidden: 768, layers: 32)
    $0.tiesByDefault = true
    $0.gguf = GGUFForm("mamba") { $0.states = .channels }
    $0.tensors.names.merge([.stateSelection: "mixer.x_proj", .stateStep: "mixer.dt_proj"]) { $1 }
    $0.configure = { c, json in
      // "auto", which the class computes, or a number.
      if let text = json.isString("time_step_rank") ? try json.string("time_step_rank") : nil, text != "auto"
      {
        throw LanguageModelError.unsupported("time_step_rank \(text)")
      }
      let automatic = (c.hiddenSize &+ 15) / 16
      let rank =
        json.isString("time_step_rank") ? automatic : try json.int("time_step_rank", default: automatic)
      // The class computes it of expand first, and then takes what the file says.
      let inner = try json.int("intermediate_size", default: c.hiddenSize &* (json.int("expand", default: 2)))
      let state = SelectiveState(
        form: .channels(stepRank: rank), inner: inner,
        stateSize: try json.int("state_size", default: 16), kernel: try json.int("conv_kernel", default: 4))
      try setStates(state, &c, json)
    }
  }

  /// What both kinds of Mamba have in common.
  static func describeStates(_ family: inout ModelArchitecture, vocabulary: Int, hidden: Int, layers: Int) {
    // There are no heads and no feed-forward part, and no limit of the context; llama.cpp's converter writes this one.
    family.sizes = ModelSizes(
      vocabulary: vocabulary, hidden: hidden, inner: 1, layers: layers, heads: 1, keyValueHeads: nil,
      headSize: 1,
      context: 1 << 20)
    family.sizes.names = ModelSizes.Names(
      inner: [], heads: [], keyValueHeads: nil, headSize: nil, context: [])
    family.norm = NormMembers(epsilon: "layer_norm_epsilon", fallback: 1e-5)
    family.positions = .unmarked
    family.isGated = false
    family.tensors = HubTensors(
      prefixes: ["backbone.", ""],
      names: [
        .tokenEmbedding: "embeddings", .finalNorm: "norm_f", .head: "lm_head", .attentionNorm: "norm",
        .stateInput: "mixer.in_proj", .stateConvolution: "mixer.conv1d", .stateNorm: "mixer.norm",
        .stateOutput: "mixer.out_proj",
      ],
      inMemory: [
        .stateDecay: "mixer.A_log", .stateSkip: "mixer.D", .stateStepBias: "mixer.dt_bias",
      ],
      renames: [("backbone.embedding.", "backbone.embeddings.")])
  }

  /// A state in every layer, with what both kinds say in the same members.
  static func setStates(
    _ state: SelectiveState, _ c: inout ModelConfiguration, _ json: ConfigurationJSON
  ) throws {
    var state = state
    state.projectionHasBias = try json.bool("use_bias", default: false)
    state.convolutionHasBias = try json.bool("use_conv_bias", default: true)
    state.activation = c.feedForward.activation
    c.arrangement = .mixerAlone
    c.mixers = Array(repeating: .selectiveState(state), count: max(0, min(c.layerCount, 4096)))
  }

  /// The members of both kinds.
  static let stateFields: [FieldRow] = [
    .carriedOut("vocab_size", "tokens"), .carriedOut("hidden_size", "the length of a position's vector"),
    .carriedOut("num_hidden_layers", "layers"), .carriedOut("layer_norm_epsilon", "norms"),
    .carriedOut("expand", "channels are so many times the hidden size"),
    .carriedOut("state_size", "the numbers of a channel's state"),
    .carriedOut("conv_kernel", "the positions that the convolution sees"),
    .carriedOut("use_bias", "biases of the products at both ends"),
    .carriedOut("use_conv_bias", "a bias of the convolution"),
    .carriedOut("hidden_act", "behind the convolution: " + FieldRow.functions),
    .carriedOut(
      "tie_word_embeddings", "whether embeddings make the logits; a head of its own in the weights wins"),
    .harmless("residual_in_fp32", "sums are float32"),
    // What is written for drawing weights is done to those of the file too, a layer's last product.
    .refused(
      "rescale_prenorm_residual", unless: .null, .bool(false),
      asks: "weights that are scaled down once they are loaded"),
    .harmless("is_causal", "there is no attention"),
    .harmless("attention_chunk_size", "there is no attention"),
    .harmless("time_step_min", "training only"), .harmless("time_step_max", "training only"),
    .harmless("time_step_floor", "training only"),
  ]
}
