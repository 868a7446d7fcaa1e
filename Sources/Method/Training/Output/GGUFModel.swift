internal import CMCGGUF
internal import CMCLanguageModel
internal import CMCLinearAlgebra
internal import CMCModelFiles
internal import CMCPrimitives
package import CMCVocabulary

/// Writes a network as one GGUF file of float32, tokenizer included.
package enum GGUFModel {
  /// The tokenizer of a file.
  package struct Tokenizer {
    /// What it is.
    let description: TokenizerDescription
    /// The tokenizer as the user named it: where it is a GGUF file, its own entries are taken over.
    let argument: String

    /// A tokenizer and where it was read from.
    package init(_ description: TokenizerDescription, from argument: String) {
      (self.description, self.argument) = (description, argument)
    }
  }

  /// Refuses what a file could not say: what llama.cpp would read is another model, or the tokenizer has no form there.
  ///
  /// - Throws: `FileError`, ``TrainingError/unwritable(_:format:)``.
  package static func check(_ shape: NetworkShape, tokenizer: Tokenizer) throws {
    let entries = try entries(shape, name: "", tokenizer: tokenizer)
    let header = try header(shape, ParameterLayout(shape), entries)
    let stated = shape.configuration.asInGGUF(rows: shape.vocabulary)
    try ReadBack.check(stated, as: "GGUF") { try WrittenConfiguration.ofGGUF(header) }
  }

  /// Writes the file.
  ///
  /// - Parameters:
  ///   - network: The model; adapters are not in it unless merged before.
  ///   - name: The model's name.
  ///   - tokenizer: The tokenizer.
  ///   - path: The file.
  /// - Throws: `FileError`, or ``TrainingError/unwritable(_:format:)`` for what GGUF has no form for.
  package static func write(
    _ network: Network, name: String, tokenizer: Tokenizer, to path: String
  ) throws {
    let shape = network.shape
    try check(shape, tokenizer: tokenizer)
    let stream = try GGUFStream(
      path: path, metadata: try entries(shape, name: name, tokenizer: tokenizer),
      tensors: tensors(shape, network.layout))
    for entry in network.layout.entries {
      var values = Array(UnsafeBufferPointer(start: network.values.start + entry.offset, count: entry.count))
      if isInterleaved(shape), entry.role == .query || entry.role == .key {
        values = pairs(values, entry, headSize: shape.configuration.headSize)
      }
      try values.withUnsafeBufferPointer { try stream.append($0) }
    }
    try stream.finish()
  }

  private static func header(
    _ shape: NetworkShape, _ layout: ParameterLayout, _ entries: GGUFEntries
  ) throws -> [UInt8] {
    GGUFStream.header(metadata: entries, tensors: tensors(shape, layout))
  }

  private static func tensors(_ shape: NetworkShape, _ layout: ParameterLayout) -> [GGUFStream.Tensor] {
    let naming = TensorNaming.gguf(shape.configuration.architecture.gguf?.names ?? [:])
    return layout.entries.map { entry in
      GGUFStream.Tensor(
        naming.name(entry.role, layer: entry.layer, isBias: entry.isBias),
        shape: entry.isMatrix ? [entry.columns, entry.rows] : [entry.count])
    }
  }

  private static func entries(_ shape: NetworkShape, name: String, tokenizer: Tokenizer) throws -> GGUFEntries
  {
    var entries = try parameters(shape, name: name)
    let location = try ModelLocation.resolve(tokenizer.argument)
    let mapped = try MappedFile(path: location.path)
    guard mapped.withUnsafeBytes({ $0.starts(with: Array("GGUF".utf8)) }) else {
      try GGUFTokenizerEntries(tokenizer.description, rows: shape.vocabulary).add(to: &entries)
      return entries
    }
    try withFile(location.path) {
      try mapped.withUnsafeBytes { bytes in
        entries.copy(try GGUFHeader(bytes), from: bytes) { $0.hasPrefix("tokenizer.") }
      }
    }
    return entries
  }

  private static func isInterleaved(_ shape: NetworkShape) -> Bool {
    shape.configuration.architecture.gguf?.layout == .interleaved
  }

  /// The rows of heads from halves to pairs side by side, as llama.cpp wants Llama's.
  private static func pairs(_ values: [Float], _ entry: ParameterLayout.Entry, headSize: Int) -> [Float] {
    let columns = entry.isBias ? 1 : entry.columns
    var out = values
    for row in 0..<values.count / columns {
      let (head, place) = (row / headSize, row % headSize)
      let from = head * headSize + (place % 2 == 0 ? place / 2 : headSize / 2 + place / 2)
      for column in 0..<columns { out[row * columns + column] = values[from * columns + column] }
    }
    return out
  }

  /// The metadata of the model, as far as llama.cpp reads them of the family; whether that is all is found by reading them.
  private static func parameters(_ shape: NetworkShape, name: String) throws -> GGUFEntries {
    let c = shape.configuration
    guard let form = c.architecture.gguf, form.isWritten else {
      throw TrainingError.unwritable("\(c.architecture.title)", format: "GGUF")
    }
    let architecture = form.name
    guard case .rotary(_, let global, let local) = c.positions else {
      throw TrainingError.unwritable("a model without rotary positions", format: "GGUF")
    }
    var entries = GGUFEntries()
    func key(_ name: String) -> String { "\(architecture).\(name)" }
    entries.set("general.architecture", architecture)
    entries.set("general.name", name)
    entries.set("general.file_type", 0)
    entries.set(key("context_length"), c.contextLength)
    entries.set(key("embedding_length"), c.hiddenSize)
    entries.set(key("block_count"), c.layerCount)
    entries.set(key("feed_forward_length"), c.feedForwardSize)
    entries.set(key("attention.head_count"), c.headCount)
    entries.set(key("attention.head_count_kv"), c.keyValueHeadCount)
    entries.set(key("attention.key_length"), c.headSize)
    entries.set(key("attention.value_length"), c.headSize)
    entries.set(key("attention.layer_norm_rms_epsilon"), shape.epsilon)
    entries.set(key("rope.dimension_count"), c.headSize)
    entries.set(key("rope.freq_base"), Float(global.base))
    if let local { entries.set(key("rope.freq_base_swa"), Float(local.base)) }
    if form.readsWindows, let window = c.windows.lazy.compactMap({ $0 }).first {
      entries.set(key("attention.sliding_window"), window)
    }
    if case .linear(let factor) = global.scaling {
      entries.set(key("rope.scaling.type"), "linear")
      entries.set(key("rope.scaling.factor"), Float(factor))
    }
    entries.set(key("vocab_size"), shape.vocabulary)
    return entries
  }
}
