internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Mamba 2: heads that share a step and a decay, and a norm behind the gate.
  package static let mamba2 = ModelArchitecture(
    "mamba2", "Mamba 2", ["Mamba2ForCausalLM"],
    fields: stateFields + [
      .carriedOut("num_heads", "heads; heads times their length must be the channels"),
      .carriedOut("head_dim", "the channels of a head"),
      .carriedOut("n_groups", "groups of heads that share what selects"),
      .carriedOut("time_step_limit", "bounds of steps: 0 and none; others are refused"),
      .harmless("intermediate_size", "the class computes it"), .harmless("chunk_size", "how it is computed"),
      .harmless("time_step_rank", "the class does not use it"),
      .harmless("norm_before_gate", "no member of the class"),
      .harmless("rms_norm", "no member of the class"),
    ]
  ) {
    describeStates(&$0, vocabulary: 32_768, hidden: 4096, layers: 64)
    $0.gguf = GGUFForm("mamba2") { $0.states = .heads }
    $0.configure = { c, json in
      let heads = try json.int("num_heads", default: 128)
      let inner = c.hiddenSize &* (try json.int("expand", default: 2))
      let size = try json.int("head_dim", default: 64)
      guard heads &* size == inner else {
        throw LanguageModelError.configuration("\(heads) heads of \(size) are not the \(inner) channels")
      }
      try refuseStepLimits(json)
      try setStates(
        SelectiveState(
          form: .heads(count: heads, groups: try json.int("n_groups", default: 8)), inner: inner,
          stateSize: try json.int("state_size", default: 128), kernel: try json.int("conv_kernel", default: 4)
        ),
        &c, json)
    }
  }

  /// Refuses bounds of steps: transformers keeps to them in prefill and not in decoding.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  static func refuseStepLimits(_ json: ConfigurationJSON) throws {
    guard json.has("time_step_limit") else { return }
    let limits = try json.bounds("time_step_limit")
    // Steps are never below 0.
    guard limits.count == 2, limits[0] <= 0, limits[1] == .infinity else {
      throw LanguageModelError.unsupported("time_step_limit, a bound of steps,")
    }
  }
}
