package import CMCFieldTables

extension FieldTable {
  /// The metadata of a GGUF file that say what is computed; in the file the architecture's name stands before each.
  package static let ggufModel = FieldTable(
    "gguf", definedBy: "gguf 0.19: Keys.LLM, Keys.Attention, Keys.Rope, as llama.cpp reads them",
    unlisted: .noted,
    sections: [FieldSection("", ggufSizes + ggufStates + ggufRotary + ggufOther)])

  private static let ggufSizes: [FieldRow] = [
    .carriedOut("context_length", "the context"), .carriedOut("embedding_length", "the length of a state"),
    .carriedOut("block_count", "layers"),
    .carriedOut(
      "feed_forward_length",
      "inside the feed-forward part; layers of different ones are refused, but of Gemma 4"),
    .carriedOut("vocab_size", "the list of tokens says it; a note names both where they differ"),
    .carriedOut("attention.head_count", "query heads; layers of different numbers are refused"),
    .carriedOut(
      "attention.head_count_kv",
      "key and value heads; layers of different numbers are refused, but of Granite 4 and Gemma 4"),
    .carriedOut(
      "attention.key_length",
      "the length of a head, or of what latent attention compares; another one is refused"),
    .carriedOut(
      "attention.value_length", "the same, or of what latent attention adds up; another one is refused"),
    .carriedOut("attention.layer_norm_epsilon", "norms"),
    .carriedOut("attention.layer_norm_rms_epsilon", "norms"),
    .carriedOut("attention.sliding_window", "how many positions back a layer with a window sees"),
    .carriedOut("attention.sliding_window_pattern", "which layers have a window"),
    .carriedOut("expert_count", "how many experts a layer has, of families that have them"),
    .carriedOut("expert_used_count", "how many a position goes through"),
    .carriedOut("expert_feed_forward_length", "inside an expert"),
    .carriedOut("expert_shared_feed_forward_length", "inside the part beside the experts"),
    .carriedOut("expert_weights_scale", "what the weights of the chosen are multiplied by"),
    .carriedOut(
      "leading_dense_block_count", "of DeepSeek: how many first layers have no experts; of others refused"),
    .carriedOut(
      "expert_shared_count",
      "of DeepSeek: the part beside the experts is so many experts wide; llama.cpp does not read it of others"
    ),
    .carriedOut(
      "expert_weights_norm",
      "of DeepSeek: whether the weights of the chosen are divided by their sum; llama.cpp does not read it of others"
    ),
    .refused(
      "moe_every_n_layers", unless: .number(0), .number(1), asks: "layers without experts between the others"),
    .carriedOut(
      "expert_gating_func",
      "of DeepSeek: softmax or sigmoid, and no other; of others what is not softmax is refused"),
    .carriedOut(
      "expert_group_count", "of DeepSeek: groups of experts, by their two best each; of others refused"),
    .carriedOut(
      "expert_group_used_count",
      "of DeepSeek: how many groups are chosen of; llama.cpp does not read it of others"),
    .refused("attention.causal", unless: .bool(true), asks: "attention to later positions"),
    .refused("attention.max_alibi_bias", unless: .number(0), asks: "positions as a bias of attention"),
    .refused("attention.clamp_kqv", unless: .number(0), asks: "bounds on queries, keys and values"),
    .carriedOut(
      "attention.q_lora_rank",
      "of DeepSeek: the length of what queries are made of; 0 for the state itself; of others refused"),
    .carriedOut(
      "attention.kv_lora_rank",
      "of DeepSeek: the length of what keys and values are made of; of others refused"),
    .carriedOut(
      "attention.key_length_mla", "of DeepSeek: the length of a head, in newer files; of others refused"),
    .carriedOut(
      "attention.value_length_mla",
      "of DeepSeek: the elements of a head's values, in newer files; of others refused"),
    .carriedOut(
      "attention.temperature_scale",
      "of Ministral 3 and DeepSeek: how queries grow with their position; of others refused"),
    .carriedOut(
      "attention.temperature_length",
      "of DeepSeek: the positions that nothing grows for; of others refused"),
    .carriedOut(
      "attention.scale", "what scores are multiplied by, of families that have it; of others refused"),
    .carriedOut(
      "attention.key_length_swa",
      "the length of a head in layers with a window, of Gemma 4; of others refused"),
    .carriedOut("attention.value_length_swa", "the same; another one is refused"),
    .carriedOut(
      "attention.shared_kv_layers",
      "of Gemma 4: how many of the last layers read keys and values of earlier ones; of others refused"),
    .carriedOut(
      "embedding_length_per_layer_input",
      "of Gemma 4: the size of each layer's input of a token; of others refused"),
    .carriedOut("attn_logit_softcapping", "a bound on scores, of Gemma 2; of others refused"),
    .carriedOut("final_logit_softcapping", "a bound on logits, of Gemma 2 and 4; of others refused"),
  ]

