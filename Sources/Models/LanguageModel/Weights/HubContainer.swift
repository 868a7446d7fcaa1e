internal import CMCFastJSON
internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCSafetensors

/// The tensors of a model of the hub: one file of safetensors or PyTorch, or several that an index joins.
struct HubContainer: TensorContainer {
  let path: String
  let naming: TensorNaming
  let names: [String]
  /// Lines about tensors that are elsewhere than the index says.
  let notes: [String]
  private let places: [String: (file: MappedFile, tensor: HubTensor)]
  /// What stands for weights that another tool has packed, or nil.
  private let packed: PackedWeights?

  /// Maps one file.
  ///
  /// - Throws: `FileError` with the reason.
  init(file: MappedFile, _ format: HubFormat, _ configuration: ModelConfiguration) throws {
    try self.init(path: file.path, files: [file], index: nil, format, configuration)
  }

  /// Maps the files that an index names, which must lie in its own folder.
  ///
  /// - Throws: `FileError` with the reason.
  init(index: String, _ format: HubFormat, _ configuration: ModelConfiguration) throws {
    let directory = index.lastIndex(of: "/").map { String(index[...$0]) } ?? ""
    let map = try withFile(index) { try Self.weightMap(index) }
    // Python's order of texts, which is that of their code points.
    let shards = Set(map.values).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    let files = try shards.map { try MappedFile(path: directory + $0) }
    try self.init(path: index, files: files, index: map, format, configuration)
  }

  func tensor(_ name: String) throws -> StoredTensor? {
    if let weights = try packed?.tensor(name) { return weights }
    guard let (file, tensor) = places[name] else { return nil }
    // Beside weights that another tool has packed a byte may want a scale that is not there.
    let isWhole = packed == nil || tensor.elementType == .float64
    let stored =
      try Self.plain(name, file, tensor)
      ?? (isWhole ? StoredTensor(widening: tensor, name: name, file: file) : nil)
    guard let stored else {
      throw LanguageModelError.hubElementType(tensor: name, found: tensor.elementType.safetensorsName)
    }
    return stored
  }

  /// A tensor of floating-point numbers that kernels take as they lie; nil where it is of others.
  static func plain(_ name: String, _ file: MappedFile, _ tensor: HubTensor) throws -> StoredTensor? {
    let type: WeightType
    switch tensor.elementType {
    case .float32: type = .f32
    case .float16: type = .f16
    case .bfloat16: type = .bf16
    default: return nil
    }
    if let strides = tensor.strides {
      return StoredTensor(gathering: tensor, strides: strides, type: type, name: name, file: file)
    }
    let bytes = file.slice(tensor.bytes)
    let isAligned = tensor.bytes.lowerBound % type.blockBytes == 0
    let copy = isAligned ? nil : OwnedStorage(copying: tensor.bytes, of: file)
    return StoredTensor(
      name: name, type: type, shape: tensor.shape, bytes: copy?.bytes ?? bytes, owner: copy ?? file,
      file: file, offset: tensor.bytes.lowerBound)
  }

  func has(_ name: String) -> Bool { places[name] != nil }

  func bytes(_ name: String) throws -> StoredBytes? {
    guard let (file, tensor) = places[name], tensor.elementType == .uint8, tensor.strides == nil else {
      return nil
    }
    return StoredBytes(name: name, shape: tensor.shape, bytes: file.slice(tensor.bytes), owner: file)
  }

  /// - Parameter index: The file that each tensor is in by the index; nil where there is none.
  private init(
    path: String, files: [MappedFile], index: [String: String]?, _ format: HubFormat,
    _ configuration: ModelConfiguration
  ) throws {
    let architecture = configuration.architecture
    var shards = ShardPlaces(index: index) { architecture.tensors.current($0) }
    for file in files {
      try withFile(file.path) {
        try shards.add(try file.withUnsafeBytes { try format.tensors(of: $0) }, of: file)
      }
    }
    try shards.checkIndex(directory: path.lastIndex(of: "/").map { String(path[...$0]) } ?? "")
    self.path = path
    notes = shards.notes
    let (places, names) = (shards.places, shards.names)
    self.places = places
    let packed = configuration.packing.map { PackedWeights(packing: $0, places: places) }
    self.packed = packed
    self.names = packed?.names(names) ?? names
    naming = .huggingFace(architecture, prefix: Self.prefix(architecture) { places[$0] != nil })
  }

  /// What stands before the names: it tells which wrapper class a model was saved from.
  private static func prefix(_ architecture: ModelArchitecture, has: (String) -> Bool) -> String {
    let candidates = architecture.tensors.prefixes
    // The embeddings may be there under the head's name alone.
    for role in [TensorRole.tokenEmbedding, .finalNorm] {
      let found = candidates.first { prefix in
        has(TensorNaming.huggingFace(architecture, prefix: prefix).name(role))
      }
      if let found { return found }
    }
    return candidates[0]
  }

  /// The file of each tensor.
  private static func weightMap(_ index: String) throws -> [String: String] {
    let document = try JSONDocument(try readFile(index, limit: 1 << 28))
    var map: [String: String] = [:]
    try document.root.require("weight_map").forEachMember { key, value in
      let shard = try value.expect("a string") { $0.string }
      guard !shard.isEmpty, !shard.contains("/"), !shard.utf8.contains(0), shard != "..", shard != "." else {
        throw LanguageModelError.shardName(shard)
      }
      map[String(decoding: key, as: UTF8.self)] = shard
    }
    guard !map.isEmpty else { throw LanguageModelError.configuration("weight_map is empty") }
    return map
  }
}
