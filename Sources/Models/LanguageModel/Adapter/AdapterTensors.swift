internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCSafetensors

/// The tensors of an adapter's file, by module and part.
struct AdapterTensors {
  /// What a tensor is to its module; the raw value is the end of its name.
  enum Part: String, CaseIterable {
    case a = "lora_A.weight"
    case b = "lora_B.weight"
    case bBias = "lora_B.bias"
    case embeddingA = "lora_embedding_A"
    case embeddingB = "lora_embedding_B"
    case magnitude = "lora_magnitude_vector"
    // As earlier versions of PEFT wrote it.
    case magnitudeWeight = "lora_magnitude_vector.weight"
    case baseWeight = "base_layer.weight"
    case baseBias = "base_layer.bias"
    case tokenRows = "token_adapter.trainable_tokens_delta"
    case tokenBase = "token_adapter.base_layer.weight"
    // Beside `weight` where PEFT saves whole embeddings after a resize; it reads neither back.
    case savedCopy = "modules_to_save.weight"
    case savedOriginal = "original_module.weight"
    case weight = "weight"
    case bias = "bias"

    /// Whether it belongs to a low-rank addition.
    var isLowRank: Bool {
      switch self {
      case .a, .b, .bBias, .embeddingA, .embeddingB, .magnitude, .magnitudeWeight: true
      default: false
      }
    }
  }

  /// A tensor's values as float32.
  struct Values {
    /// Its name in the file.
    let name: String
    /// The length of each axis.
    let shape: [Int]
    /// The values, finite.
    var values: [Float]
  }

  private static let stem = "base_model.model."
  private let file: MappedFile
  private let header: SafetensorsHeader
  private(set) var modules: [String: [Part: SafetensorsHeader.Tensor]] = [:]
  private var used: Set<String> = []

  /// Reads the names of a file.
  ///
  /// - Throws: ``LanguageModelError/unknownTensor(_:)``, `SafetensorsError`.
  init(_ file: MappedFile) throws {
    self.file = file
    header = try file.withUnsafeBytes { try SafetensorsHeader(parsing: $0) }
    // The longest ending first: `base_layer.weight` is not `weight` of a module `base_layer`.
    let parts = Part.allCases.sorted { $0.rawValue.utf8.count > $1.rawValue.utf8.count }
    for tensor in header.tensors {
      guard tensor.name.hasPrefix(Self.stem),
        let part = parts.first(where: { tensor.name.hasSuffix("." + $0.rawValue) })
      else { throw LanguageModelError.unknownTensor(tensor.name) }
      let module = String(tensor.name.dropFirst(Self.stem.count).dropLast(part.rawValue.count + 1))
      modules[module, default: [:]][part] = tensor
    }
  }

  /// What stands before the names of layers: it tells which class the adapter was made for.
  func prefix(_ architecture: ModelArchitecture) -> String {
    let (prefixes, beginnings) = (architecture.tensors.prefixes, architecture.tensors.beginnings)
    return prefixes.first { candidate in
      modules.keys.contains { name in beginnings.contains { name.hasPrefix(candidate + $0) } }
    } ?? prefixes[0]
  }

  /// Whether a module has a tensor for a part.
  func has(_ module: String, _ part: Part) -> Bool { modules[module]?[part] != nil }

  /// Whether a module has any tensor of a low-rank addition.
  func isAdapted(_ module: String) -> Bool { modules[module]?.keys.contains { $0.isLowRank } ?? false }

  /// A part's values, which then count as used; nil where the file has none.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func take(_ module: String, _ part: Part) throws -> Values? {
    guard let tensor = modules[module]?[part] else { return nil }
    used.insert(tensor.name)
    let count = tensor.shape.reduce(1, &*)
    guard count > 0 else {
      throw LanguageModelError.shape(tensor: tensor.name, found: tensor.shape, wanted: [1])
    }
    let values: [Float]
    switch tensor.elementType {
    case .float32, .float64: values = try file.withUnsafeBytes { try header.floats(tensor, in: $0) }
    case .bfloat16, .float16:
      let copy = OwnedStorage(copying: file.slice(tensor.bytes))
      let matrix = try WeightMatrix(
        named: tensor.name, type: tensor.elementType == .bfloat16 ? .bf16 : .f16, rows: 1, columns: count,
        bytes: copy.bytes, owner: copy)
      values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        if let start = buffer.baseAddress { matrix.widen(rows: 0..<1, into: start) }
        initialized = count
      }
    default:
      throw LanguageModelError.hubElementType(tensor: tensor.name, found: tensor.elementType.safetensorsName)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw LanguageModelError.badValue(tensor: tensor.name, at: index)
    }
    return Values(name: tensor.name, shape: tensor.shape, values: values)
  }

  /// Passes over the copies that PEFT writes beside a saved module's weight.
  mutating func passCopies(of module: String) {
    for part in [Part.savedCopy, .savedOriginal] {
      if let tensor = modules[module]?[part] { used.insert(tensor.name) }
    }
  }

  /// The first tensor that nothing has read, but for those of parts of the model that no text goes through, and its module.
  var unused: (tensor: String, module: String)? {
    guard
      let rest = header.tensors.first(where: { !used.contains($0.name) && !TensorNaming.isIgnorable($0.name) }
      )
    else { return nil }
    let module = modules.first { $0.value.values.contains { $0.name == rest.name } }?.key
    return (rest.name, module ?? rest.name)
  }
}
