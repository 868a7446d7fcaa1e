internal import CMCFieldTables
internal import CMCGGUF
internal import CMCLinearAlgebra
internal import CMCPrimitives

/// Reads the configuration out of the metadata of a GGUF file.
///
/// Biases, tied embeddings and divisors of frequencies are told by the tensors that are there. Source: the GGUF
/// specification's standardised keys, and for what they leave open what llama.cpp does.
struct GGUFConfiguration {
  let header: GGUFHeader
  let file: UnsafeRawBufferPointer
  /// The axes of each tensor, of all files of the model.
  let tensors: [String: [Int]]
  let name: String

  /// The configuration of a file.
  ///
  /// - Parameters:
  ///   - header: Its header.
  ///   - file: Its bytes.
  ///   - tensors: The axes of each tensor, of all files of the model.
  ///   - rotary: The tensors that say how positions are turned.
  ///   - notes: Gets a line where metadata are not read.
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  static func read(
    _ header: GGUFHeader, _ file: UnsafeRawBufferPointer, tensors: [String: [Int]],
    rotary: GGUFRotaryTensors, notes: inout [String]
  ) throws -> ModelConfiguration {
    guard let name = header["general.architecture"]?.text else {
      throw GGUFError.missing(key: "general.architecture")
    }
    let experts = header["\(name).expert_count"]?.integer ?? 0
    guard let architecture = ModelArchitecture(gguf: name, hasExperts: experts > 0),
      let form = architecture.gguf
    else {
      if experts > 0, ModelArchitecture(gguf: name, hasExperts: false) != nil {
        throw LanguageModelError.unsupported("\(name) with a mixture of \(experts) experts")
      }
      guard ModelArchitecture.all.contains(where: { $0.rawValue == name.replacing("-", with: "_") }) else {
        throw LanguageModelError.architecture(name)
      }
      throw LanguageModelError.unsupported("architecture \(name) from GGUF (it is from safetensors)")
    }
    let reader = GGUFConfiguration(header: header, file: file, tensors: tensors, name: name)
    let configuration = try reader.configuration(architecture, form, rotary, &notes).validated()
    notes += try reader.checkFields()
    notes += try reader.disagreements()
    let layers = form.impliedWindow.map { $0.layers == configuration.layerCount }
    if form.windowPattern == nil || layers == false, configuration.windows.contains(where: { $0 != nil }) {
      let which = layers == nil ? name : "\(name) with \(configuration.layerCount) layers"
      notes.append(
        "\(name).attention.sliding_window is carried out, which llama.cpp does not read of \(which) "
          + "(\(KnownDifference.ggufWindow.mention))")
    }
    return configuration
  }

  /// Holds the metadata of the architecture against the table.
  ///
  /// - Returns: Nothing, or one line with the names that the table does not have.
  /// - Throws: `FieldError` for what is not carried out.
  private func checkFields() throws -> [String] {
    let fields = header.keys.compactMap { key -> (name: String, value: FieldValue)? in
      guard key.hasPrefix(name + "."), let value = header[key] else { return nil }
      let shown: FieldValue =
        if let flag = value.boolean {
          .bool(flag)
        } else if let text = value.text {
          .string(text)
        } else {
          value.number.map(FieldValue.number) ?? .list
        }
      return (String(key.dropFirst(name.utf8.count + 1)), shown)
    }
    let unknown = try FieldTable.ggufModel.check(fields, in: "", at: name)
    guard !unknown.isEmpty else { return [] }
    return [
      "metadata of \(name) that are not known and not read: \(oneLine(unknown.joined(separator: ", ")))"
    ]
  }

