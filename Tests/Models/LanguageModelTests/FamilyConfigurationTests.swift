import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

/// Members of `config.json` that only some families have: what they do, and what is refused of them.
@Suite struct FamilyConfigurationTests {
  /// A golden checkpoint whose files are changed before it is loaded.
  private func load(
    _ name: String, _ change: (String) throws -> String = { $0 }, weights: ([UInt8]) -> [UInt8] = { $0 }
  ) throws -> LanguageModel {
    let golden = GoldenCheckpoint(name: name).folder
    let folder = try TemporaryFolder()
    let json = String(decoding: try readFile(golden + "/config.json"), as: UTF8.self)
    try folder.write("config.json", try change(json))
    try folder.write("model.safetensors", bytes: weights(try readFile(golden + "/model.safetensors")))
    return try LanguageModel.load(folder.path)
  }

  private func replaced(_ json: String, _ from: String, _ to: String) throws -> String {
    try #require(json.contains(from), "\(from) is not in \(json)")
    return json.replacing(from, with: to)
  }

  @Test(arguments: [
    ("opt", "\"do_layer_norm_before\": true", "\"do_layer_norm_before\": false", "do_layer_norm_before"),
    ("opt", "\"_remove_final_layer_norm\": false", "\"_remove_final_layer_norm\": true", "_remove_final"),
    ("opt", "\"word_embed_proj_dim\": 32", "\"word_embed_proj_dim\": 16", "word_embed_proj_dim"),
    ("opt", "elementwise_affine\": true", "elementwise_affine\": false", "layer_norm_elementwise_affine"),
    ("opt", "\"activation_function\": \"relu\"", "\"activation_function\": \"tanh\"", "tanh"),
    ("gemma2", "bidirectional_attention\": null", "bidirectional_attention\": true", "bidirectional"),
    ("gemma2", "\"attn_logit_softcapping\": 2.0", "\"attn_logit_softcapping\": 0", "bound"),
    ("gpt_neox", "\"hidden_size\": 32", "\"head_dim\": 16, \"hidden_size\": 32", "head_dim"),
    ("gpt_neox", "\"num_attention_heads\": 4", "\"num_attention_heads\": 5", "5 heads"),
    ("stablelm", "\"partial_rotary_factor\": 0.5", "\"partial_rotary_factor\": 0.2", "turned in pairs"),
    ("stablelm", "\"partial_rotary_factor\": 0.5", "\"partial_rotary_factor\": 1.5", "partial_rotary_factor"),
    ("phi3", "\"rope_type\": \"longrope\"", "\"rope_type\": \"linear\", \"factor\": 2", "linear"),
    ("ministral3", "\"llama_4_scaling_beta\": 0.3,", "", "llama_4_scaling_beta"),
    ("granite", "\"logits_scaling\": 1.7", "\"logits_scaling\": 0", "scale"),
    ("cohere", "\"use_qk_norm\": true", "\"use_qk_norm\": false", "k_norm"),
    ("mixtral", "\"num_experts_per_tok\": 2", "\"num_experts_per_tok\": 6", "6 of 5 experts"),
    ("mixtral", "\"num_local_experts\": 5", "\"num_local_experts\": 4", "block_sparse_moe.gate"),
    ("mixtral", "\"num_local_experts\": 5", "\"num_local_experts\": 5, \"num_experts\": 4", "num_experts"),
    ("mixtral", "\"num_local_experts\": 5", "\"num_local_experts\": 6", "block_sparse_moe.gate"),
    ("qwen3_moe", "\"decoder_sparse_step\": 2", "\"decoder_sparse_step\": 0", "decoder_sparse_step"),
    ("qwen3_moe", "\"decoder_sparse_step\": 2", "\"decoder_sparse_step\": 1", "mlp.gate"),
    ("qwen3_moe", "\"moe_intermediate_size\": 16", "\"moe_intermediate_size\": 0", "size of an expert"),
    ("olmoe", "\"clip_qkv\": 0.9", "\"clip_qkv\": -1", "bound"),
    ("granitemoe", "\"num_local_experts\": 4", "\"num_local_experts\": 3", "router.layer"),
    ("deepseek_v2", "\"topk_group\": 2", "\"topk_group\": 4", "3 groups"),
    ("deepseek_v2", "\"group_limited_greedy\"", "\"noaux_tc\"", "noaux_tc"),
    ("deepseek_v2", "\"v_head_dim\": 6", "\"v_head_dim\": 60", "values longer"),
    ("deepseek_v3", "\"n_group\": 4", "\"n_group\": 3", "3 groups"),
    ("deepseek_v3", "\"num_key_value_heads\": 4", "\"num_key_value_heads\": 2", "fewer key"),
    ("mistral3", "\"model_type\": \"ministral3\"", "\"model_type\": \"qwen2\"", "mistral3 of qwen2"),
    ("mistral3", "\"text_config\"", "\"other_config\"", "text_config"),
    ("gpt_oss", "\"swiglu_limit\": 1.1", "\"swiglu_limit\": 0", "bound"),
    ("gpt_oss-mxfp4", "\"quant_method\": \"mxfp4\"", "\"quant_method\": \"awq\"", "quantization_config"),
    ("gpt_oss-mxfp4", "\"intermediate_size\": 32", "\"intermediate_size\": 48", "gate_up_proj_bias"),
    ("mamba", "\"time_step_rank\": 5", "\"time_step_rank\": \"half\"", "time_step_rank half"),
    ("mamba", "\"time_step_rank\": 5", "\"time_step_rank\": 0", "rank of steps"),
    ("mamba", "\"gelu_pytorch_tanh\"", "\"tanh\"", "tanh"),
    ("mamba", "\"state_size\": 12", "\"state_size\": 0", "state of a channel"),
    ("mamba", "\"state_size\": 12", "\"state_size\": 11", "x_proj"),
    ("mamba", "\"conv_kernel\": 3", "\"conv_kernel\": 4", "conv1d"),
    ("mamba", "\"intermediate_size\": 96", "\"intermediate_size\": 64", "x_proj"),
    ("mamba", "\"use_bias\": true", "\"use_bias\": false", "in_proj.bias"),
    ("mamba2", "\"num_heads\": 12", "\"num_heads\": 11", "96 channels"),
    ("mamba2", "\"n_groups\": 2", "\"n_groups\": 5", "5 groups"),
    ("mamba2", "\"time_step_limit\": [\n    0.0", "\"time_step_limit\": [\n    0.1", "time_step_limit"),
    ("mamba2", "{\n      \"__float__\": \"Infinity\"\n    }", "0.1", "time_step_limit"),
    ("granitemoehybrid", "\"full_attention\"", "\"sliding_attention\"", "type sliding_attention"),
    ("granitemoehybrid", "\"full_attention\",", "", "2 layers are described"),
    ("granitemoehybrid", "\"mamba_d_head\": 12", "\"mamba_d_head\": 10", "96 channels"),
    ("granitemoehybrid", "\"num_local_experts\": 4", "\"num_local_experts\": 3", "router.layer"),
    ("rwkv7", "\"attn\": null", "\"attn\": {\"layers\": [1], \"num_heads\": 2}", "attn"),
    ("rwkv7", "\"hidden_act\": \"sqrelu\"", "\"hidden_act\": \"sigmoid\"", "hidden_act sigmoid"),
    ("rwkv7", "\"head_dim\": 16", "\"head_dim\": 20", "heads of 20"),
    ("rwkv7", "\"head_dim\": 16", "\"head_dim\": 24", "attn.r_k"),
    ("rwkv7", "\"head_dim\": 16", "\"head_dim\": 0", "heads of 0"),
    ("rwkv7", "\"value_dim\": [\n    48", "\"value_dim\": [\n    96", "value_dim"),
    ("rwkv7", "\"a_low_rank_dim\": 7", "\"a_low_rank_dim\": 8", "attn.a_lora.lora.0.weight"),
    ("rwkv7", "\"a_low_rank_dim\": 7", "\"a_low_rank_dim\": 0", "rank of rates"),
    ("rwkv7", "\"decay_low_rank_dim\": 9", "\"decay_low_rank_dim\": null", "attn.w_lora.lora.0.weight"),
    ("rwkv7", "\"norm_first\": true", "\"norm_first\": false", "layers.0.pre_norm"),
    ("rwkv7", "\"norm_bias\": true", "\"norm_bias\": false", "norm.bias"),
    ("rwkv7", "\"norm_eps\": 0.0001", "\"norm_eps\": -1", "epsilon"),
    ("rwkv7", "\"intermediate_size\": 40", "\"intermediate_size\": null", "ffn.value"),
    ("rwkv7-plain", "\"hidden_ratio\": 1.5", "\"hidden_ratio\": 1e300", "hidden_ratio"),
    ("rwkv7-plain", "\"norm_first\": false", "\"norm_first\": true", "layers.0.pre_norm"),
    ("rwkv7", "\"model_type\": \"rwkv7\"", "\"model_type\": \"rwkv6\"", "rwkv6"),
    ("olmo2", "\"model_type\": \"olmo2\"", "\"model_type\": \"olmo\"", "olmo"),
    ("opt", "\"activation_function\"", "\"is_causal\": false, \"activation_function\"", "is_causal"),
    ("mixtral", "\"num_local_experts\"", "\"is_causal\": false, \"num_local_experts\"", "is_causal"),
    ("granitemoehybrid", "\"mamba_d_head\"", "\"is_causal\": false, \"mamba_d_head\"", "is_causal"),
    ("gemma4", "\"num_kv_shared_layers\"", "\"is_causal\": false, \"num_kv_shared_layers\"", "is_causal"),
    ("opt", "\"activation_function\"", "\"attention_chunk_size\": 4, \"activation_function\"", "chunk_size"),
    (
      "opt", "\"activation_function\"",
      "\"transformers_weights\": \"other.safetensors\", \"activation_function\"", "transformers_weights"
    ),
    ("mamba", "rescale_prenorm_residual\": false", "rescale_prenorm_residual\": true", "rescale_prenorm"),
    ("mamba2", "rescale_prenorm_residual\": false", "rescale_prenorm_residual\": true", "rescale_prenorm"),
    ("gemma4", "bidirectional_attention\": null", "bidirectional_attention\": \"all\"", "bidirectional"),
    ("gemma4", "bidirectional_attention\": null", "bidirectional_attention\": false", "bidirectional"),
    ("gemma4", "\"num_kv_shared_layers\": 2", "\"num_kv_shared_layers\": 4", "for layer 2"),
    ("gemma4", "\"num_kv_shared_layers\": 2", "\"num_kv_shared_layers\": 5", "5 of 5 layers"),
    ("gemma4", "\"num_kv_shared_layers\": 2", "\"num_kv_shared_layers\": -1", "-1 of 5 layers"),
    ("gemma4", "\"num_kv_shared_layers\": 2", "\"num_kv_shared_layers\": 1", "layers.3.self_attn.k_proj"),
    ("gemma4", "\"use_double_wide_mlp\": true", "\"use_double_wide_mlp\": false", "layers.3.mlp.down_proj"),
    ("gemma4", "\"attention_k_eq_v\": true", "\"attention_k_eq_v\": false", "layers.2.self_attn.v_proj"),
    ("gemma4", "\"num_key_value_heads\": 1", "\"num_key_value_heads\": 3", "3 key/value heads"),
    ("gemma4", "\"num_key_value_heads\": 1", "\"skip\": []", "per_layer_config with skip"),
    ("gemma4", "\"4\": {", "\"5\": {", "names a layer 5 of 5"),
    ("gemma4", "\"4\": {", "\"+4\": {", "names a layer +4"),
    ("gemma4", "\"4\": {\n      \"head_dim\": 24", "\"4\": {\n      \"head_dim\": 16", "of one kind"),
    ("gemma4", "\"head_dim\": 24", "\"head_dim\": 23", "turned in pairs"),
    ("gemma4", "\"top_k_experts\": 2", "\"top_k_experts\": 6", "6 of 5 experts"),
    ("gemma4", "\"num_experts\": 5", "\"num_experts\": null", "num_experts"),
    ("gemma4", "\"vocab_size_per_layer_input\": 100", "\"vocab_size_per_layer_input\": 95", "95 tokens"),
    ("gemma4", "\"vocab_size_per_layer_input\": 100", "\"vocab_size_per_layer_input\": 99", "per_layer"),
    ("gemma4", "\"hidden_size_per_layer_input\": 8", "\"hidden_size_per_layer_input\": 0", "per_layer"),
    ("gemma4", "\"hidden_size_per_layer_input\": 8", "\"hidden_size_per_layer_input\": -8", "by layer is -8"),
    ("gemma4", "\"rope_theta\": 10000.0", "\"rope_theta\": null", "rope_theta of sliding_attention"),
    ("gemma4", "\"partial_rotary_factor\": 0.25", "\"partial_rotary_factor\": 1.5", "proportional"),
    ("gemma4", "\"partial_rotary_factor\": 0.25", "\"partial_rotary_factor\": null", "is null"),
    (
      "gemma4", "\"rope_parameters\": {", "\"rope_scaling\": {\"factor\": 2}, \"rope_parameters\": {",
      "rope_scaling"
    ),
    ("gemma4", "\"final_logit_softcapping\": 4.0", "\"final_logit_softcapping\": 0", "bound"),
    ("gemma4-wrapped", "\"pad_token_id\": 7", "\"pad_token_id\": null", "pad_token_id"),
    ("gemma4-wrapped", "\"pad_token_id\": 7", "\"pad_token_id\": 96", "pad_token_id 96"),
    (
      "gemma4-wrapped", "\"model_type\": \"gemma4_text\"", "\"model_type\": \"gemma3_text\"",
      "gemma4 of gemma3"
    ),
    ("gemma4-wrapped", "\"text_config\"", "\"other_config\"", "text_config"),
    ("qwen3", "\"full_attention\"", "\"sliding_attention\"", "use_sliding_window is not true"),
    ("gemma2", "\"sliding_window\": 6", "\"sliding_window\": null", "sliding_window has none"),
    ("gemma3", "\"sliding_window\": 6", "\"sliding_window\": null", "sliding_window has none"),
    ("gpt_oss", "\"sliding_window\": 6", "\"sliding_window\": null", "sliding_window has none"),
    ("exaone4", "\"sliding_window\": 6", "\"sliding_window\": null", "sliding_window has none"),
  ])
  func whatIsNotCarriedOutIsNamed(_ name: String, _ from: String, _ to: String, _ part: String) throws {
    let error = #expect(throws: (any Error).self) { _ = try load(name) { try replaced($0, from, to) } }
    let described = try #require(error as? any DescribedError, "\(String(describing: error))")
    #expect(described.description.contains(part), "\(described)")
    #expect(!described.description.contains("\n"))
  }

