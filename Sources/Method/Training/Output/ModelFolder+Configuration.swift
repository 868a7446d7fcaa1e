internal import CMCFastJSON
internal import CMCLanguageModel
internal import CMCLinearAlgebra

extension ModelFolder {
  /// The text of `config.json`, which reads back as the model.
  ///
  /// - Throws: ``TrainingError/unwritable(_:format:)`` for what it cannot say.
  package static func configuration(
    _ shape: NetworkShape, tokens: SpecialTokens, encoding: FloatEncoding
  ) throws -> [UInt8] {
    let bytes = try text(shape, tokens: tokens, encoding: encoding)
    try ReadBack.check(shape.configuration.asInHub(rows: shape.vocabulary), as: "config.json") {
      try WrittenConfiguration.ofHub(bytes)
    }
    return bytes
  }

  private static func text(
    _ shape: NetworkShape, tokens: SpecialTokens, encoding: FloatEncoding
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
      if c.architecture.reads("attention_bias") {
        json.member("attention_bias", c.biases.contains(.queryKeyValue))
      }
      json.member("rope_theta", global.base)
      if global.scaling != .none {
        json.key("rope_scaling")
        try scaling(global, &json)
      }
      if c.architecture.reads("rope_local_base_freq"), let local {
        json.member("rope_local_base_freq", local.base)
      }
      if c.architecture.reads("query_pre_attn_scalar") {
        json.member(
          "query_pre_attn_scalar", try whole(1 / (Double(c.attentionScale) * Double(c.attentionScale))))
      }
      windows(c, &json)
      tokens.write(to: &json)
      json.member("dtype", encoding.rawValue)
      json.member("torch_dtype", encoding.rawValue)
    }
    json.endLine()
    return json.bytes
  }

  /// Which layers have a window, in as few members as the class needs.
  private static func windows(_ c: ModelConfiguration, _ json: inout JSONWriter) {
    let family = c.architecture
    guard family.reads("sliding_window") else { return }
    let window = c.windows.lazy.compactMap { $0 }.first
    // A class that is not told to use its window has none.
    if family.reads("use_sliding_window") { json.member("use_sliding_window", window != nil) }
    if let window {
      json.member("sliding_window", window)
    } else if family.windowsAreUniform {
      json.key("sliding_window")
      json.null()
    }
    let first = c.windows.firstIndex { $0 != nil } ?? c.layerCount
    if family.reads("max_window_layers"), c.windows[first...].allSatisfy({ $0 != nil }) {
      json.member("max_window_layers", first)
    }
    let isSaid =
      window == nil && (family.windowsAreUniform || family.reads("use_sliding_window"))
      || family.windowsAreUniform && !c.windows.contains(nil)
    guard family.reads("layer_types"), !isSaid else { return }
    json.key("layer_types")
    json.array { json in
      for window in c.windows { json.value(window == nil ? "full_attention" : "sliding_attention") }
    }
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
      try json.object { json in
        json.member("rope_type", "llama3")
        json.member("factor", factor)
        json.member("low_freq_factor", low)
        json.member("high_freq_factor", high)
        json.member("original_max_position_embeddings", try whole(original))
      }
    case .yarn(let yarn):
      try json.object { json in
        json.member("rope_type", "yarn")
        json.member("factor", yarn.factor)
        json.member("original_max_position_embeddings", try whole(yarn.originalContext))
        json.member("beta_fast", yarn.betaFast)
        json.member("beta_slow", yarn.betaSlow)
        json.member("truncate", yarn.truncates)
        json.member("attention_factor", yarn.attentionFactor)
      }
    case .longRope: throw unsaid("longrope")
    case .proportional: throw unsaid("proportional")
    case .divisors:
      throw TrainingError.unwritable("rotary frequencies that are a tensor", format: "config.json")
    }
  }

  private static func unsaid(_ type: String) -> TrainingError {
    .unwritable("rotary scaling of type \(type)", format: "config.json")
  }

  /// A number that the classes of transformers take as an integer alone, to the nearest: what it was not is found when it
  /// is read back.
  private static func whole(_ value: Double) throws -> Int {
    guard let number = Int(exactly: value.rounded()) else {
      throw TrainingError.unwritable("\(value), where an integer belongs,", format: "config.json")
    }
    return number
  }

  /// A number as its shortest text says it, so that 1e-5 stays 1e-05.
  private static func shortest(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }
}
