import CMCLinearAlgebra
import CMCPrimitives
import TestSupport
import Testing

@testable import CMCLanguageModel

/// Weights that other tools have packed, against what those tools unpack: Tests/Scripts/generate_packed_checkpoints.py.
@Suite struct PackedWeightsTests {
  static let names = [
    "packed-fp8", "packed-fp8-tensor", "packed-gptq", "packed-gptq-order", "packed-awq", "packed-int4",
    "packed-int4-zeros", "packed-float",
  ]

  @Test(arguments: PackedWeightsTests.names)
  func logitsEqualThoseOfTheOriginals(_ name: String) throws {
    let golden = GoldenCheckpoint(name: name)
    let model = try LanguageModel.load(golden.folder)
    for (ids, wanted) in try golden.prompts() {
      #expect(largestDifference(try allLogits(LanguageModelSession(model), ids), wanted) <= 1e-5)
      let session = LanguageModelSession(model)
      let steps = try ids.flatMap { try allLogits(session, [$0]) }
      #expect(largestDifference(steps, wanted) <= 1e-5)
    }
  }

  /// Blocks where a group's borders allow them, else float32.
  @Test func weightsTakeTheRoomOfTheirBits() throws {
    func type(_ name: String) throws -> String {
      let model = try LanguageModel.load(GoldenCheckpoint(name: name).folder)
      return "\(try #require(model.weights.layers.first?.attention).output.matrix.type)"
    }
    #expect(try each(type) == ["f8", "f8", "nibbles", "f32", "nibbles", "f32", "nibbles", "f8"])
  }

  private func each(_ body: (String) throws -> String) rethrows -> [String] { try Self.names.map(body) }

  @Test func inputsThatWouldBeRoundedAreNoted() throws {
    let notes = try LanguageModel.load(GoldenCheckpoint(name: "packed-float").folder).notes
    #expect(notes.count == 1 && notes[0].contains("input_activations"), "\(notes)")
  }

  @Test(arguments: [
    ("packed-fp8", "\"fmt\": \"e4m3\"", "\"fmt\": \"e5m2\"", "fmt"),
    ("packed-fp8", "\"fmt\": \"e4m3\"", "\"scale_fmt\": \"ue8m0\"", "scale_fmt"),
    ("packed-fp8", "\"fmt\": \"e4m3\"", "\"expert_dtype\": \"fp4\"", "expert_dtype"),
    ("packed-fp8", "\"fmt\": \"e4m3\"", "\"something\": 1", "something"),
    ("packed-fp8", "\"fp8\"", "\"bitsandbytes\"", "bitsandbytes"),
    ("packed-gptq", "\"bits\": 4", "\"bits\": 3", "bits"),
    ("packed-gptq", "\"lm_head\": false", "\"dynamic\": {\"-:q\": {}}", "dynamic"),
    (
      "packed-gptq", "\"checkpoint_format\": \"gptq\"", "\"checkpoint_format\": \"marlin\"",
      "checkpoint_format"
    ),
    ("packed-awq", "\"version\": \"gemm\"", "\"version\": \"gemv\"", "version"),
    ("packed-int4", "\"num_bits\": 4", "\"num_bits\": 3", "3 bits"),
    ("packed-int4", "\"kv_cache_scheme\": null", "\"kv_cache_scheme\": {\"num_bits\": 8}", "kv_cache_scheme"),
    ("packed-int4", "\"format\": \"pack-quantized\"", "\"format\": \"marlin-24\"", "format"),
    ("packed-int4", "\"strategy\": \"group\"", "\"strategy\": \"tensor_group\"", "strategy"),
    ("packed-int4", "\"group_size\": 16", "\"group_size\": 32", "groups of 32"),
  ])
  func whatIsNotCarriedOutIsRefusedByName(
    _ name: String, _ from: String, _ to: String, _ part: String
  ) throws {
    let error = try refusal(name) { $0.replacing(from, with: to) }
    #expect(error.contains(part), "\(error)")
  }

  /// The tensors of a module belong together.
  @Test(arguments: [
    ("packed-fp8", "self_attn.q_proj.weight_scale_inv", "q_proj.weight_scale"),
    ("packed-gptq", "self_attn.o_proj.scales", "self_attn.o_proj.scales"),
    ("packed-awq", "mlp.up_proj.qzeros", "mlp.up_proj.qzeros"),
    ("packed-int4-zeros", "mlp.up_proj.weight_zero_point", "weight_zero_point"),
  ])
  func aPartThatIsMissingIsNamed(_ name: String, _ tensor: String, _ part: String) throws {
    let error = try refusal(name, file: "model.safetensors") { text in
      text.replacing(tensor, with: String(tensor.dropLast(2)) + "_x")
    }
    #expect(error.contains(part), "\(error)")
  }

  /// What loading a changed copy says.
  private func refusal(
    _ name: String, file: String = "config.json", _ change: (String) -> String
  ) throws -> String {
    let golden = GoldenCheckpoint(name: name).folder
    let folder = try TemporaryFolder()
    for other in ["config.json", "model.safetensors"] {
      let bytes = try readFile("\(golden)/\(other)")
      guard other == file else {
        try folder.write(other, bytes: bytes)
        continue
      }
      // Bytes as characters of Latin-1, so that nothing but the change changes.
      let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
      let changed = change(text)
      #expect(changed != text)
      try folder.write(other, bytes: changed.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    }
    let error = #expect(throws: (any Error).self) { _ = try LanguageModel.load(folder.path) }
    return try #require(error as? any DescribedError, "\(String(describing: error))").description
  }
}