  private func configuration(
    _ architecture: ModelArchitecture, _ form: GGUFForm, _ rotary: GGUFRotaryTensors,
    _ notes: inout [String]
  ) throws -> ModelConfiguration {
    try refuseOthersKeys(form)
    let hiddenSize = try integer("embedding_length")
    let layerCount = try integer("block_count")
    // Where no layer has attention the file says 0, and the configuration 1.
    let hasAttention = form.states == nil
    let headCount = hasAttention ? try perLayer("attention.head_count") : 1
    let headSize =
      hasAttention ? try headSize(form, default: headCount > 0 ? hiddenSize / headCount : 0) : 1
    let epsilon = Float(try number(form.epsilon))
    var configuration = ModelConfiguration(
      architecture: architecture, vocabularySize: try vocabularySize(),
      contextLength: try integer("context_length"),
      hiddenSize: hiddenSize, layerCount: layerCount, headCount: headCount,
      keyValueHeadCount: form.isLatent
        ? headCount
        : form.isHybrid
          ? try hybridHeads(layerCount).first { $0 > 0 } ?? headCount
          : hasAttention ? try size("attention.head_count_kv", form, layerCount, default: headCount) : 1,
      headSize: headSize,
      feedForwardSize: hasAttention ? try size("feed_forward_length", form, layerCount) : 1,
      normalization: normalization(architecture, epsilon: epsilon),
      positions: try positions(architecture, form, headSize: headSize, rotary),
      attentionScale: 1 / Float(headSize).squareRoot(),
      windows: try windows(form, layerCount: layerCount),
      tiesEmbeddings: tensors["output.weight"] == nil)
    configuration.biases = biases(attention: 0)
    let hasExperts = try form.hasExperts || form.mayHaveExperts && integer("expert_count", default: 0) > 0
    if hasExperts { configuration.mixture = try mixture(form, configuration, &notes) }
    if let states = form.states { try setStates(states, &configuration) }
    if form.isHybrid { try setHybrid(&configuration) }
    if form.layersDiffer { try setLayers(&configuration) }
    if form.isLatent { try setLatent(&configuration) }
    if form.turnsWindowsAlone, try window(form, layerCount: layerCount) != nil {
      let windows = configuration.windows
      configuration.unturnedLayers = Set(windows.indices.filter { windows[$0] == nil })
    }
    form.configure(&configuration)
    try addOptional(form, &configuration)
    if case .rotary(_, let global, _) = configuration.positions, let limit = global.contextLimit,
      limit < configuration.contextLength
    {
      configuration.contextLength = limit
      notes.append(RotaryEmbedding.limitNote(limit))
    }
    return configuration
  }

  /// The converter adds Gemma's offset of 1 to the weights.
  private func normalization(
    _ architecture: ModelArchitecture, epsilon: Float
  ) -> ModelConfiguration.Normalization {
    switch architecture.norm.kind {
    case .rms: .rms(epsilon: epsilon, weightOffset: 0)
    case .layer: .layer(epsilon: epsilon, hasBias: architecture.norm.hasBias)
    }
  }

  /// The length of a head; another one of its values is refused, but where attention is latent.
  private func headSize(_ form: GGUFForm, default fallback: Int) throws -> Int {
    if form.isLatent { return try latentLengths(default: fallback).key }
    let size = try integer("attention.key_length", default: fallback)
    let valueSize = try integer("attention.value_length", default: size)
    guard valueSize == size else {
      throw LanguageModelError.unsupported("values of another size (\(valueSize)) than keys (\(size))")
    }
    return size
  }

  /// How many positions back a layer with a window sees; nil where no layer has one.
  private func window(_ form: GGUFForm, layerCount: Int) throws -> Int? {
    guard header["\(name).attention.sliding_window"] != nil else {
      if let implied = form.impliedWindow, implied.layers == layerCount { return implied.size }
      guard form.windowPattern == nil || form.windowIsOptional else {
        throw GGUFError.missing(key: "\(name).attention.sliding_window")
      }
      return nil
    }
    let window = try integer("attention.sliding_window")
    // As Phi-4's files say that they have none.
    return window == 0 ? nil : window
  }

