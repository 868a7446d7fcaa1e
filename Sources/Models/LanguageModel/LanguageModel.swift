internal import CMCFastJSON
internal import CMCLinearAlgebra
public import CMCModelFiles
internal import CMCPrimitives

/// A decoder-only transformer: its configuration, and its weights in the mapped file.
///
/// It never changes, so any number of sessions on any thread can share it; each ``LanguageModelSession`` has a history.
public final class LanguageModel: Sendable {
  /// A short name for people.
  public let name: String
  /// The file that was opened, for errors.
  public let path: String
  /// Sizes and variations.
  package let configuration: ModelConfiguration
  let weights: ModelWeights
  /// What stands before the names of layers in the class that transformers has for its files.
  ///
  /// The text part of a model that also sees is a module of that model.
  package let modulePrefix: String
  /// Where its files state one thing twice and differently, or say what nobody reads: a line each.
  package let notes: [String]

  /// The number of logits of a position: the rows of the matrix that makes them.
  public var logitsWidth: Int { weights.head.matrix.rows }

  /// The memory of a token's keys and values in a history, in bytes.
  package var cacheBytesPerToken: Int {
    2 * configuration.keptWidths.reduce(0, +) * MemoryLayout<Float>.stride
  }

  /// The memory that a history's states take at most, in bytes, whatever its length; 0 where no layer has a state.
  package var stateBytesPerHistory: Int {
    let size = configuration.stateSize
    return StateHistory.limit(elements: size) * size * MemoryLayout<Float>.stride
  }

  /// The number of ids that have an embedding, padding rows included.
  var embeddingRows: Int {
    let rows = weights.tokenEmbedding.matrix.rows
    return weights.perLayer.map { min(rows, $0.table.matrix.rows) } ?? rows
  }

  /// Finds and loads a model: a GGUF file, a folder of the hub's layout or an id in the local hub cache, a llama2.c
  /// checkpoint, a `.pth` of RWKV-7's author.
  ///
  /// `MODEL+ADAPTER` adds a low-rank adapter in PEFT's layout, a folder, to the model.
  ///
  /// - Throws: `WeightsLocationError`, `ModelLocationError`, or `FileError` naming the file and the tensor.
  public static func load(_ argument: String) throws -> LanguageModel {
    try LinearAlgebraError.requireLibrary()
    let (path, adapter) = splitArgument(argument)
    let location = try WeightsLocation.resolve(path)
    if adapter == nil, location.hasAdapter {
      throw FileError(path: parentPath(location.path), underlying: LanguageModelError.adapterBeside)
    }
    let model = try LanguageModel(location)
    let loaded = try adapter.map { try model.adding(adapter: $0) } ?? model
    try withFile(location.path) { try AddressSpacePledges.shared.take(loaded) }
    return loaded
  }

  init(
    name: String, path: String, configuration: ModelConfiguration, weights: ModelWeights,
    modulePrefix: String? = nil, notes: [String] = []
  ) {
    self.name = name
    self.path = path
    self.configuration = configuration
    self.weights = weights
    self.modulePrefix = modulePrefix ?? configuration.architecture.tensors.prefixes[0]
    self.notes = notes
  }

  /// Loads the model at a place.
  ///
  /// - Throws: `FileError` naming the file and the tensor.
  /// - Complexity: O(tensors); weights are mapped, not read, but for GPT-2's from the hub, which are turned, and
  ///   those that another tool has packed, which are put into blocks.
  public init(_ location: WeightsLocation) throws {
    name = location.name
    path = location.path
    var configuration: ModelConfiguration
    let container: any TensorContainer
    var notes = location.note.map { [$0] } ?? []
    var isInside = false
    switch location.kind {
    case .gguf:
      let file = try GGUFContainer(try MappedFile(path: location.path))
      configuration = try withFile(location.path) { try file.configuration(&notes) }
      container = file
    case .llama2c:
      let mapped = try MappedFile(path: location.path)
      let file = try withFile(location.path) { try Llama2CContainer(mapped) }
      configuration = file.configuration
      container = file
    case .rwkv:
      let mapped = try MappedFile(path: location.path)
      let file = try withFile(location.path) { try RWKVContainer(mapped) }
      configuration = try withFile(location.path) { try file.configuration() }
      container = file
    case .safetensors(let path), .pyTorch(let path):
      (configuration, isInside) = try Self.readConfiguration(path, &notes)
      container = try HubContainer(
        file: try MappedFile(path: location.path), location.hubFormat, configuration)
    case .safetensorsIndex(let path), .pyTorchIndex(let path):
      (configuration, isInside) = try Self.readConfiguration(path, &notes)
      let files = try HubContainer(index: location.path, location.hubFormat, configuration)
      notes += files.notes
      container = files
    }
    let loaded = try WeightLoader.load(configuration, container)
    configuration.tiesEmbeddings = loaded.isTied
    self.configuration = configuration
    modulePrefix = isInside ? "model.language_model." : configuration.architecture.tensors.prefixes[0]
    weights = loaded.weights
    self.notes = notes + loaded.notes
  }

  /// The configuration, and whether it is that of a part of the model that the file describes.
  private static func readConfiguration(
    _ path: String, _ notes: inout [String]
  ) throws -> (configuration: ModelConfiguration, isInside: Bool) {
    var found: [String] = []
    let read = try withFile(path) {
      let root = try JSONDocument(try readFile(path, limit: 1 << 24)).root
      let configuration = try HuggingFaceConfiguration.read(root, notes: &found)
      return (configuration: configuration, isInside: try HuggingFaceConfiguration.isWrapped(root))
    }
    notes += found
    notes += try ConfigurationNotes.ofGeneration(joinPath(parentPath(path), "generation_config.json"))
    return read
  }
}

extension WeightsLocation {
  /// How its files of the hub keep tensors.
  fileprivate var hubFormat: HubFormat {
    switch kind {
    case .pyTorch, .pyTorchIndex, .rwkv: .pyTorch
    default: .safetensors
    }
  }
}
