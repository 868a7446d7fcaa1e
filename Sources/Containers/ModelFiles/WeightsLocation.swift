internal import CMCPrimitives

/// Where the weights of a model lie: what an argument of the command line stands for.
public struct WeightsLocation: Sendable, Hashable {
  /// How the weights are kept.
  public enum Kind: Sendable, Hashable {
    /// One GGUF file, configuration included, or the first of several.
    case gguf
    /// One safetensors file; the configuration is another file.
    case safetensors(configuration: String)
    /// The index of several safetensors files; the configuration is another file.
    case safetensorsIndex(configuration: String)
    /// One file of PyTorch; the configuration is another file.
    case pyTorch(configuration: String)
    /// The index of several files of PyTorch; the configuration is another file.
    case pyTorchIndex(configuration: String)
    /// One file of PyTorch as RWKV's author writes it, whose tensors say the sizes.
    case rwkv
    /// A checkpoint of llama2.c.
    case llama2c
  }

  /// The file to open: the weights themselves, or their index.
  public let path: String
  /// How the weights are kept.
  public let kind: Kind
  /// A short name for people: of the model, its folder, or the file.
  public let name: String
  /// What was chosen where the folder has weights twice.
  package var note: String?
  /// Whether an adapter lies beside the weights in a folder that was named as a whole.
  package var hasAdapter = false

  /// Finds the weights that an argument stands for: a file, a folder, or an id of the hub in the local cache.
  ///
  /// What a file is, its content says. In a folder `model.safetensors` is preferred, as transformers does, then an index
  /// of shards, then the same of PyTorch's files, then a single GGUF file, then a single `.pth` without configuration. A safetensors file of another name is taken only where it is itself named.
  ///
  /// - Throws: ``WeightsLocationError``, ``ModelLocationError`` for ids of the hub, or `FileError`.
  package static func resolve(_ argument: String, cache: HubCache = .standard) throws -> WeightsLocation {
    switch PathKind(argument) {
    case .file: return try file(argument)
    case .directory: return try directory(argument, id: nil)
    case .missing: try refuseBrokenLink(argument)
    }
    guard let id = HubID(argument) else { throw WeightsLocationError.notFound(path: argument) }
    do {
      return try directory(try cache.snapshot(of: id), id: id)
    } catch let error as ModelLocationError {
      guard case .notInCache(let id, let cache) = error else { throw error }
      // A name without an organisation, or below a folder that is there, is more likely a misspelt path.
      let isPath = !id.hasOrganisation || PathKind(parentPath(argument)) == .directory
      throw isPath
        ? WeightsLocationError.notFound(path: argument)
        : WeightsLocationError.notInCache(id: id, cache: cache)
    }
  }

  private static func directory(_ path: String, id: HubID?) throws -> WeightsLocation {
    FileRoles.shared.readFolder(path)
    let names = try directoryListing(path).filter { PathKind(joinPath(path, $0)) == .file }
    let safetensors = names.filter { $0.hasSuffix(".safetensors") }
    let gguf = names.filter { $0.hasSuffix(".gguf") }
    let chosen: String
    var weights = Stated<String>("which files have the weights", asIn: "transformers")
    for (name, shown) in Self.names where names.contains(name) { weights.add(name, name, shown: shown) }
    if let name = weights.chosen {
      chosen = name
    } else {
      guard safetensors.isEmpty else {
        throw WeightsLocationError.otherNames(directory: path, names: safetensors)
      }
      let author = names.contains("config.json") ? [] : names.filter { $0.hasSuffix(".pth") }
      guard let only = gguf.min() ?? author.min() else {
        throw WeightsLocationError.noWeights(directory: path, found: names, id: id)
      }
      // A model that is split is its first file, if nothing else is there.
      guard gguf.isEmpty ? author.count == 1 : gguf.count == 1 || GGUFParts.areOfOneModel(gguf) else {
        throw WeightsLocationError.severalWeights(directory: path, names: gguf.isEmpty ? author : gguf)
      }
      chosen = only
    }
    let place = try file(joinPath(path, chosen))
    var location = WeightsLocation(
      path: place.path, kind: place.kind, name: id?.name ?? ModelLocation.folderName(path),
      note: weights.disagreement)
    location.hasAdapter = names.contains("adapter_config.json")
    return location
  }

  /// The names in the order in which transformers takes them.
  private static let names = [
    ("model.safetensors", "this one"), ("model.safetensors.index.json", "the shards in its list"),
    ("pytorch_model.bin", "this pickle"), ("pytorch_model.bin.index.json", "the pickles in its list"),
  ]

  private static func file(_ path: String) throws -> WeightsLocation {
    let file = lastComponent(path)
    let directory = parentPath(path)
    switch try kind(path) {
    case .gguf: return WeightsLocation(path: path, kind: .gguf, name: ModelLocation.stem(file))
    case .llama2cModel: return WeightsLocation(path: path, kind: .llama2c, name: ModelLocation.stem(file))
    case .safetensors:
      return WeightsLocation(
        path: path, kind: .safetensors(configuration: try configuration(beside: path)),
        name: file == "model.safetensors" ? ModelLocation.folderName(directory) : ModelLocation.stem(file))
    case .safetensorsIndex:
      let beside = try configuration(beside: path)
      return WeightsLocation(
        path: path,
        kind: file.contains(".bin.")
          ? .pyTorchIndex(configuration: beside) : .safetensorsIndex(configuration: beside),
        name: ModelLocation.folderName(directory))
    case .pickle, .zip:
      if file.hasSuffix(".pth"), PathKind(joinPath(directory, "config.json")) != .file {
        return WeightsLocation(path: path, kind: .rwkv, name: ModelLocation.stem(file))
      }
      return WeightsLocation(
        path: path, kind: .pyTorch(configuration: try configuration(beside: path)),
        name: file == "pytorch_model.bin" ? ModelLocation.folderName(directory) : ModelLocation.stem(file))
    case .configurationJSON where file == "config.json": return try Self.directory(directory, id: nil)
    case let kind: throw FileError(path: path, underlying: WeightsLocationError.notWeights(kind))
    }
  }

  private static func kind(_ path: String) throws -> FileKind {
    let mapped = try MappedFile(path: path)
    return try withFile(path) { try mapped.withUnsafeBytes { try FileKind.detect($0) } }
  }

  private static func configuration(beside path: String) throws -> String {
    let configuration = joinPath(parentPath(path), "config.json")
    guard PathKind(configuration) == .file else { throw WeightsLocationError.noConfiguration(weights: path) }
    return configuration
  }
}
