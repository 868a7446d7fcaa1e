internal import CMCFastJSON
internal import CMCLanguageModel
internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCSafetensors

/// Writes a network as a folder of the hub's layout: `config.json` and `model.safetensors`.
package enum ModelFolder {
  /// Writes both files.
  ///
  /// - Parameters:
  ///   - network: The model; adapters are not in it unless merged before.
  ///   - bos: The id that begins a text, for `config.json`.
  ///   - eos: The ids that end one.
  ///   - encoding: How weights are stored.
  ///   - folder: The folder; made where it is missing.
  /// - Throws: `FileError`, or ``TrainingError/unsupported(_:)`` for what `config.json` cannot say.
  package static func write(
    _ network: Network, bos: Int32?, eos: [Int32], encoding: FloatEncoding, to folder: String
  ) throws {
    try makeDirectory(folder)
    // What config.json cannot say is found before gigabytes are written; the file itself comes last, so that a folder that
    // has it is whole.
    let json = try configuration(network.shape, bos: bos, eos: eos, encoding: encoding)
    try writeWeights(network, encoding: encoding, to: folder + "/model.safetensors")
    try AtomicFile.write(json, to: folder + "/config.json")
  }

  private static func writeWeights(_ network: Network, encoding: FloatEncoding, to path: String) throws {
    let naming = TensorNaming.huggingFace(network.shape.configuration.architecture, prefix: "model.")
    let type: ElementType =
      switch encoding {
      case .float32: .float32
      case .float16: .float16
      case .bfloat16: .bfloat16
      }
    let entries = network.layout.entries.map { entry in
      (entry, naming.name(entry.role, layer: entry.layer, isBias: entry.isBias))
    }.sorted { $0.1 < $1.1 }
    let stream = try SafetensorsStream(
      path: path,
      tensors: entries.map { entry, name in
        .init(name, type, shape: entry.isMatrix ? [entry.rows, entry.columns] : [entry.count])
      }, metadata: [("format", "pt")])
    for (entry, _) in entries {
      var values = Array(
        UnsafeBufferPointer(start: network.values.start + entry.offset, count: entry.count))
      // Of the family, not of the file the model came from: a GGUF file's norms are whole.
      let offset = network.shape.configuration.architecture.hubNormOffset
      if entry.isNorm, offset != 0 {
        for index in values.indices { values[index] -= offset }
      }
      let bytes = values.withUnsafeBufferPointer { encoding.bytes($0) }
      try bytes.withUnsafeBytes { try stream.append($0) }
    }
    try stream.finish()
  }

  /// The text of `config.json`.
  package static func configuration(
    _ shape: NetworkShape, bos: Int32?, eos: [Int32], encoding: FloatEncoding
  ) throws -> [UInt8] {
    let c = shape.configuration
    guard case .rms(let epsilon, _) = c.normalization, case .rotary(_, let global, let local) = c.positions
    else { throw TrainingError.unsupported("this model") }
    var json = JSONWriter(.readable)
    try json.object { json in
      json.key("architectures")
      json.array { $0.value(c.architecture.classNames[0]) }
      json.member("model_type", c.architecture.modelTypes[0])
      json.member("vocab_size", shape.vocabulary)
      json.member("hidden_size", c.hiddenSize)
      json.member("intermediate_size", c.feedForwardSize)
      json.member("num_hidden_layers", c.layerCount)
      json.member("num_attention_heads", c.headCount)
      json.member("num_key_value_heads", c.keyValueHeadCount)
      json.member("head_dim", c.headSize)
      json.member("max_position_embeddings", c.contextLength)
      json.member("rms_norm_eps", shortest(epsilon))
      let activation = shape.activation == .silu ? "silu" : "gelu_pytorch_tanh"
      json.member(c.architecture.activation.member, activation)
      json.member("tie_word_embeddings", c.tiesEmbeddings)
      json.member("attention_bias", c.biases.contains(.queryKeyValue))
      json.member("rope_theta", global.base)
      if global.scaling != .none {
        json.key("rope_scaling")
        try scaling(global, &json)
      }
      if c.architecture == .gemma3 {
        json.member("rope_local_base_freq", local?.base ?? 10_000)
        json.member("query_pre_attn_scalar", Double(1 / (c.attentionScale * c.attentionScale)).rounded())
      }
      if let window = c.windows.lazy.compactMap({ $0 }).first {
        json.member("sliding_window", window)
        json.key("layer_types")
        json.array { json in
          for window in c.windows { json.value(window == nil ? "full_attention" : "sliding_attention") }
        }
      }
      if let bos { json.member("bos_token_id", Int(bos)) }
      if eos.count == 1 {
        json.member("eos_token_id", Int(eos[0]))
      } else if !eos.isEmpty {
        json.member("eos_token_id", eos)
      }
      json.member("dtype", encoding.rawValue)
      json.member("torch_dtype", encoding.rawValue)
    }
    json.endLine()
    return json.bytes
  }

  private static func scaling(_ embedding: RotaryEmbedding, _ json: inout JSONWriter) throws {
    switch embedding.scaling {
    case .none: json.null()
    case .linear(let factor):
      json.object { json in
        json.member("rope_type", "linear")
        json.member("factor", factor)
      }
    case .llama3(let factor, let low, let high, let original):
      json.object { json in
        json.member("rope_type", "llama3")
        json.member("factor", factor)
        json.member("low_freq_factor", low)
        json.member("high_freq_factor", high)
        json.member("original_max_position_embeddings", Int(original))
      }
    case .yarn(let yarn):
      json.object { json in
        json.member("rope_type", "yarn")
        json.member("factor", yarn.factor)
        json.member("original_max_position_embeddings", Int(yarn.originalContext))
        json.member("beta_fast", yarn.betaFast)
        json.member("beta_slow", yarn.betaSlow)
        json.member("truncate", yarn.truncates)
        json.member("attention_factor", yarn.attentionFactor)
      }
    case .longRope: throw TrainingError.unsupported("a model with rotary scaling of type longrope")
    case .proportional: throw TrainingError.unsupported("a model with rotary scaling of type proportional")
    case .divisors: throw TrainingError.unsupported("a model whose rotary frequencies are a tensor")
    }
  }

  /// A number as its shortest text says it, so that 1e-5 stays 1e-05.
  private static func shortest(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }
}
