package import CMCFieldTables

extension FieldTable {
  /// The fields of a LoRA adapter's `adapter_config.json`.
  package static let adapterConfiguration = FieldTable(
    "adapter_config.json", definedBy: "PEFT 0.21: PeftConfig, LoraConfig", unlisted: .refused,
    sections: [
      FieldSection(
        "",
        [
          .refused("peft_type", unless: .string("LORA"), asks: "another kind of adapter than LoRA"),
          .carriedOut("r", "the rank; the tensors must have it"),
          .carriedOut("lora_alpha", "what is added is scaled by lora_alpha / r"),
          .carriedOut("use_rslora", "the scale is lora_alpha / √r"),
          .carriedOut("rank_pattern", "other ranks for modules whose names match"),
          .carriedOut("alpha_pattern", "other lora_alpha for modules whose names match"),
          .carriedOut("target_modules", "the modules that are adapted; each must have its tensors"),
          .carriedOut("exclude_modules", "modules that target_modules does not mean"),
          .carriedOut("layers_to_transform", "the layers that target_modules means"),
          .carriedOut("layers_pattern", "the name before a layer's number"),
          .carriedOut("modules_to_save", "modules whose weights are replaced; each must have its tensors"),
          .carriedOut(
            "trainable_token_indices", "rows of the embeddings that are replaced; they must be in the file"),
          .carriedOut("ensure_weight_tying", "what holds for the embeddings holds for the tied head"),
          .carriedOut("bias", "biases in the file replace those of the base; of all, each must be there"),
          .carriedOut("lora_bias", "a bias of lora_B, scaled and added; it must be there, and only then"),
          .carriedOut("use_dora", "each output's length is learned apart from its direction"),
          .carriedOut("init_lora_weights", "PiSSA's and OLoRA's start is taken away from the base"),
          .harmless("fan_in_fan_out", "how the base stores its weights, which its architecture says"),
          .harmless("lora_dropout", "no dropout outside of training"),
          .harmless("inference_mode", "training only"),
          .harmless("base_model_name_or_path", "the base is the one that is named"),
          .harmless("revision", "the base is the one that is named"),
          .harmless("task_type", "a causal language model is what is run"),
          .harmless("auto_mapping", "Python classes"),
          .harmless("peft_version", "who wrote it"),
          .harmless("loftq_config", "read by init_lora_weights loftq, which is refused"),
          .harmless("eva_config", "training only"),
          .harmless("corda_config", "read by init_lora_weights corda, which is refused"),
          .harmless("lora_ga_config", "training only"),
          .harmless("megatron_core", "read with megatron_config, which is refused"),
          .harmless("qalora_group_size", "read with use_qalora, which is refused"),
          .harmless("runtime_config", "where PEFT computes"),
          .refused("megatron_config", unless: .null, asks: "modules of Megatron"),
          .refused(
            "alora_invocation_tokens", unless: .null, .emptyList,
            asks: "adapting only what follows certain tokens"),
          .refused("use_qalora", unless: .null, .bool(false), asks: "adapters on groups of inputs"),
          .refused("layer_replication", unless: .null, .emptyList, asks: "layers used several times"),
          .refused("target_parameters", unless: .null, .emptyList, asks: "adapting parameters of experts"),
          .refused("use_bdlora", unless: .null, .bool(false), asks: "block-diagonal adapters"),
          .refused("arrow_config", unless: .null, asks: "routing between several adapters"),
          .refused("kasa_config", unless: .null, asks: "singular values of their own"),
          .refused("velora_config", unless: .null, asks: "compressed activations"),
          .refused("monteclora_config", unless: .null, asks: "averages over random adapters"),
        ])
    ])
}