  private func windows(_ form: GGUFForm, layerCount: Int) throws -> [Int?] {
    guard (1...4096).contains(layerCount) else { return [] }
    guard let window = try window(form, layerCount: layerCount) else {
      return Array(repeating: nil, count: layerCount)
    }
    let key = "\(name).attention.sliding_window_pattern"
    if let array = header[key]?.array {
      guard array.elementType == .bool, array.count == layerCount,
        array.byteRange.upperBound <= file.count
      else { throw GGUFError.wrongType(key: key, wanted: "a truth value for each layer") }
      return file[array.byteRange].map { $0 != 0 ? window : nil }
    }
    let pattern = try integer("attention.sliding_window_pattern", default: form.windowPattern ?? 1)
    guard pattern > 0 else { throw LanguageModelError.configuration("\(key) is \(pattern)") }
    return (0..<layerCount).map { pattern == 1 || ($0 + 1) % pattern != 0 ? window : nil }
  }

  /// Which products have a bias, by what a layer with attention and the first one have.
  func biases(attention layer: Int) -> ModelConfiguration.Biases {
    var biases: ModelConfiguration.Biases = []
    if ["attn_q", "attn_qkv", "attn_kv_a_mqa"].contains(where: { tensors["blk.\(layer).\($0).bias"] != nil })
    {
      biases.insert(.queryKeyValue)
    }
    if tensors["blk.\(layer).attn_output.bias"] != nil { biases.insert(.attentionOutput) }
    if tensors["blk.0.ffn_down.bias"] != nil { biases.insert(.feedForward) }
    return biases
  }

  /// The number of tokens that the file lists; without a list the rows of the embeddings.
  func vocabularySize() throws -> Int {
    if let tokens = header["tokenizer.ggml.tokens"]?.array { return tokens.count }
    guard let embeddings = tensors["token_embd.weight"] else {
      throw LanguageModelError.missingTensor("token_embd.weight")
    }
    return embeddings.dropFirst().reduce(1, &*)
  }

  /// A number that some files give for each layer; only equal ones can be run.
  private func perLayer(_ key: String, default fallback: Int? = nil) throws -> Int {
    guard let array = header["\(name).\(key)"]?.array else { return try integer(key, default: fallback) }
    guard let values = array.int32s(in: file), let first = values.first else {
      throw GGUFError.wrongType(key: "\(name).\(key)", wanted: "whole numbers")
    }
    guard values.allSatisfy({ $0 == first }) else {
      throw LanguageModelError.unsupported("\(name).\(key) that differs between layers")
    }
    return Int(first)
  }

  /// The same, or the first layer's of a family whose layers may differ.
  private func size(
    _ key: String, _ form: GGUFForm, _ layerCount: Int, default fallback: Int? = nil
  ) throws -> Int {
    guard form.layersDiffer else { return try perLayer(key, default: fallback) }
    return try byLayer(key, layerCount, default: fallback).first ?? 0
  }

  func integer(_ key: String, default fallback: Int? = nil) throws -> Int {
    guard let value = header["\(name).\(key)"] else {
      guard let fallback else { throw GGUFError.missing(key: "\(name).\(key)") }
      return fallback
    }
    guard let integer = value.integer else {
      throw GGUFError.wrongType(key: "\(name).\(key)", wanted: "a whole number")
    }
    return integer
  }

  func number(_ key: String, default fallback: Double? = nil) throws -> Double {
    guard let value = header["\(name).\(key)"] else {
      guard let fallback else { throw GGUFError.missing(key: "\(name).\(key)") }
      return fallback
    }
    guard let number = value.number else {
      throw GGUFError.wrongType(key: "\(name).\(key)", wanted: "a number")
    }
    return number
  }

  func flag(_ key: String, default fallback: Bool? = nil) throws -> Bool {
    guard let value = header["\(name).\(key)"] else {
      guard let fallback else { throw GGUFError.missing(key: "\(name).\(key)") }
      return fallback
    }
    guard let flag = value.boolean else {
      throw GGUFError.wrongType(key: "\(name).\(key)", wanted: "a truth value")
    }
    return flag
  }
}
