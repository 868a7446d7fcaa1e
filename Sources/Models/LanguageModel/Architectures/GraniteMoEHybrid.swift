internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Granite 4: layers with Mamba 2's states and some with attention, each with a feed-forward part and perhaps experts.
  package static let graniteMoEHybrid = ModelArchitecture(
    "granitemoehybrid", "Granite 4", ["GraniteMoeHybridForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + FieldRow.experts + FieldRow.multipliers + [
      .carriedOut("num_local_experts", "how many experts a layer has; 0 for none"),
      .carriedOut("shared_intermediate_size", "inside the part that every position goes through"),
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
      .carriedOut("position_embedding_type", "rope turns queries and keys; whatever else leaves them"),
      .carriedOut("layer_types", "which layers have attention, and which a state"),
      .carriedOut("layers_block_type", "the older name of layer_types"),
      .carriedOut("mamba_n_heads", "heads of a state"),
      .carriedOut("mamba_d_head", "the channels of a head; auto"),
      .carriedOut("mamba_n_groups", "groups of heads that share what selects"),
      .carriedOut("mamba_d_state", "the numbers of a channel's state"),
      .carriedOut("mamba_d_conv", "the positions that the convolution sees"),
      .carriedOut("mamba_expand", "channels are so many times the hidden size"),
      .carriedOut("mamba_conv_bias", "a bias of the convolution"),
      .carriedOut("mamba_proj_bias", "biases of the products at both ends"),
      .carriedOut("time_step_limit", "bounds of steps: 0 and none; others are refused"),
      .harmless("mamba_chunk_size", "how it is computed"),
      .harmless("normalization_function", "no member of the class"),
      .harmless("init_method", "training only"),
    ]
  ) {
    $0.tensors = HubTensors.llama.naming([
      .router: "block_sparse_moe.router.layer", .fusedExpertGateAndUp: "block_sparse_moe.input_linear",
      .expertDown: "block_sparse_moe.output_linear", .fusedSharedGateAndUp: "shared_mlp.input_linear",
      .sharedDown: "shared_mlp.output_linear", .fusedGateAndUp: "shared_mlp.input_linear",
      .down: "shared_mlp.output_linear", .stateInput: "mamba.in_proj", .stateConvolution: "mamba.conv1d",
      .stateNorm: "mamba.norm", .stateOutput: "mamba.out_proj",
    ])
    $0.tensors.inMemory = [
      .router: "block_sparse_moe.router.weight",
      .fusedExpertGateAndUp: "block_sparse_moe.experts.gate_up_proj",
      .expertDown: "block_sparse_moe.experts.down_proj",
      .stateDecay: "mamba.A_log", .stateSkip: "mamba.D", .stateStepBias: "mamba.dt_bias",
    ]
    $0.tensors.fusesGateAndUp = true
    $0.gguf = graniteForm("granitehybrid") {
      $0.mayHaveExperts = true
      $0.isHybrid = true
      $0.configure = { $0.mixture?.normalizes = true }
    }
    $0.configure = { c, json in
      if try json.bool("attention_bias", default: false) { c.biases = [.queryKeyValue, .attentionOutput] }
      try multipliers(&c, json)
      let shared = try json.int("shared_intermediate_size", default: 1024)
      if try json.int("num_local_experts", default: 8) > 0 {
        c.mixture = try ExpertMembers(names: ["num_local_experts"], experts: 8, chosen: 2)
          .read(json, size: c.feedForwardSize)
        c.mixture?.normalizes = true
        c.mixture?.sharedSize = shared
      } else {
        c.feedForwardSize = shared
      }
      if try json.string("position_embedding_type") != "rope" { c.positions = .unmarked }
      c.mixers = try mixers(try hybridState(c, json), c, json)
    }
  }

  private static func hybridState(
    _ c: ModelConfiguration, _ json: ConfigurationJSON
  ) throws -> SelectiveState {
    let heads = try json.int("mamba_n_heads", default: 128)
    let inner = c.hiddenSize &* (try json.int("mamba_expand", default: 2))
    if !json.isString("mamba_d_head"), let size = try json.optionalInt("mamba_d_head"), size &* heads != inner
    {
      throw LanguageModelError.configuration("\(heads) heads of \(size) are not the \(inner) channels")
    }
    try refuseStepLimits(json)
    var state = SelectiveState(
      form: .heads(count: heads, groups: try json.int("mamba_n_groups", default: 1)), inner: inner,
      stateSize: try json.int("mamba_d_state", default: 256), kernel: try json.int("mamba_d_conv", default: 4)
    )
    state.projectionHasBias = try json.bool("mamba_proj_bias", default: false)
    state.convolutionHasBias = try json.flag("mamba_conv_bias", default: true)
    state.activation = c.feedForward.activation
    return state
  }

  /// A state in every layer where no list says otherwise.
  private static func mixers(
    _ state: SelectiveState, _ c: ModelConfiguration, _ json: ConfigurationJSON
  ) throws -> [TokenMixer] {
    let types = try json.strings("layer_types") ?? json.strings("layers_block_type")
    guard let types else {
      return Array(repeating: .selectiveState(state), count: max(0, min(c.layerCount, 4096)))
    }
    return try types.map { type in
      switch type {
      case "linear_attention", "mamba": .selectiveState(state)
      case "full_attention", "attention": .attention
      default: throw LanguageModelError.unsupported("a layer of type \(type)")
      }
    }
  }
}
