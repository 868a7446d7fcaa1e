internal import CMCFastJSON
internal import CMCFieldTables
internal import CMCLinearAlgebra
internal import CMCPrimitives

/// Reads the `config.json` of a model of the hub.
///
/// Both spellings are read: that of transformers 5 (`rope_parameters`, `layer_types`) and the older one (`rope_theta`,
/// `rope_scaling`, `sliding_window_pattern`). A member left out has the value that transformers gives it.
enum HuggingFaceConfiguration {
  /// The configuration of a document.
  ///
  /// - Parameters:
  ///   - root: The document.
  ///   - notes: Gets a line for each fact that is stated twice and differently, and for members that nobody reads.
  /// - Throws: ``LanguageModelError``, `FieldError`, `JSONError`.
  static func read(_ root: JSONValue, notes: inout [String]) throws -> ModelConfiguration {
    guard root.isObject else {
      throw JSONError.wrongType(path: "", wanted: "an object", found: root.typeName)
    }
    let json = ConfigurationJSON(root)
    let className = try json.strings("architectures")?.first
    let modelType = try json.string("model_type")
    if let wrapper = ModelWrapper.stated(className: className, modelType: modelType) {
      guard let text = try json.object("text_config"), let textRoot = root["text_config"] else {
        throw JSONError.missing(path: "text_config")
      }
      let architecture = try wrapper.architecture(text)
      return try wrapped(
        architecture, json, root, text, textRoot, section: wrapper.modelType, &notes, wrapper.configure)
    }
    let stated = try ModelArchitecture.stated(className: className, modelType: modelType)
    guard let architecture = stated.chosen else { throw LanguageModelError.architecture("without a name") }
    if let note = stated.disagreement { notes.append(note) }
    let packing = try packing(architecture, root, &notes)
    guard let wrapper = architecture.wrapper, let text = try json.object("text_config"),
      let textRoot = root["text_config"]
    else {
      var configuration = try decoder(architecture, json, &notes).validated()
      configuration.packing = packing
      notes += try ConfigurationNotes.ofConfiguration(root, section: architecture.section)
      return configuration
    }
    return try wrapped(architecture, json, root, text, textRoot, section: wrapper.name, &notes)
  }

