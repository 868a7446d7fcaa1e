import CMCFastJSON
import CMCLinearAlgebra
import CMCPrimitives
import CMCSafetensors
import TestSupport
import Testing

@testable import CMCLanguageModel

/// What files of RWKV-7 say in more than one way, and what is refused of them.
@Suite struct RWKVTests {
  /// What flash-linear-attention's class makes of sizes where ranks are null.
  @Test(arguments: [
    (768, 64, [64, 64, 32, 128]), (1024, 64, [64, 64, 64, 160]), (2048, 64, [128, 128, 64, 224]),
    (4096, 128, [320, 320, 224, 320]), (48, 16, [32, 32, 32, 32]), (2560, 80, [160, 160, 96, 256]),
  ])
  func ranksThatAreNotSaid(_ hidden: Int, _ size: Int, _ ranks: [Int]) throws {
    let names = ["decay", "a", "v", "gate"].map { "\"\($0)_low_rank_dim\": null" }.joined(separator: ", ")
    let text = "{\"model_type\": \"rwkv7\", \"hidden_size\": \(hidden), \"head_dim\": \(size), \(names)}"
    let state = try #require(try self.state(text).state)
    #expect([state.ranks.decay, state.ranks.rate, state.ranks.share, state.ranks.gate] == ranks)
  }

