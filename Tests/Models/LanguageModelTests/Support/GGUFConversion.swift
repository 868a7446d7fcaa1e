import CMCFastJSON
import CMCLanguageModel
import CMCPrimitives
import CMCSafetensors
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A golden checkpoint as a GGUF file of float32, arranged as llama.cpp's converter does it; parts can be changed or
/// left out before it is written.
struct GGUFConversion {
  struct Tensor {
    var name: String
    /// Rows first; the file has it the other way round.
    var shape: [Int]
    var values: [Float]
    var type: UInt32 = 0
    /// Instead of the place that the tensor has.
    var offset: UInt64?
  }

  enum Entry {
    case text(String)
    case integer(UInt32)
    case number(Float)
    case truths([Bool])
    case truth(Bool)
    case integers([Int32])
  }

  var tensors: [Tensor] = []
  var entries: [(key: String, value: Entry)] = []
  private let architecture: String

  /// Reads a checkpoint.
  init(_ checkpoint: GoldenCheckpoint) throws {
    let json = try JSONDocument(try readFile(checkpoint.folder + "/config.json")).root
    architecture = json["model_type"]?.string ?? ""
    let isLlama = ["llama", "mistral", "mixtral"].contains(architecture)
    let isPermuted =
      isLlama
      || ["granite", "granitemoe", "granitemoeshared", "granitemoehybrid", "arcee", "ministral3"].contains(
        architecture)
    let heads = json["num_attention_heads"]?.int ?? json["n_head"]?.int ?? 0
    let keyHeads = json["num_key_value_heads"]?.int ?? heads
    for var tensor in Self.converted(try Self.read(checkpoint.folder), architecture, json) {
      let part = tensor.name
      if isPermuted, part.contains(".q_proj.") { tensor = Self.permuted(tensor, heads: heads) }
      if isPermuted, part.contains(".k_proj.") { tensor = Self.permuted(tensor, heads: keyHeads) }
      if architecture == "gpt2", part.contains(".c_"), tensor.shape.count == 2 {
        tensor = Self.turned(tensor)
      }
      tensor.name = Self.name(part, architecture)
      if !(part == "lm_head.weight" && json["tie_word_embeddings"]?.bool == true) { tensors.append(tensor) }
    }
    stackExperts()
    try addEntries(json, isLlama: isLlama, heads: heads, keyHeads: keyHeads)
  }

  /// Writes the file into a folder of its own.
  func write() throws -> (path: String, folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    return (try folder.write("model.gguf", bytes: bytes()), folder)
  }

  /// The file.
  func bytes() -> [UInt8] {
    var writer = GGUFWriter(tensors: UInt64(tensors.count), entries: UInt64(entries.count))
    for (key, value) in entries {
      switch value {
      case .text(let text): writer.entry(key, text)
      case .integer(let number): writer.entry(key, number)
      case .number(let number):
        writer.key(key, type: 6)
        writer.number(number.bitPattern)
      case .truths(let truths):
        writer.key(key, type: 9)
        writer.number(7 as UInt32)
        writer.number(UInt64(truths.count))
        writer.raw(truths.map { $0 ? 1 : 0 })
      case .truth(let truth):
        writer.key(key, type: 7)
        writer.raw([truth ? 1 : 0])
      case .integers(let numbers):
        writer.key(key, type: 9)
        writer.number(5 as UInt32)
        writer.number(UInt64(numbers.count))
        for number in numbers { writer.number(UInt32(bitPattern: number)) }
      }
    }
    var offset: UInt64 = 0
    for tensor in tensors {
      writer.tensor(
        tensor.name, shape: tensor.shape.reversed().map(UInt64.init), type: tensor.type,
        offset: tensor.offset ?? offset)
      offset += UInt64((tensor.values.count * 4 + 31) / 32 * 32)
    }
    writer.pad()
    for tensor in tensors {
      for value in tensor.values { writer.number(value.bitPattern) }
      writer.pad()
    }
    return writer.bytes
  }

