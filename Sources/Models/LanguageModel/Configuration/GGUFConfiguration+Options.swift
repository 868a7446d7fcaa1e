internal import CMCGGUF

extension GGUFConfiguration {
  /// Keys that ask for something that only some families have, with the value that asks for nothing.
  private static let options: [(key: String, neutral: Double)] = [
    ("attn_logit_softcapping", 0), ("final_logit_softcapping", 0), ("attention.scale", 0),
    ("embedding_scale", 1), ("residual_scale", 1), ("logit_scale", 1), ("wkv.head_size", 0),
    ("token_shift_count", 0), ("attention.decay_lora_rank", 0), ("attention.iclr_lora_rank", 0),
    ("attention.value_residual_mix_lora_rank", 0), ("attention.gate_lora_rank", 0),
    ("attention.key_length_swa", 0), ("attention.value_length_swa", 0), ("rope.dimension_count_swa", 0),
    ("attention.shared_kv_layers", 0), ("embedding_length_per_layer_input", 0),
    ("leading_dense_block_count", 0), ("expert_gating_func", 1), ("expert_group_count", 1),
    ("attention.q_lora_rank", 0), ("attention.kv_lora_rank", 0), ("attention.key_length_mla", 0),
    ("attention.value_length_mla", 0), ("attention.temperature_scale", 0),
    ("attention.temperature_length", 0),
    ("rope.scaling.yarn_log_multiplier", 0),
  ]

  /// Refuses what a file asks for and its family does not have.
  ///
  /// - Throws: ``LanguageModelError/unsupported(_:)``.
  func refuseOthersKeys(_ form: GGUFForm) throws {
    for (key, neutral) in Self.options where !form.reads.contains(key) {
      let value = try number(key, default: 0)
      guard value == 0 || value == neutral else { throw LanguageModelError.unsupported("\(name).\(key)") }
    }
  }

  /// Brings in what the family's optional keys say; 0 is what llama.cpp takes for none.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func addOptional(_ form: GGUFForm, _ c: inout ModelConfiguration) throws {
    func value(_ key: String) throws -> Float? {
      guard form.reads.contains(key) else { return nil }
      let value = try number(key, default: 0)
      return value == 0 ? nil : Float(value)
    }
    c.scoreCap = try value("attn_logit_softcapping") ?? c.scoreCap
    c.logitCap = try value("final_logit_softcapping") ?? c.logitCap
    c.attentionScale = try value("attention.scale") ?? c.attentionScale
    c.embeddingScale = try value("embedding_scale") ?? c.embeddingScale
    c.residualScale = try value("residual_scale") ?? c.residualScale
    if let scale = try value("logit_scale") { c.logitScale = form.dividesLogits ? 1 / scale : scale }
    if let factor = try value("attention.temperature_scale") {
      let context =
        form.reads.contains("attention.temperature_length")
        ? try integer("attention.temperature_length")
        : try integer("rope.scaling.original_context_length", default: integer("context_length"))
      c.queryGrowth = ModelConfiguration.QueryGrowth(factor: Double(factor), context: context)
    }
    if form.reads.contains("use_parallel_residual"), try flag("use_parallel_residual") {
      c.arrangement = .parallel(sharesNorm: false)
    }
    if form.sharesMissingNorm, tensors["blk.0.ffn_norm.weight"] == nil {
      c.arrangement = .parallel(sharesNorm: true)
    }
    if form.reads.contains("attn_q_norm"), tensors["blk.0.attn_q_norm.weight"] != nil {
      c.queryKeyNorm = .perHead
    }
  }
}
