package import CMCFieldTables

extension FieldTable {
  /// The fields of `quantization_config` in `config.json`, a section for each `quant_method`.
  package static let quantization = FieldTable(
    "quantization_config",
    definedBy: "transformers 5.23: FineGrainedFP8Config, GPTQConfig, AwqConfig; compressed-tensors 0.17",
    unlisted: .refused,
    sections: [
      FieldSection("fp8", [.carriedOut("quant_method", "fp8")] + eighths),
      FieldSection("gptq", [.carriedOut("quant_method", "gptq")] + gptq),
      FieldSection("awq", [.carriedOut("quant_method", "awq")] + awq),
      FieldSection(
        "compressed-tensors", [.carriedOut("quant_method", "compressed-tensors")] + compressedTensors),
      FieldSection("compressed-tensors: group", compressedGroup),
      FieldSection("compressed-tensors: weights", compressedWeights),
    ])

  private static let says = "the file says which modules are packed"

  private static let eighths: [FieldRow] = [
    .carriedOut("weight_block_size", "how many outputs and inputs have a scale together"),
    .refused("fmt", unless: .null, .string("e4m3"), asks: "another number of bits for the exponent"),
    .refused("scale_fmt", unless: .null, .string("float"), asks: "scales that are exponents"),
    .refused("expert_dtype", unless: .null, .string("fp8"), asks: "experts of four bits"),
    .harmless(
      "activation_scheme", "of a GPU's kernels; weights are dequantised, as by transformers on a CPU"),
    .harmless("dequantize", "weights are"),
    .harmless("modules_to_not_convert", says), .harmless("ignored_layers", says),
    .harmless("modules_to_convert", says),
  ]

  private static let gptq: [FieldRow] =
    [
      .refused("bits", unless: .number(4), asks: "another number of bits"),
      .carriedOut("group_size", "how many inputs have a scale together; -1: all"),
      .refused(
        "checkpoint_format", unless: .null, .string("gptq"), .string("gptq_v2"), asks: "another layout"),
      .refused("format", unless: .null, .string("gptq"), .string("gptq_v2"), asks: "another layout"),
      .refused("pack_dtype", unless: .null, .string("int32"), asks: "another layout"),
      .refused("is_marlin_format", unless: .null, .bool(false), asks: "another layout"),
      .refused("dynamic", unless: .null, .emptyObject, asks: "other settings for some modules"),
      .refused("adapter", unless: .null, .emptyObject, asks: "an adapter"),
      .harmless("desc_act", "the file says which group an input belongs to"),
      .harmless("sym", "the file has the zeros"), .harmless("static_groups", "how it was made"),
      .harmless("lm_head", says), .harmless("modules_in_block_to_quantize", says),
      .harmless("block_name_to_quantize", says), .harmless("module_name_preceding_first_block", says),
    ]
    + [
      "tokenizer", "dataset", "damp_percent", "damp_auto_increment", "true_sequential", "model_seqlen",
      "model_name_or_path", "model_file_base_name", "quantizer", "meta", "batch_size", "pad_token_id",
      "act_group_aware", "mse", "rotation", "uri",
    ].map { .harmless($0, "how it was made") }
    + [
      "use_cuda_fp16", "use_exllama", "disable_exllama", "exllama_config", "max_input_length",
      "cache_block_outputs", "backend",
    ].map { .harmless($0, "which of a GPU's kernels") }

  private static let awq: [FieldRow] =
    [
      .refused("bits", unless: .number(4), asks: "another number of bits"),
      .carriedOut("group_size", "how many inputs have a scale together; -1: all"),
      .carriedOut("zero_point", "whether each group has a number that is taken from its weights"),
      .refused("version", unless: .null, .string("gemm"), .string("GEMM"), asks: "another layout"),
      .refused("format", unless: .null, .string("gemm"), asks: "another layout"),
      .refused("checkpoint_format", unless: .null, .string("gemm"), asks: "another layout"),
      .harmless("modules_to_not_convert", says),
    ]
    + ["backend", "do_fuse", "fuse_max_seq_len", "modules_to_fuse", "exllama_config"].map {
      .harmless($0, "which of a GPU's kernels")
    }
    + ["sym", "desc_act", "dataset", "model_seqlen"].map { .harmless($0, "how it was made") }

  private static let compressedTensors: [FieldRow] = [
    .carriedOut("config_groups", "how modules are packed: all alike"),
    .refused(
      "format", unless: .null, .string("pack-quantized"), .string("float-quantized"),
      .string("naive-quantized"),
      asks: "another layout"),
    .refused(
      "quantization_status", unless: .null, .string("compressed"), .string("frozen"),
      asks: "weights that are not packed yet"),
    .refused("kv_cache_scheme", unless: .null, asks: "rounded keys and values"),
    .refused("sparsity_config", unless: .null, .emptyObject, asks: "weights that are left out"),
    .refused("transform_config", unless: .null, .emptyObject, asks: "turned inputs"),
    .harmless("ignore", says), .harmless("version", "who wrote it"),
    .harmless("global_compression_ratio", "for people"), .harmless("dequantize", "weights are"),
    .harmless("run_compressed", "results do not depend on it"),
    .harmless("use_optimized_inference", "of a GPU's kernels"),
  ]

  private static let compressedGroup: [FieldRow] = [
    .carriedOut("weights", "how weights are packed: a section of its own"),
    .harmless(
      "input_activations", "inputs are not rounded, as where transformers dequantises; a note says so"),
    .refused("output_activations", unless: .null, asks: "rounded outputs"),
    .refused(
      "format", unless: .null, .string("pack-quantized"), .string("float-quantized"),
      .string("naive-quantized"),
      asks: "another layout"),
    .harmless("targets", says),
  ]

  private static let compressedWeights: [FieldRow] = [
    .carriedOut("num_bits", "4 of type int, 8 of type float; others are refused"),
    .carriedOut("type", "int or float"),
    .carriedOut("symmetric", "whether each group has a number that is taken from its weights"),
    .carriedOut("strategy", "tensor, channel or block of type float, channel or group of type int"),
    .carriedOut("group_size", "how many inputs have a scale together"),
    .carriedOut("block_structure", "how many outputs and inputs have a scale together"),
    .refused("dynamic", unless: .null, .bool(false), asks: "weights that are rounded while it runs"),
    .harmless("actorder", "the file says which group an input belongs to"),
    .harmless("scale_dtype", "the file says it"), .harmless("zp_dtype", "the file says it"),
    .harmless("observer", "how it was made"), .harmless("observer_kwargs", "how it was made"),
  ]
}
