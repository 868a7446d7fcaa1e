internal import CMCFastJSON

/// What a `config.json` says of rotary embeddings, in the newer and the older spelling.
struct RotaryJSON {
  private let json: ConfigurationJSON
  private let defaultBase: Double

  /// Looks into the text part of a configuration.
  init(_ json: ConfigurationJSON, default base: Double) {
    self.json = json
    defaultBase = base
  }

  /// The embedding of layers that see everything.
  func global() throws -> RotaryEmbedding {
    if let parameters = try json.object("rope_parameters") {
      let own = try parameters.object("full_attention") ?? parameters
      return RotaryEmbedding(
        base: try own.double("rope_theta", default: try json.double("rope_theta", default: defaultBase)),
        scaling: try scaling(own))
    }
    return RotaryEmbedding(
      base: try json.double("rope_theta", default: defaultBase),
      scaling: try json.object("rope_scaling").map(scaling) ?? .none)
  }

  /// The embedding of layers with a window, where the family has one of its own for them.
  func local() throws -> RotaryEmbedding {
    if let own = try json.object("rope_parameters")?.object("sliding_attention") {
      return RotaryEmbedding(base: try own.double("rope_theta", default: 10_000), scaling: try scaling(own))
    }
    return RotaryEmbedding(base: try json.double("rope_local_base_freq", default: 10_000))
  }

  private func scaling(_ json: ConfigurationJSON) throws -> RotaryEmbedding.Scaling {
    if json.has("partial_rotary_factor"), try json.double("partial_rotary_factor") != 1 {
      throw LanguageModelError.unsupported("partial_rotary_factor")
    }
    let type = try json.string("rope_type") ?? json.string("type") ?? "default"
    switch type {
    case "default": return .none
    case "linear": return .linear(factor: try json.double("factor"))
    case "llama3":
      return .llama3(
        factor: try json.double("factor"), lowFrequency: try json.double("low_freq_factor"),
        highFrequency: try json.double("high_freq_factor"),
        originalContext: try json.double("original_max_position_embeddings"))
    default: throw LanguageModelError.unsupported("rotary scaling of type \(type)")
    }
  }
}