  /// The defaults of the class, and a head's length where it is null.
  @Test func whatIsLeftOut() throws {
    let (state, c) = try state("{\"model_type\": \"rwkv7\"}")
    #expect(state?.ranks == WKVState.Ranks(decay: 64, rate: 64, share: 16, gate: 128))
    #expect(state?.headSize == 64 && state?.removalNorm == .shifted && state?.outputEpsilon == 64e-5)
    #expect(c.hiddenSize == 2048 && c.layerCount == 24 && c.feedForwardSize == 8192)
    #expect(c.feedForward == .plain(.squaredRelu) && c.normsEmbeddings && !c.tiesEmbeddings)
    #expect(c.normalization == .layer(epsilon: 1e-5, hasBias: true))
    let other = try self.state(
      "{\"model_type\": \"rwkv7\", \"hidden_size\": 96, \"num_heads\": 3, \"head_dim\": null, "
        + "\"hidden_ratio\": 2.1, \"value_dim\": 96}")
    #expect(other.state?.headSize == 32 && other.configuration.feedForwardSize == 224)
    for heads in ["0", "null", "-2"] {
      #expect(throws: (any Error).self) {
        try self.state("{\"model_type\": \"rwkv7\", \"head_dim\": null, \"num_heads\": \(heads)}")
      }
    }
    // Heads count for nothing beside a head's length.
    let both = try self.state("{\"model_type\": \"rwkv7\", \"num_heads\": 3, \"head_dim\": 32}")
    #expect(both.state?.headCount == 64)
  }

  private func state(_ text: String) throws -> (state: WKVState?, configuration: ModelConfiguration) {
    var notes: [String] = []
    let configuration = try HuggingFaceConfiguration.read(
      try JSONDocument(Array(text.utf8)).root, notes: &notes)
    #expect(notes == [])
    guard case .wkv(let state) = configuration.mixer(0) else { return (nil, configuration) }
    return (state, configuration)
  }

  /// The first files had the shifts of a layer in one tensor.
  @Test func shiftsInOneTensor() throws {
    let checkpoint = GoldenCheckpoint(name: "rwkv7")
    let folder = try TemporaryFolder()
    try folder.write("config.json", bytes: try readFile(checkpoint.folder + "/config.json"))
    try folder.write(
      "model.safetensors", bytes: try joined(try readFile(checkpoint.folder + "/model.safetensors")))
    let model = try LanguageModel.load(folder.path)
    for (ids, expected) in try checkpoint.prompts() {
      #expect(largestDifference(try allLogits(LanguageModelSession(model), ids), expected) <= 1e-5)
    }
  }

  /// The same file with `attn.x_x` [6, hidden] in place of six tensors.
  private func joined(_ bytes: [UInt8]) throws -> [UInt8] {
    let header = try bytes.withUnsafeBytes { try SafetensorsHeader(parsing: $0) }
    var (members, data): ([String], [UInt8]) = ([], [])
    func add(_ name: String, _ shape: [Int], _ values: [UInt8]) {
      members.append(
        "\"\(name)\": {\"dtype\": \"BF16\", \"shape\": \(shape), "
          + "\"data_offsets\": [\(data.count), \(data.count + values.count)]}")
      data += values
    }
    for tensor in header.tensors where !tensor.name.contains(".attn.x_") {
      #expect(tensor.elementType == .bfloat16)
      add(tensor.name, tensor.shape, Array(bytes[tensor.bytes]))
    }
    for layer in 0..<2 {
      let parts = try "rwkvag".map { kind in
        let name = "model.layers.\(layer).attn.x_\(kind)"
        return Array(bytes[try #require(header.tensors.first { $0.name == name }).bytes])
      }
      add("model.layers.\(layer).attn.x_x", [6, 48], parts.flatMap { $0 })
    }
    let text = Array("{\(members.joined(separator: ", "))}".utf8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text + data
  }

  /// The sizes of a file of the author's, which has no configuration; and one that has other tensors.
  @Test func whatTheAuthorsFilesSay() throws {
    let golden = GoldenCheckpoint(name: "rwkv7-pth").folder + "/model.pth"
    let c = try LanguageModel.load(golden).configuration
    guard case .wkv(let state) = c.mixer(1) else {
      Issue.record("no state")
      return
    }
    #expect(c.hiddenSize == 40 && c.layerCount == 2 && c.feedForwardSize == 56 && c.vocabularySize == 96)
    #expect(state.headSize == 8 && state.ranks == WKVState.Ranks(decay: 9, rate: 7, share: 5, gate: 11))
    #expect(state.removalNorm == .bounded && state.outputEpsilon == 64e-5 && c.normsEmbeddings)
    let bytes = try readFile(golden)
    for (from, to, part) in [
      ("blocks.0.att.r_k", "blocks.0.att.r_x", "no config.json"),
      ("blocks.1.ln2.bias", "blocks.1.ln3.bias", "layers.1.ffn_norm.bias"),
      ("blocks.1.att.x_r", "blocks.3.att.x_r", "without a gap"),
      ("blocks.0.att.v0", "blocks.0.att.v9", "attn.v9"),
      ("blocks.1.att.v1", "blocks.1.att.v3", "v_lora.lora.0.weight"),
      ("head.weight", "heed.weight", "lm_head"), ("ln_out.bias", "ln_our.bias", "model.norm.bias"),
    ] {
      let folder = try TemporaryFolder()
      let path = try folder.write("x.pth", bytes: try renamed(bytes, from, to))
      let error = #expect(throws: FileError.self) { _ = try LanguageModel.load(path) }
      #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }
  }

  /// Another name in the pickle of an archive, whose checksum follows.
  private func renamed(_ bytes: [UInt8], _ from: String, _ to: String) throws -> [UInt8] {
    // The pickle is the first entry and lies there as it is, up to what describes it.
    let start = try #require(bytes.firstRange(of: [0x80, 2])).lowerBound
    let end = try #require(bytes[start...].firstRange(of: [0x50, 0x4B, 7, 8])).lowerBound
    let pickle = Array(bytes[start..<end])
    let changed = try replaced(pickle, Array(from.utf8), Array(to.utf8))
    let result = bytes[..<start] + changed + bytes[end...]
    return try replaced(Array(result), checksum(pickle), checksum(changed))
  }

  /// Every place of some bytes, which must be there.
  private func replaced(_ bytes: [UInt8], _ from: [UInt8], _ to: [UInt8]) throws -> [UInt8] {
    let ranges = bytes.ranges(of: from)
    try #require(!ranges.isEmpty)
    return ranges.reduce(into: bytes) { $0.replaceSubrange($1, with: to) }
  }

  /// CRC-32 by its definition, bit by bit.
  private func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let sum = bytes.reduce(~0 as UInt32) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return withUnsafeBytes(of: (~sum).littleEndian) { Array($0) }
  }

  /// What llama.cpp does not run, or asks for, is refused by name.
  @Test func whatGGUFFilesMustSay() throws {
    let base = try GGUFConversion(GoldenCheckpoint(name: "rwkv7-author"))
    func refusal(_ change: (inout GGUFConversion) -> Void) throws -> String {
      var file = base
      change(&file)
      let (path, folder) = try file.write()
      defer { withExtendedLifetime(folder) {} }
      let error = #expect(throws: FileError.self) { _ = try LanguageModel.load(path) }
      return error?.description ?? ""
    }
    #expect(try refusal { $0.set("rwkv7.token_shift_count", .integer(1)) }.contains("token_shift_count 1"))
    #expect(try refusal { $0.set("rwkv7.wkv.head_size", .integer(48)) }.contains("heads of 48"))
    #expect(try refusal { $0.set("rwkv7.wkv.head_size", .integer(0)) }.contains("heads of 0"))
    #expect(try refusal { $0.set("rwkv7.attention.gate_lora_rank", .integer(12)) }.contains("time_mix_g1"))
    #expect(
      try refusal { $0.entries.removeAll { $0.key.hasSuffix("iclr_lora_rank") } }.contains("iclr_lora_rank"))
    for name in ["output", "token_embd_norm", "blk.1.time_mix_v1", "blk.1.channel_mix_lerp_k"] {
      #expect(
        try refusal { $0.tensors.removeAll { $0.name == name + ".weight" } }.contains(name + ".weight"))
    }
    // Rates once more in the place of shares: the first layer's are read by nobody, those of others must fit.
    #expect(
      try refusal { $0.change("blk.1.time_mix_v2.weight") { $0.shape = [64, 10] } }.contains("time_mix_v2"))
    let said = try refusal { $0.set("general.architecture", .text("arwkv7")) }
    #expect(said.contains("arwkv7"))
  }

  /// Keys of RWKV-7 in the files of another family.
  @Test(arguments: ["wkv.head_size", "token_shift_count", "attention.gate_lora_rank"])
  func keysOfNoOtherFamily(_ key: String) throws {
    var file = try GGUFConversion(GoldenCheckpoint(name: "llama"))
    file.set("llama.\(key)", .integer(2))
    let (path, folder) = try file.write()
    defer { withExtendedLifetime(folder) {} }
    let error = #expect(throws: FileError.self) { _ = try LanguageModel.load(path) }
    #expect(error?.description.contains("llama.\(key)") == true)
  }
}