  /// Whether a document is that of a model that also sees, whose text part is described inside.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  static func isWrapped(_ root: JSONValue) throws -> Bool {
    let json = ConfigurationJSON(root)
    let className = try json.strings("architectures")?.first
    let modelType = try json.string("model_type")
    guard try json.object("text_config") != nil else { return false }
    if ModelWrapper.stated(className: className, modelType: modelType) != nil { return true }
    return try ModelArchitecture.stated(className: className, modelType: modelType).chosen?.wrapper != nil
  }

  /// How another tool has packed the weights; nil where none has, or by the method that the family is read in.
  private static func packing(
    _ architecture: ModelArchitecture, _ root: JSONValue, _ notes: inout [String]
  ) throws -> WeightPacking? {
    guard let stated = root["quantization_config"], !stated.isNull else { return nil }
    guard stated.isObject else {
      throw JSONError.wrongType(path: stated.path, wanted: "an object", found: stated.typeName)
    }
    if let method = architecture.quantization, stated["quant_method"]?.string == method { return nil }
    guard !architecture.tensors.storesInputsFirst, !architecture.tensors.interleavesExperts else {
      throw LanguageModelError.unsupported("quantization_config of \(architecture.title)")
    }
    let packing = try WeightPacking(stated)
    if let note = packing.note { notes.append(note) }
    return packing
  }

  /// The configuration of the text part of a model that also sees.
  private static func wrapped(
    _ architecture: ModelArchitecture, _ json: ConfigurationJSON, _ root: JSONValue,
    _ text: ConfigurationJSON,
    _ textRoot: JSONValue, section: String, _ notes: inout [String],
    _ configure: ModelWrapper.Configure = { _, _, _ in }
  ) throws -> ModelConfiguration {
    let packing = try packing(architecture, root, &notes) ?? packing(architecture, textRoot, &notes)
    // A model that also sees has the configuration of its text part inside, and what both share outside.
    var configuration = try decoder(architecture, text, &notes)
    var tied = Stated<Bool>("whether the embeddings make the logits", asIn: "transformers")
    tied.add("config.json: tie_word_embeddings", try json.bool("tie_word_embeddings", default: true))
    if text.has("tie_word_embeddings") {
      tied.add(
        "config.json: text_config.tie_word_embeddings", try text.bool("tie_word_embeddings", default: true))
    }
    configuration.tiesEmbeddings = tied.chosen ?? true
    try configure(&configuration, json, text)
    if let note = tied.disagreement { notes.append(note) }
    configuration = try configuration.validated()
    configuration.packing = packing
    notes += try ConfigurationNotes.ofConfiguration(root, section: section)
    notes += try ConfigurationNotes.ofConfiguration(textRoot, section: architecture.section)
    return configuration
  }

  /// What the members say that all families have, and then the family's own.
  private static func decoder(
    _ architecture: ModelArchitecture, _ json: ConfigurationJSON, _ notes: inout [String]
  ) throws -> ModelConfiguration {
    let sizes = architecture.sizes
    let hiddenSize = try ModelSizes.read(json, sizes.names.hidden, sizes.hidden, &notes)
    let layerCount = try ModelSizes.read(json, sizes.names.layers, sizes.layers, &notes)
    let headCount = try ModelSizes.read(json, sizes.names.heads, sizes.heads, &notes)
    // Left out it is the class's default; null says the hidden size divided by the heads.
    let name = sizes.names.headSize
    let isNull = name.map { json.isNull($0) } ?? false
    let headSize =
      try name.flatMap { try json.optionalInt($0) } ?? (isNull ? nil : sizes.headSize)
      ?? (headCount > 0 ? hiddenSize / headCount : 0)
    var configuration = ModelConfiguration(
      architecture: architecture,
      vocabularySize: try json.int("vocab_size", default: sizes.vocabulary),
      contextLength: try ModelSizes.read(json, sizes.names.context, sizes.context, &notes),
      hiddenSize: hiddenSize, layerCount: layerCount, headCount: headCount,
      keyValueHeadCount: try keyValueHeads(sizes, json, headCount: headCount), headSize: headSize,
      // A product that wraps around belongs to a hidden size that is refused.
      feedForwardSize: try ModelSizes.read(json, sizes.names.inner, sizes.inner ?? 4 &* hiddenSize, &notes),
      normalization: try architecture.norm.read(json), positions: .learned(offset: 0),
      attentionScale: 1 / Float(headSize).squareRoot(),
      windows: Array(repeating: nil, count: max(0, min(layerCount, 4096))),
      tiesEmbeddings: try json.bool("tie_word_embeddings", default: architecture.tiesByDefault))
    let activation = try activation(
      json.string(architecture.activation.member) ?? architecture.activation.fallback)
    configuration.feedForward = architecture.isGated ? .gated(activation) : .plain(activation)
    try setPositions(architecture, json, &configuration, &notes)
    try architecture.configure(&configuration, json)
    return configuration
  }

  /// Left out they are the class's default; null says as many as there are query heads.
  private static func keyValueHeads(
    _ sizes: ModelSizes, _ json: ConfigurationJSON, headCount: Int
  ) throws -> Int {
    guard let name = sizes.names.keyValueHeads, !json.isNull(name) else { return headCount }
    return try json.int(name, default: sizes.keyValueHeads ?? headCount)
  }

  private static func setPositions(
    _ architecture: ModelArchitecture, _ json: ConfigurationJSON, _ configuration: inout ModelConfiguration,
    _ notes: inout [String]
  ) throws {
    switch architecture.positions {
    case .learned(let offset): configuration.positions = .learned(offset: offset)
    case .unmarked: configuration.positions = .unmarked
    case .rotary(let rules):
      let rotary = try RotaryJSON(json, rules, headSize: configuration.headSize)
      notes += try rotary.disagreements()
      let global = try rotary.global()
      let local = rules.byLayer ? try rotary.local() : nil
      configuration.positions = .rotary(layout: rules.layout, global: global, local: local)
    }
  }

  /// The function of a name of transformers.
  private static func activation(_ name: String) throws(LanguageModelError) -> ModelConfiguration.Activation {
    switch name {
    case "silu", "swish": .silu
    case "gelu_pytorch_tanh", "gelu_new", "gelu_fast", "gelu_accurate", "gelu_python_tanh": .geluTanh
    case "gelu", "gelu_python": .gelu
    case "relu": .relu
    case "relu2": .squaredRelu
    default: throw .unsupported("the activation \(name)")
    }
  }
}
