internal import CMCLanguageModel
internal import CMCModelFiles

/// The files that decide what a model computes.
///
/// Where they lie is not in it: a model that was moved is the same model, and one that was trained anew in its own folder
/// is another.
public struct WeightsIdentity: Codable, Sendable, Equatable {
  /// The weights, in all their shards behind the index that joins them, and the configuration beside them.
  public var files: [FileIdentity]
  /// Both files of a low-rank adapter; nil where there is none.
  public var adapter: [FileIdentity]?

  /// Reads the files that the argument of a model stands for, `MODEL+ADAPTER` too.
  ///
  /// - Throws: What finding and reading them throws.
  /// - Complexity: O(bytes), as ``FileIdentity/init(_:)`` says.
  public init(_ argument: String) throws {
    var reader = IdentityReader()
    try self.init(argument, &reader)
  }

  /// Of a model that a server runs no file is here.
  init() { files = [] }

  init(_ argument: String, _ reader: inout IdentityReader) throws {
    let (model, adapter) = LanguageModel.splitArgument(argument)
    files = try WeightsLocation.resolve(model).files().map { try reader.file($0) }
    self.adapter = try adapter.map { folder in
      try ["adapter_model.safetensors", "adapter_config.json"].map { try reader.file("\(folder)/\($0)") }
    }
  }
}
