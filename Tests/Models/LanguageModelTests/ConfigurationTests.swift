import CMCFastJSON
import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

/// What `config.json` says, in both spellings, and what is refused in it.
@Suite struct ConfigurationTests {
  /// Loads a golden checkpoint with another `config.json`.
  private func load(_ name: String, _ change: (String) -> String) throws -> LanguageModel {
    let golden = GoldenCheckpoint(name: name).folder
    let folder = try TemporaryFolder()
    let json = String(decoding: try readFile(golden + "/config.json"), as: UTF8.self)
    let changed = change(json)
    try #require(changed != json, "the change must change something")
    try folder.write("config.json", changed)
    try folder.write("model.safetensors", bytes: try readFile(golden + "/model.safetensors"))
    return try LanguageModel.load(folder.path)
  }

  private func configuration(_ name: String) throws -> ModelConfiguration {
    try LanguageModel.load(GoldenCheckpoint(name: name).folder).configuration
  }

  private func replacingMember(_ json: String, _ key: String, with text: String) -> String {
    var lines = json.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("  \"\(key)\":") }) else { return json }
    var end = start
    let opens = lines[start].hasSuffix("{") || lines[start].hasSuffix("[")
    if opens { end = lines[start...].firstIndex { $0.hasPrefix("  }") || $0.hasPrefix("  ]") } ?? start }
    lines.replaceSubrange(start...end, with: [text])
    return lines.joined(separator: "\n")
  }

  @Test func theOlderSpellingOfLlama3() throws {
    let model = try load("llama") {
      replacingMember(
        $0, "rope_parameters",
        with: """
            "rope_theta": 10000.0, "rope_scaling": {"factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
            "original_max_position_embeddings": 32, "rope_type": "llama3"},
          """)
    }
    #expect(model.configuration == (try configuration("llama")))
  }

  @Test func theOlderSpellingOfLinearScaling() throws {
    let model = try load("llama-linear") {
      replacingMember(
        $0, "rope_parameters",
        with: "\"rope_theta\": 10000.0, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0},")
    }
    #expect(model.configuration == (try configuration("llama-linear")))
  }

  @Test func theOlderSpellingOfGemma() throws {
    let model = try load("gemma3") {
      let rotary = replacingMember(
        $0, "rope_parameters",
        with: """
            "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0,
            "rope_scaling": {"rope_type": "linear", "factor": 8.0}, "sliding_window_pattern": 2,
          """)
      return replacingMember(rotary, "layer_types", with: "")
    }
    #expect(model.configuration == (try configuration("gemma3")))
  }

  @Test func aModelThatAlsoSeesHasItsTextPartInside() throws {
    let model = try load("gemma3") {
      "{\"architectures\": [\"Gemma3ForConditionalGeneration\"], \"model_type\": \"gemma3\", \"text_config\": \($0)}"
    }
    #expect(model.configuration == (try configuration("gemma3")))
  }

  @Test func windowsFollowTheFamily() throws {
    #expect(try configuration("llama").windows == [nil, nil])
    #expect(try configuration("mistral").windows == [7, 7])
    #expect(try configuration("qwen2").windows == [nil, 6])
    #expect(try configuration("qwen3").windows == [nil, nil])
    #expect(try configuration("gemma3").windows == [6, nil, 6])
    let none = try load("mistral") {
      replacingMember($0, "sliding_window", with: "\"sliding_window\": null,")
    }
    #expect(none.configuration.windows == [nil, nil])
  }

  @Test(arguments: [
    ("architectures", "\"architectures\": [\"FalconForCausalLM\"],", "FalconForCausalLM"),
    ("hidden_size", "\"hidden_size\": \"48\",", "hidden_size"),
    // Left out it has the library's default, which these weights do not have.
    ("hidden_size", "", "48, the configuration says 96 × 4096"),
    ("hidden_size", "\"hidden_size\": -48,", "hidden size"),
    ("hidden_size", "\"hidden_size\": 4611686018427387904,", "hidden size"),
    ("hidden_act", "\"hidden_act\": \"mish\",", "mish"),
    ("num_attention_heads", "\"num_attention_heads\": 0,", "heads"),
    ("num_hidden_layers", "\"num_hidden_layers\": 9223372036854775807,", "layers"),
    ("vocab_size", "\"vocab_size\": 97", "embed_tokens"),
    ("vocab_size", "\"quantization_config\": {}", "quantization_config"),
    ("rms_norm_eps", "\"rms_norm_eps\": 1e999,", "config.json"),
    ("rope_parameters", "\"rope_parameters\": {\"rope_type\": \"su\", \"factor\": 4},", "su"),
    ("rope_parameters", "\"rope_parameters\": {\"rope_type\": \"yarn\", \"factor\": 0},", "yarn"),
    ("rope_parameters", "\"rope_parameters\": {\"rope_type\": \"yarn\"},", "factor"),
    ("rope_parameters", "\"rope_parameters\": {\"rope_type\": \"longrope\"},", "short_factor"),
    (
      "rope_parameters", "\"rope_parameters\": {\"rope_type\": \"longrope\", \"short_factor\": [1]},",
      "long_factor"
    ),
    (
      "rope_parameters",
      "\"rope_parameters\": {\"rope_type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [1]},",
      "longrope"
    ),
    ("rope_parameters", "\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 0},", "linear"),
    (
      "rope_parameters", "\"rope_parameters\": {\"rope_type\": \"llama3\", \"factor\": 8},", "low_freq_factor"
    ),
    ("rope_parameters", "\"rope_parameters\": 3,", "rope_parameters"),
    ("attention_bias", "\"attention_bias\": true,", "bias"),
    ("head_dim", "\"head_dim\": 13,", "head"),
  ])
  func whatCannotBeRunIsAnErrorOfOneLine(_ key: String, _ text: String, _ part: String) throws {
    let error = #expect(throws: (any Error).self) {
      _ = try load("llama") { replacingMember($0, key, with: text) }
    }
    let described = try #require(error as? any DescribedError, "\(String(describing: error))")
    #expect(described.description.contains(part), "\(described)")
    #expect(!described.description.contains("\n"))
  }

  @Test func angularFrequenciesAreScaled() {
    let plain = RotaryEmbedding(base: 10_000).frequencies(headSize: 8)
    #expect(plain == [1, 0.1, 0.01, 0.001])
    let linear = RotaryEmbedding(base: 10_000, scaling: .linear(factor: 4)).frequencies(headSize: 8)
    #expect(linear == plain.map { $0 / 4 })
    let divided = RotaryEmbedding(base: 10_000, scaling: .divisors([1, 2, 4, 8])).frequencies(headSize: 8)
    #expect(divided == zip(plain, [1, 2, 4, 8] as [Float]).map { $0 / $1 })
    let both = RotaryEmbedding(base: 10_000, scaling: .divisors([1, 2, 4, 8], over: .linear(factor: 4)))
    #expect(both.frequencies(headSize: 8) == divided.map { $0 / 4 } && both.attentionFactor == 1)
  }

  /// `rope_type` counts before the older name of the same member.
  @Test(arguments: [("yarn", true), ("linear", false)])
  func twoKindsOfOneScalingAreNoted(_ type: String, _ isNoted: Bool) throws {
    let base = try LanguageModel.load(GoldenCheckpoint(name: "llama-linear").folder)
    let model = try load("llama-linear") {
      replacingMember(
        $0, "rope_parameters",
        with: """
            "rope_parameters": {"rope_theta": 10000.0, "rope_type": "linear", "type": "\(type)", "factor": 4.0},
          """)
    }
    #expect(model.configuration == base.configuration)
    let note =
      "how positions are turned: config.json: rope_type in rope_parameters says linear, "
      + "config.json: type in rope_parameters says \(type); the first is taken"
    #expect(model.notes.contains { $0.hasPrefix(note) } == isNoted, "\(model.notes)")
  }
}
