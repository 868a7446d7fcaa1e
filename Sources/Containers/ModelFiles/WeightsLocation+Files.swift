internal import CMCFastJSON
internal import CMCPrimitives

extension WeightsLocation {
  /// Every file that the model is made of: weights, shards through their index, and the configuration, ascending behind
  /// ``path``.
  ///
  /// - Throws: `FileError` for an index that cannot be read, or that is none.
  public func files() throws -> [String] {
    switch kind {
    case .gguf:
      let parts = GGUFParts(name: lastComponent(path))?.names ?? []
      return [path] + parts.dropFirst().map { joinPath(parentPath(path), $0) }
    case .llama2c, .rwkv: return [path]
    case .safetensors(let configuration), .pyTorch(let configuration): return [path, configuration]
    case .safetensorsIndex(let configuration), .pyTorchIndex(let configuration):
      let bytes = try readFile(path, limit: 1 << 28)
      var shards: Set<String> = []
      try withFile(path) {
        try JSONDocument(bytes).root.require("weight_map").forEachMember { _, value in
          shards.insert(try value.expect("a string") { $0.string })
        }
      }
      return [path, configuration] + shards.sorted().map { joinPath(parentPath(path), $0) }
    }
  }
}
