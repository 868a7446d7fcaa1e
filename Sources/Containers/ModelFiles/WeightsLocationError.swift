import CMCPrimitives

/// Why an argument of the command line leads to no weights of a model.
package enum WeightsLocationError: DescribedError, Equatable {
  /// There is no such file or folder, and the argument is no id of the hub.
  case notFound(path: String)
  /// The argument looks like an id of the hub, but the local cache does not have it.
  case notInCache(id: HubID, cache: String)
  /// A folder holds no weights.
  case noWeights(directory: String, found: [String], id: HubID?)
  /// A folder holds several files that might be meant.
  case severalWeights(directory: String, names: [String])
  /// A folder holds safetensors files, but none by the name under which a model's weights are looked for.
  case otherNames(directory: String, names: [String])
  /// Weights of the hub without the configuration that says what to compute with them.
  case noConfiguration(weights: String)
  /// A file that holds something else.
  case notWeights(FileKind)

  /// What was looked for and where.
  package var description: String {
    switch self {
    case .notFound(let path): "\(oneLine(path)): no such file or folder"
    case .notInCache(let id, let cache):
      "\(id): neither a path nor a model in the Hugging Face cache \(cache)"
    case .noWeights(let directory, let found, _):
      "\(directory): holds no weights of a model"
        + (found.isEmpty ? " (the folder is empty)" : "; it has \(Self.list(found))")
    case .severalWeights(let directory, let names):
      "\(directory): holds several models: \(Self.list(names))"
    case .otherNames(let directory, let names):
      "\(directory): has no model.safetensors and no model.safetensors.index.json, which a model's weights are read from; "
        + "it has \(Self.list(names))"
    case .noConfiguration(let weights): "\(weights): there is no config.json beside it"
    case .notWeights(let kind): "is \(kind.name), not the weights of a model"
    }
  }

  /// The next step.
  package var hint: String? {
    switch self {
    case .notFound: nil
    case .notInCache(let id, _): Self.download(id)
    case .noWeights(_, let found, let id):
      id.map(Self.download)
        ?? (found.contains { $0.hasSuffix(".bin") || $0.hasSuffix(".pth") || $0.hasSuffix(".pt") }
          ? "of PyTorch's files pytorch_model.bin is read, and its index: give it that name, or name the file itself"
          : "a model is a GGUF file, safetensors or pytorch_model.bin with config.json, or a llama2.c checkpoint")
    case .severalWeights: "name the file itself"
    case .otherNames(_, let names):
      if names.contains("adapter_model.safetensors") {
        "an adapter is given with its base: BASE+ADAPTER"
      } else if names.contains(where: { $0.contains("-of-") }) {
        "the weights are in parts: download model.safetensors.index.json too"
      } else {
        "name the file itself, or give it the name model.safetensors"
      }
    case .noConfiguration: "download it too, or name a folder that has both"
    case .notWeights(.gitLFSPointer): "run git lfs pull in its folder"
    case .notWeights(.html), .notWeights(.empty): "download it again"
    case .notWeights:
      "a model is a GGUF file, safetensors or pytorch_model.bin with config.json, or a llama2.c checkpoint"
    }
  }

  private static func download(_ id: HubID) -> String {
    let revision = id.revision.map { " --revision \($0)" } ?? ""
    return "download it with: hf download \(id.repository)\(revision) --include '*.safetensors' '*.json'"
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).map { oneLine($0, limit: 80) }.joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