  private static let ggufStates: [FieldRow] = [
    .carriedOut("ssm.conv_kernel", "the positions that the convolution of a state sees"),
    .carriedOut("ssm.inner_size", "the channels of a state"),
    .carriedOut("ssm.state_size", "the numbers of a channel's state"),
    .carriedOut("ssm.time_step_rank", "the numbers that steps are made of, or heads"),
    .carriedOut("ssm.group_count", "groups of heads that share what selects"),
    .refused("ssm.dt_b_c_rms", unless: .bool(false), .number(0), asks: "norms of what selects"),
    .carriedOut("wkv.head_size", "the length of a head of RWKV-7's state; of others refused"),
    .carriedOut("token_shift_count", "of RWKV-7: 2, and no other number; of others refused"),
    .carriedOut("attention.decay_lora_rank", "of RWKV-7: what decays are made of; of others refused"),
    .carriedOut("attention.iclr_lora_rank", "of RWKV-7: what rates are made of; of others refused"),
    .carriedOut(
      "attention.value_residual_mix_lora_rank",
      "of RWKV-7: what shares of the first layer's values are made of; of others refused"),
    .carriedOut("attention.gate_lora_rank", "of RWKV-7: what gates are made of; of others refused"),
  ]

  private static let ggufRotary: [FieldRow] = [
    .carriedOut(
      "rope.dimension_count",
      "how much of a head is turned; a part of it is refused but of families that do so"),
    .carriedOut("rope.freq_base", "the base"),
    .carriedOut("rope.freq_base_swa", "the base of layers with a window"),
    .carriedOut(
      "rope.scaling.type", "none, yarn, and linear, which it is where it is missing; other types are refused"),
    .carriedOut(
      "rope.scaling.factor",
      "of linear scaling and yarn, on top of rope_freqs.weight; beside rope_factors_short.weight refused"),
    .carriedOut(
      "rope.scale_linear", "the older spelling of the factor, which counts first; a note where they differ"),
    .carriedOut("rope.scaling.attn_factor", "of longrope; of others refused"),
    .refused("rope.scaling.alpha", unless: .number(0), asks: "another base by alpha"),
    .carriedOut(
      "rope.dimension_count_swa",
      "of Gemma 4: the whole head of layers with a window, and no other number; of others refused"),
    .refused("rope.dimension_sections", asks: "positions in several dimensions"),
    .carriedOut(
      "rope.scaling.original_context_length",
      "of yarn and longrope, and of Ministral 3 the positions that no query grows for"),
    .carriedOut(
      "rope.scaling.finetuned", "of Granite 4: whether positions are turned; no other family computes by it"),
    .carriedOut(
      "rope.scaling.yarn_log_multiplier",
      "of Ministral 3 and DeepSeek: yarn's scale of all elements, or a tenth of it; of others refused"),
    .refused("rope.scaling.yarn_ext_factor", unless: .number(1), asks: "another mixture of frequencies"),
    .carriedOut(
      "rope.scaling.yarn_attn_factor",
      "of yarn: 1, or what llama.cpp computes from the factor and its scale; others are refused"),
    .carriedOut("rope.scaling.yarn_beta_fast", "of yarn"),
    .carriedOut("rope.scaling.yarn_beta_slow", "of yarn"),
  ]

  private static let ggufOther: [FieldRow] =
    [
      .harmless("tensor_data_layout", "the order that the architecture's tensors have"),
      .harmless("pooling_type", "embeddings of texts"),
      .harmless("features_length", "inputs that are no tokens"),
      .carriedOut(
        "use_parallel_residual",
        "of GPT-NeoX: whether both parts of a layer read the same state; of others the norms that a file has say it"
      ),
      .carriedOut("logit_scale", "scaled logits, of Granite and Cohere; of others refused"),
      .carriedOut("residual_scale", "scaled sums, of Granite; of others refused"),
      .carriedOut("embedding_scale", "scaled embeddings, of Granite; of others refused"),
      .refused("embedding_length_out", asks: "an output of another length"),
      .refused("nextn_predict_layers", unless: .number(0), asks: "layers that predict further tokens"),
    ]
    + [
      "expert_chunk_feed_forward_length", "expert_group_scale", "experts_per_group", "moe_latent_size",
      "router_logit_softcapping", "interleave_moe_layer_step",
    ].map { .harmless($0, "of experts; llama.cpp does not read it of the families here") }
    + [
      "n_deepstack_layers", "decoder_start_token_id", "decoder_block_count", "swin_norm",
      "rescale_every_n_layers",
      "time_mix_extra_dim", "time_decay_extra_dim", "full_attention_interval",
      "activation_sparsity_scale", "altup.active_idx", "altup.num_inputs",
      "swiglu_clamp_exp", "swiglu_clamp_shexp", "attention.group_norm_epsilon", "attention.group_norm_groups",
      "attention.relative_buckets_count", "attention.output_scale",
    ].map { .refused($0, unless: .number(0), asks: "a part that none of the architectures here has") }
}