  /// Where nothing attends, or attention is said to be what it is anyway, the member changes nothing.
  @Test(arguments: [
    ("opt", "true"), ("opt", "null"), ("mamba", "false"), ("mamba2", "false"), ("rwkv7", "false"),
  ])
  func attentionToEarlierPositionsIsWhatThereIs(_ name: String, _ value: String) throws {
    let base = try load(name)
    let model = try load(name) { "{\"is_causal\": \(value)," + $0.dropFirst() }
    #expect(model.configuration == base.configuration && model.notes == base.notes)
  }

  /// A number that is whole in mathematics and not in the file, or too large for any, is shown, with what to write.
  @Test(arguments: [
    ("1e20", "1e+20"), ("100000000000000000000", "1e+20"), ("1e3", "1000.0"), ("128.5", "128.5"),
  ])
  func aContextThatIsNoWholeNumberIsShown(_ number: String, _ shown: String) throws {
    let error = #expect(throws: (any Error).self) {
      _ = try load("qwen3_moe") {
        try replaced($0, "\"max_position_embeddings\": 128", "\"max_position_embeddings\": \(number)")
      }
    }
    let described = try #require(error as? any DescribedError, "\(String(describing: error))")
    #expect(
      described.description.hasSuffix(
        "max_position_embeddings: an integer expected, found the number \(shown)"),
      "\(described)")
    #expect(described.hint?.contains("whole number") == true)
  }

  @Test func aFamilySaysWhichLayersHaveExperts() throws {
    let sparse = try load("qwen3_moe").configuration
    #expect(sparse.mixture?.denseLayers == [0, 2] && sparse.mixture?.normalizes == false)
    #expect(sparse.mixture?.sharedSize == nil && sparse.feedForwardSize == 40)
    let mixtral = try load("mixtral").configuration
    #expect(mixtral.mixture?.denseLayers == [] && mixtral.mixture?.normalizes == true)
  }

  @Test func boundsCanBeTakenAway() throws {
    let model = try load("gemma2") {
      $0.replacing("softcapping\": 2.0", with: "softcapping\": null")
        .replacing("softcapping\": 5.0", with: "softcapping\": null")
    }
    #expect(model.configuration.scoreCap == nil && model.configuration.logitCap == nil)
    let bounded = try load("gemma2").configuration
    #expect(bounded.scoreCap == 2 && bounded.logitCap == 5)
    let leftOut = try load("gemma2") {
      $0.replacing("\"attn_logit_softcapping\": 2.0,", with: "").replacing(
        "\"final_logit_softcapping\": 5.0,", with: "")
    }
    #expect(leftOut.configuration.scoreCap == 50 && leftOut.configuration.logitCap == 30)
  }

  @Test func aFamilySaysWhichLayersAreTurned() throws {
    #expect(try load("smollm3").configuration.unturnedLayers == [1])
    #expect(try load("exaone4").configuration.unturnedLayers == [1])
    let none = try load("exaone4") {
      $0.replacing("\"sliding_window\": 6", with: "\"sliding_window\": null")
        .replacing("\"sliding_attention\"", with: "\"full_attention\"")
    }
    #expect(none.configuration.unturnedLayers == [] && none.configuration.windows == [nil, nil])
  }

  /// The first releases of Gemma call GELU what is its tanh form.
  @Test func gemmasOwnNameOfGELU() throws {
    let model = try load("gemma") { $0.replacing("\"gelu_pytorch_tanh\"", with: "\"gelu\"") }
    #expect(model.configuration.feedForward == .gated(.geluTanh))
    let exact = try load("gpt_neox")
    #expect(exact.configuration.feedForward == .plain(.gelu))
  }

  /// Pythia's files call the head otherwise; with both names a file says the same twice, or two things.
  @Test func theOlderNameOfAHead() throws {
    let checkpoint = GoldenCheckpoint(name: "gpt_neox")
    let model = try load("gpt_neox", weights: { renamed($0, "lm_head.weight", "embed_out.weight") })
    for (ids, expected) in try checkpoint.prompts() {
      #expect(largestDifference(try allLogits(LanguageModelSession(model), ids), expected) <= 1e-5)
    }
    let error = #expect(throws: FileError.self) {
      // The final norm, renamed, is now a second head.
      _ = try load("gpt_neox", weights: { renamed($0, "gpt_neox.final_layer_norm.bias", "embed_out.weight") })
    }
    #expect(
      error?.description.contains("lm_head.weight") == true
        || error?.description.contains("embed_out") == true)
  }

  /// Bounds of steps that bound nothing, as Python writes infinity, and null.
  @Test(arguments: ["[0.0, Infinity]", "null", "[-1, Infinity]"])
  func boundsOfStepsThatBoundNothing(_ text: String) throws {
    let model = try load("mamba2") {
      try replaced($0, "[\n    0.0,\n    {\n      \"__float__\": \"Infinity\"\n    }\n  ]", text)
    }
    guard case .selectiveState(let state) = model.configuration.mixer(1) else {
      Issue.record("no state")
      return
    }
    #expect(state.form == .heads(count: 12, groups: 2) && state.inner == 96 && state.activation == .gelu)
    #expect(state.projectionHasBias && !state.convolutionHasBias)
  }

  /// The list of layers, by its older names.
  @Test func aFamilySaysWhichLayersHaveAttention() throws {
    let wanted = try load("granitemoehybrid").configuration
    #expect(wanted.mixers.map { $0 == .attention } == [false, true, false] && wanted.positions == .unmarked)
    let older = try load("granitemoehybrid") {
      $0.replacing("\"linear_attention\"", with: "\"mamba\"").replacing(
        "\"full_attention\"", with: "\"attention\""
      ).replacing("\"layer_types\"", with: "\"layers_block_type\"")
    }
    #expect(older.configuration == wanted)
    let turned = try load("granitemoehybrid-dense").configuration
    #expect(turned.mixture == nil && turned.feedForwardSize == 24 && turned.positions != .unmarked)
  }

  /// `MambaConfig` takes the number of channels from the file where it is there; Mamba 2 computes it in any case.
  @Test(arguments: [
    ("mamba", "\"expand\": 3", "\"expand\": 2"), ("mamba", "\"intermediate_size\": 96,", ""),
    ("mamba2", "\"expand\": 3,", "\"expand\": 3, \"intermediate_size\": 40,"),
  ])
  func whoSaysHowManyChannelsThereAre(_ name: String, _ from: String, _ to: String) throws {
    let checkpoint = GoldenCheckpoint(name: name)
    let model = try load(name) { try replaced($0, from, to) }
    for (ids, expected) in try checkpoint.prompts() {
      #expect(largestDifference(try allLogits(LanguageModelSession(model), ids), expected) <= 1e-5)
    }
  }

  /// The first files of Mamba call the embeddings otherwise.
  @Test func theOlderNameOfEmbeddings() throws {
    let checkpoint = GoldenCheckpoint(name: "mamba-plain")
    let model = try load(
      "mamba-plain", weights: { renamed($0, "backbone.embeddings.weight", "backbone.embedding.weight") })
    for (ids, expected) in try checkpoint.prompts() {
      #expect(largestDifference(try allLogits(LanguageModelSession(model), ids), expected) <= 1e-5)
    }
  }

  @Test func theDefaultsOfEveryClassAreAConfiguration() throws {
    for family in ModelArchitecture.all {
      let defaults = try family.defaults()
      #expect(defaults.architecture == family)
      #expect(family.containers.first == "safetensors")
    }
    #expect(Set(ModelArchitecture.all.map(\.rawValue)).count == ModelArchitecture.all.count)
  }

  /// Another name of a tensor in the header of a file.
  private func renamed(_ bytes: [UInt8], _ from: String, _ to: String) -> [UInt8] {
    let length = Int(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    let changed = Array(header.replacing("\"\(from)\"", with: "\"\(to)\"").utf8)
    let size = withUnsafeBytes(of: UInt64(changed.count).littleEndian) { Array($0) }
    return size + changed + Array(bytes[(8 + length)...])
  }

  /// Null of a member that the class only asks after is no, and never the class's default.
  @Test(arguments: ["norm_topk_prob", "rope_interleave"]) func nullIsNo(member: String) throws {
    func stated(_ value: String) throws -> ModelConfiguration {
      try load("deepseek_v3") { json in
        let without = json.split(separator: "\n").filter { !$0.contains("\"\(member)\"") }.joined(
          separator: "\n")
        return try replaced(without, "{\n", "{\n  \"\(member)\": \(value),\n")
      }.configuration
    }
    #expect(try stated("null") == stated("false") && stated("null") != stated("true"))
  }

  /// Null where the class takes none is refused by name, as transformers does.
  @Test(arguments: [
    "attention_bias", "attention_k_eq_v", "enable_moe_block", "head_dim", "hidden_activation",
    "hidden_size_per_layer_input", "max_position_embeddings", "num_key_value_heads", "num_kv_shared_layers",
    "rms_norm_eps", "sliding_window", "tie_word_embeddings", "use_double_wide_mlp",
    "vocab_size_per_layer_input",
  ]) func nullIsRefused(member: String) throws {
    let error = #expect(throws: (any Error).self) {
      try load("gemma4") { json in
        json.split(separator: "\n").map { line in
          guard line.hasPrefix("  \"\(member)\":") else { return String(line) }
          return "  \"\(member)\": null" + (line.hasSuffix(",") ? "," : "")
        }.joined(separator: "\n")
      }
    }
    let described = try #require(error as? any DescribedError, "\(String(describing: error))")
    #expect(described.description.contains("\(member) is null"), "\(described)")
  }

  /// What transformers writes one by one is what older files say by kind of layer; null says that all are alike.
  @Test func headsByLayerAndByKind() throws {
    let listed = try load("gemma4").configuration
    let (small, large) = (HeadShape(keyValueHeads: 2, size: 16), HeadShape(keyValueHeads: 1, size: 24))
    #expect(listed.headShapes == [small, small, large, small, large])
    #expect(listed.keyValueSources == [0, 1, 2, 1, 2] && listed.feedForwardSizes == [40, 40, 40, 80, 80])
    #expect(listed.keyedValues == [2, 4] && listed.perLayerInputs == PerLayerInputs(width: 8, rows: 100))
    let byKind = try load("gemma4") { json in
      let start = try #require(json.firstRange(of: "\"per_layer_config\": {"))
      let end = try #require(json[start.upperBound...].firstRange(of: "    }\n  }"))
      let kinds = "\"global_head_dim\": 24, \"num_global_key_value_heads\": 1"
      return json[..<start.lowerBound] + kinds + json[end.upperBound...]
    }
    #expect(byKind.configuration == listed)
    // The last layer sees everything whatever the list says.
    let forced = try load("gemma4") {
      try replaced($0, "\"full_attention\"\n  ]", "\"sliding_attention\"\n  ]")
    }
    #expect(forced.configuration == listed)
  }

  /// Where a text has a place of a picture, and there is none, padding stands.
  @Test func placesOfPicturesArePadding() throws {
    let model = try load("gemma4-wrapped")
    #expect(model.configuration.standIns == [5: 7, 11: 7, 23: 7])
    let places = try allLogits(LanguageModelSession(model), [3, 5, 11, 40, 23])
    #expect(places == (try allLogits(LanguageModelSession(model), [3, 7, 7, 40, 7])))
    let none = try load("gemma4-wrapped") {
      try replaced($0, "\"image_token_id\": 5", "\"image_token_id\": null")
    }
    #expect(none.configuration.standIns == [11: 7, 23: 7])
  }

  /// Keys and values of another layer take no room, and those that a file has all the same are passed over.
  @Test func sharedKeysAndValuesTakeNoRoom() throws {
    let model = try load("gemma4")
    #expect(model.cacheBytesPerToken == 2 * 4 * (32 + 24 + 32))
    let shared = try load("gemma4_unified")
    #expect(
      shared.configuration.keyValueSources == [0, 1, 0] && shared.cacheBytesPerToken == 2 * 4 * (40 + 32))
  }

  /// Null leaves the scale of scores to attention itself, and angles are made for one length alone.
  @Test func nullOfAScaleAndAnotherLengthOfHeads() throws {
    let configuration = try load("granite") { json in
      let without = json.split(separator: "\n").filter { !$0.contains("attention_multiplier") }.joined(
        separator: "\n")
      return try replaced(without, "{\n", "{\n  \"attention_multiplier\": null,\n")
    }.configuration
    #expect(configuration.attentionScale == 1 / Float(configuration.headSize).squareRoot())
    #expect(throws: (any Error).self) {
      try load("deepseek_v3") { json in
        let without = json.split(separator: "\n").filter { !$0.contains("\"head_dim\"") }.joined(
          separator: "\n")
        return try replaced(without, "{\n", "{\n  \"head_dim\": 1,\n")
      }
    }
  }
}
