import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

/// Broken model files: an error of one line that names the place, never a crash.
@Suite struct HostileModelTests {
  /// A change of a good file, and what the error must speak of.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let part: String
    let change: @Sendable (inout GGUFConversion) -> Void

    init(_ name: String, _ part: String, _ change: @escaping @Sendable (inout GGUFConversion) -> Void) {
      testDescription = name
      self.part = part
      self.change = change
    }
  }

  static let cases = [
    Case("tensor missing", "blk.1.ffn_up.weight") {
      $0.tensors.removeAll { $0.name == "blk.1.ffn_up.weight" }
    },
    Case("norm missing", "output_norm.weight") { $0.tensors.removeAll { $0.name == "output_norm.weight" } },
    Case("embeddings missing", "token_embd.weight") {
      $0.tensors.removeAll { $0.name == "token_embd.weight" }
    },
    Case("matrix of another shape", "blk.0.attn_q.weight") {
      $0.change("blk.0.attn_q.weight") { $0.shape = [24, 96] }
    },
    Case("matrix as a vector", "blk.0.ffn_down.weight") {
      $0.change("blk.0.ffn_down.weight") { $0.shape = [48 * 64] }
    },
    Case("norm too short", "blk.0.attn_norm.weight") {
      $0.change("blk.0.attn_norm.weight") { $0.shape = [47] }
    },
    Case("type that is not known", "blk.0.attn_k.weight") {
      $0.change("blk.0.attn_k.weight") { $0.type = 99 }
    },
    Case("type that is not read", "Q8_K") {
      $0.change("blk.0.ffn_gate.weight") {
        $0.type = 15; $0.shape = [12, 256]
      }
    },
    Case("whole numbers as weights", "I32") { $0.change("blk.0.attn_k.weight") { $0.type = 26 } },
    Case("rows that are no whole blocks", "blk.0.attn_k.weight") {
      $0.change("blk.0.attn_k.weight") { $0.type = 8 }
    },
    Case("offset beyond the file", "blk.0.attn_k.weight") {
      $0.change("blk.0.attn_k.weight") { $0.offset = 1 << 40 }
    },
    Case("offset that overflows", "blk.0.attn_k.weight") {
      $0.change("blk.0.attn_k.weight") { $0.offset = .max & ~31 }
    },
    Case("a norm that is NaN", "blk.1.ffn_norm.weight") {
      $0.change("blk.1.ffn_norm.weight") { $0.values[3] = .nan }
    },
    Case("a tensor too many", "blk.0.attn_sinks.weight") {
      $0.tensors.append(.init(name: "blk.0.attn_sinks.weight", shape: [4], values: [0, 0, 0, 0]))
    },
    Case("another family", "falcon") { $0.set("general.architecture", .text("falcon")) },
    Case("no family", "general.architecture") { $0.entries.removeAll { $0.key == "general.architecture" } },
    Case("a family that is no text", "general.architecture") { $0.set("general.architecture", .integer(3)) },
    Case("more layers than tensors", "blk.2.") { $0.set("llama.block_count", .integer(3)) },
    Case("fewer layers than tensors", "blk.1.") { $0.set("llama.block_count", .integer(1)) },
    Case("layers without end", "layers") { $0.set("llama.block_count", .integer(.max)) },
    Case("no layers", "layers") { $0.set("llama.block_count", .integer(0)) },
    Case("no heads", "heads") { $0.set("llama.attention.head_count", .integer(0)) },
    Case("heads that do not divide", "heads") { $0.set("llama.attention.head_count_kv", .integer(3)) },
    Case("another hidden size", "token_embd.weight") { $0.set("llama.embedding_length", .integer(64)) },
    Case("a hidden size of zero", "hidden size") { $0.set("llama.embedding_length", .integer(0)) },
    Case("a huge head", "size of a head") {
      $0.set("llama.attention.key_length", .integer(.max))
      $0.set("llama.attention.value_length", .integer(.max))
      $0.set("llama.rope.dimension_count", .integer(.max))
    },
    Case("values unlike keys", "values") { $0.set("llama.attention.value_length", .integer(8)) },
    Case("half of a head turned", "turning") { $0.set("llama.rope.dimension_count", .integer(6)) },
    Case("no epsilon", "layer_norm_rms_epsilon") {
      $0.entries.removeAll { $0.key.hasSuffix("layer_norm_rms_epsilon") }
    },
    Case("an epsilon that is NaN", "epsilon") {
      $0.set("llama.attention.layer_norm_rms_epsilon", .number(.nan))
    },
    Case("a base of zero", "base") { $0.set("llama.rope.freq_base", .number(0)) },
    Case("scaling that is not known", "yarn") {
      $0.tensors.removeAll { $0.name == "rope_freqs.weight" }
      $0.set("llama.rope.scaling.type", .text("yarn"))
    },
    Case("divisors of zero", "rope_freqs") { $0.change("rope_freqs.weight") { $0.values[2] = 0 } },
    Case("too few divisors", "rope_freqs") { $0.change("rope_freqs.weight") { $0.shape = [3] } },
    Case("a window on no layer in a row", "sliding_window_pattern is 0") {
      $0.set("llama.attention.sliding_window", .integer(4))
      $0.set("llama.attention.sliding_window_pattern", .integer(0))
    },
    Case("experts", "expert_used_count") { $0.set("llama.expert_count", .integer(8)) },
    Case("one of several files", "files") { $0.set("split.count", .integer(2)) },
    Case("a factor of attention", "rope.scaling.attn_factor") {
      $0.set("llama.rope.scaling.attn_factor", .number(0.5))
    },
    Case("attention to what comes", "attention.causal") { $0.set("llama.attention.causal", .integer(0)) },
    Case("scores bent by distance", "max_alibi_bias") {
      $0.set("llama.attention.max_alibi_bias", .number(8))
    },
    Case("scaled logits", "logit_scale") { $0.set("llama.logit_scale", .number(0.25)) },
    Case("softcaps", "attn_logit_softcapping") { $0.set("llama.attn_logit_softcapping", .number(50)) },
  ]

  @Test(arguments: cases)
  func aBrokenFileIsAnErrorOfOneLine(_ broken: Case) throws {
    var file = try GGUFConversion(GoldenCheckpoint(name: "llama"))
    broken.change(&file)
    let (path, folder) = try file.write()
    defer { withExtendedLifetime(folder) {} }
    let error = #expect(throws: (any Error).self) { _ = try LanguageModel.load(path) }
    let described = try #require(error as? any DescribedError, "\(String(describing: error))")
    #expect(described.description.contains(broken.part), "\(described)")
    #expect(described.description.contains(path), "\(described)")
    #expect(!described.description.contains("\n"))
  }

  /// llama.cpp scales linearly where no type is named, takes the older key for a missing factor, and 0 for none.
  @Test func rotaryScalingWithoutAType() throws {
    func positions(_ change: (inout GGUFConversion) -> Void) throws -> ModelConfiguration.PositionEncoding {
      var file = try GGUFConversion(GoldenCheckpoint(name: "llama-linear"))
      change(&file)
      let (path, folder) = try file.write()
      defer { withExtendedLifetime(folder) {} }
      return try LanguageModel.load(path).configuration.positions
    }
    let (type, factor) = ("llama.rope.scaling.type", "llama.rope.scaling.factor")
    let linear = try positions { _ in }
    let none = try positions { $0.set(type, .text("none")) }
    #expect(linear != none)
    #expect(try positions { $0.entries.removeAll { $0.key == type } } == linear)
    #expect(
      try positions {
        let stated = $0.entries.first { $0.key == factor }?.value
        $0.entries.removeAll { $0.key == type || $0.key == factor }
        if let stated { $0.set("llama.rope.scale_linear", stated) }
      } == linear)
    #expect(try positions { $0.set(factor, .number(0)) } == none)
  }

  @Test(arguments: ["blk.1.attn_output.weight", "blk.0.ffn_up.weight", "token_embd.weight", "output.weight"])
  func weightsThatAreNotFiniteAreNamedWhenTheyCount(_ name: String) throws {
    for value in [Float.nan, .infinity] {
      var file = try GGUFConversion(GoldenCheckpoint(name: "llama"))
      file.change(name) { $0.values[7 * 48 + 5] = value }
      let (path, folder) = try file.write()
      defer { withExtendedLifetime(folder) {} }
      let session = LanguageModelSession(try LanguageModel.load(path))
      let error = #expect(throws: FileError.self) { _ = try session.logits(after: [1, 7, 9]) }
      #expect(error.map { "\($0)" }?.contains(name) == true, "\(String(describing: error))")
      #expect(session.tokens == [])
    }
  }

  /// Every prefix of a good file is refused or, where only padding is gone, read.
  @Test func aFileCutShortIsAnError() throws {
    let bytes = try GGUFConversion(GoldenCheckpoint(name: "llama-linear")).bytes()
    let folder = try TemporaryFolder()
    for length in stride(from: 0, to: bytes.count - 32, by: 997) {
      let path = try folder.write("cut.gguf", bytes: Array(bytes[..<length]))
      let error = #expect(throws: (any Error).self, "\(length) bytes") { _ = try LanguageModel.load(path) }
      #expect(error is any DescribedError)
    }
  }
}