  /// The same model split over some files, as llama.cpp's tool names and describes them.
  func writeParts(_ count: Int) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let share = (tensors.count + count - 1) / count
    for number in 0..<count {
      var part = self
      part.tensors = Array(tensors.dropFirst(number * share).prefix(share))
      if number > 0 { part.entries = [] }
      part.set("split.no", .integer(UInt32(number)))
      part.set("split.count", .integer(UInt32(count)))
      part.set("split.tensors.count", .integer(UInt32(tensors.count)))
      try folder.write("model-0000\(number + 1)-of-0000\(count).gguf", bytes: part.bytes())
    }
    return folder
  }

  /// Changes the tensor of a name.
  mutating func change(_ name: String, _ body: (inout Tensor) -> Void) {
    for index in tensors.indices where tensors[index].name == name { body(&tensors[index]) }
  }

  /// Gives an entry another value.
  mutating func set(_ key: String, _ value: Entry) {
    entries.removeAll { $0.key == key }
    entries.append((key, value))
  }

  private mutating func addEntries(_ json: JSONValue, isLlama: Bool, heads: Int, keyHeads: Int) throws {
    let name = Self.fileArchitecture(architecture, isLlama: isLlama)
    guard heads > 0 else {
      entries = name == "rwkv7" ? Self.rwkvEntries(json) : Self.stateEntries(json, name)
      return
    }
    func number(_ keys: String...) -> UInt32 {
      UInt32(keys.lazy.compactMap { json[$0]?.int }.first ?? 0)
    }
    let hidden = number("hidden_size", "n_embd")
    let headSize = json["head_dim"]?.int.map(UInt32.init) ?? hidden / UInt32(heads)
    let layers = Int(number("num_hidden_layers", "n_layer"))
    entries = [
      ("general.architecture", .text(name)),
      ("\(name).embedding_length", .integer(hidden)),
      ("\(name).block_count", .integer(UInt32(layers))),
      ("\(name).context_length", .integer(number("max_position_embeddings", "n_positions"))),
      ("\(name).attention.head_count", .integer(UInt32(heads))),
      ("\(name).attention.head_count_kv", .integer(UInt32(keyHeads))),
      ("\(name).attention.key_length", .integer(headSize)),
      ("\(name).attention.value_length", .integer(headSize)),
      (
        "\(name).feed_forward_length",
        .integer(json["intermediate_size"]?.int.map(UInt32.init) ?? 4 * hidden)
      ),
    ]
    for (key, member) in [
      ("expert_count", json["num_local_experts"] ?? json["num_experts"]),
      ("expert_used_count", json["num_experts_per_tok"]),
      ("expert_feed_forward_length", json["moe_intermediate_size"]),
      ("expert_shared_feed_forward_length", json["shared_expert_intermediate_size"]),
    ] {
      if let value = member?.int { entries.append(("\(name).\(key)", .integer(UInt32(value)))) }
    }
    addOptions(json, name)
    if name == "granitehybrid" { addHybrid(json, keyHeads: keyHeads) }
    if let epsilon = json["rms_norm_eps"]?.double {
      entries.append(("\(name).attention.layer_norm_rms_epsilon", .number(Float(epsilon))))
    } else {
      entries.append(
        ("\(name).attention.layer_norm_epsilon", .number(Float(Self.layerNormEpsilon(json)))))
    }
    if let window = json["sliding_window"]?.int, window > 0 {
      entries.append(("\(name).attention.sliding_window", .integer(UInt32(window))))
      if let types = json["layer_types"]?.elements {
        entries.append(
          (
            "\(name).attention.sliding_window_pattern",
            .truths(types.map { $0.string == "sliding_attention" })
          ))
      }
    }
    try addRotary(json["rope_parameters"], name, headSize: Int(headSize))
    try addLongRope(json, name)
    if name == "gemma4" { addGemma4(json) }
    if name == "deepseek2" { addLatent(json, heads: heads) }
    if name == "mistral3" { addGrowth(json["rope_parameters"]) }
  }

  /// The converter puts the experts' matrices of a kind into one tensor, one after another.
  private mutating func stackExperts() {
    var stacks: [(name: String, parts: [Int: Tensor])] = []
    var others: [Tensor] = []
    for tensor in tensors {
      let parts = tensor.name.split(separator: ".").map(String.init)
      // blk.L.ffn_gate_exps.E.weight
      guard parts.count == 5, let expert = Int(parts[3]) else {
        others.append(tensor)
        continue
      }
      let name = (parts[..<3] + parts[4...]).joined(separator: ".")
      if let index = stacks.firstIndex(where: { $0.name == name }) {
        stacks[index].parts[expert] = tensor
      } else {
        stacks.append((name, [expert: tensor]))
      }
    }
    tensors =
      others
      + stacks.map { name, parts in
        let ordered = parts.sorted { $0.key < $1.key }.map(\.value)
        return Tensor(
          name: name, shape: [ordered.count] + ordered[0].shape, values: ordered.flatMap(\.values))
      }
  }

  private mutating func addRotary(_ json: JSONValue?, _ name: String, headSize: Int) throws {
    guard let json, let base = json["rope_theta"]?.double else { return }
    entries.append(("\(name).rope.freq_base", .number(Float(base))))
    let share = json["partial_rotary_factor"]?.double ?? 1
    entries.append(("\(name).rope.dimension_count", .integer(UInt32(Double(headSize) * share))))
    guard json["rope_type"]?.string != "longrope", let factor = json["factor"]?.double else { return }
    if json["rope_type"]?.string == "yarn" {
      let original = json["original_max_position_embeddings"]?.int ?? 0
      entries.append(("\(name).rope.scaling.type", .text("yarn")))
      entries.append(("\(name).rope.scaling.factor", .number(Float(factor))))
      entries.append(("\(name).rope.scaling.original_context_length", .integer(UInt32(original))))
      return
    }
    if json["rope_type"]?.string == "linear" {
      entries.append(("\(name).rope.scaling.type", .text("linear")))
      entries.append(("\(name).rope.scaling.factor", .number(Float(factor))))
      return
    }
    // Llama 3: one divisor for each pair, as the converter computes them.
    let original = json["original_max_position_embeddings"]?.double ?? 0
    let low = json["low_freq_factor"]?.double ?? 0
    let high = json["high_freq_factor"]?.double ?? 0
    let divisors = (0..<headSize / 2).map { pair -> Float in
      let wavelength = 2 * Double.pi * pow(base, Double(2 * pair) / Double(headSize))
      if wavelength < original / high { return 1 }
      if wavelength > original / low { return Float(factor) }
      let smooth = (original / wavelength - low) / (high - low)
      return Float(1 / ((1 - smooth) / factor + smooth))
    }
    tensors.append(Tensor(name: "rope_freqs.weight", shape: [headSize / 2], values: divisors))
  }

  /// All tensors of a folder, widened.
  private static func read(_ folder: String) throws -> [Tensor] {
    var tensors: [Tensor] = []
    for index in 0...9 {
      let shard = "\(folder)/model-0000\(index)-of-0000"
      let candidates =
        index == 0 ? ["\(folder)/model.safetensors"] : (1...9).map { "\(shard)\($0).safetensors" }
      for path in candidates where access(path, R_OK) == 0 {
        let bytes = try readFile(path)
        try bytes.withUnsafeBytes { file in
          for tensor in try SafetensorsHeader(parsing: file).tensors {
            tensors.append(Tensor(name: tensor.name, shape: tensor.shape, values: values(tensor, file)))
          }
        }
      }
    }
    return tensors
  }

  private static func values(_ tensor: SafetensorsHeader.Tensor, _ file: UnsafeRawBufferPointer) -> [Float] {
    let size = tensor.elementType.size
    return stride(from: tensor.bytes.lowerBound, to: tensor.bytes.upperBound, by: size).map { place in
      switch tensor.elementType {
      case .float32: Float(bitPattern: file.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      case .bfloat16:
        Float(bitPattern: UInt32(file.loadUnaligned(fromByteOffset: place, as: UInt16.self)) << 16)
      default: half(file.loadUnaligned(fromByteOffset: place, as: UInt16.self))
      }
    }
  }

  /// Half precision, widened by its definition.
  private static func half(_ bits: UInt16) -> Float {
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023) / 1024
    let magnitude = exponent == 0 ? scalbnf(fraction, -14) : scalbnf(1 + fraction, Int32(exponent - 15))
    return bits >> 15 == 0 ? magnitude : -magnitude
  }

  /// Rows of a head from (first half, second half) to pairs side by side.
  private static func permuted(_ tensor: Tensor, heads: Int) -> Tensor {
    let columns = tensor.shape.count == 2 ? tensor.shape[1] : 1
    let size = tensor.shape[0] / heads
    var result = tensor
    for row in 0..<tensor.shape[0] {
      let (head, place) = (row / size, row % size)
      let from = head * size + place % 2 * (size / 2) + place / 2
      for column in 0..<columns {
        result.values[row * columns + column] = tensor.values[from * columns + column]
      }
    }
    return result
  }

  private static func turned(_ tensor: Tensor) -> Tensor {
    let (rows, columns) = (tensor.shape[0], tensor.shape[1])
    var result = tensor
    result.shape = [columns, rows]
    for row in 0..<rows {
      for column in 0..<columns { result.values[column * rows + row] = tensor.values[row * columns + column] }
    }
    return result
  }

  /// Of an expert's tensor: what stands for its kind, and its number behind it.
  private static func expertName(_ name: String) -> String? {
    let parts = name.split(separator: ".").map(String.init)
    guard let place = parts.firstIndex(of: "experts"), place + 2 < parts.count else { return nil }
    let kinds = [
      "w1": "gate", "w2": "down", "w3": "up", "gate_proj": "gate", "up_proj": "up", "down_proj": "down",
    ]
    guard let kind = kinds[parts[place + 2]] else { return nil }
    return "blk.\(parts[2]).ffn_\(kind)_exps.\(parts[place + 1]).weight"
  }

  /// The name that the converter gives.
  private static func name(_ name: String, _ architecture: String) -> String {
    let parts =
      familyNames(architecture) + [
        ("transformer.", ""), ("model.", ""), ("layers.", "blk."), ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
        ("self_attn.q_norm", "attn_q_norm"), ("self_attn.k_norm", "attn_k_norm"),
        ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"),
        ("mlp.shared_expert_gate", "ffn_gate_inp_shexp"), ("mlp.shared_expert.gate_proj", "ffn_gate_shexp"),
        ("mlp.shared_expert.up_proj", "ffn_up_shexp"), ("mlp.shared_expert.down_proj", "ffn_down_shexp"),
        ("block_sparse_moe.gate", "ffn_gate_inp"), ("mlp.gate.weight", "ffn_gate_inp.weight"),
        ("mlp.gate_proj", "ffn_gate"),
        ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"), ("embed_tokens", "token_embd"),
        ("lm_head", "output"), ("h.", "blk."), ("ln_1", "attn_norm"), ("ln_2", "ffn_norm"),
        ("ln_f", "output_norm"),
        ("attn.c_attn", "attn_qkv"), ("attn.c_proj", "attn_output"), ("mlp.c_fc", "ffn_up"),
        ("mlp.c_proj", "ffn_down"), ("wte", "token_embd"), ("wpe", "position_embd"),
      ]
    if name.hasPrefix("model.norm.") { return name.replacing("model.norm.", with: "output_norm.") }
    if let expert = expertName(name) { return expert }
    var result = name[...]
    for (old, new) in parts {
      if old == "h.", !result.hasPrefix(old) { continue }
      if let range = result.firstRange(of: old) { result.replaceSubrange(range, with: new) }
    }
    return String(result)
  }
}
