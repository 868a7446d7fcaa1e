import CMCPrimitives

/// Why an argument of the command line leads to no tokenizer.
package enum ModelLocationError: DescribedError, Equatable {
  /// There is no such file or folder, and the argument is no id of the hub.
  case notFound(path: String, similar: String?)
  /// The argument looks like an id of the hub, but the local cache does not have it.
  case notInCache(id: HubID, cache: String)
  /// The cache has the model, but not this revision.
  case revisionNotInCache(id: HubID, commits: [String])
  /// The cache has several snapshots, and nothing says which is meant.
  case severalSnapshots(id: HubID, commits: [String])
  /// A folder holds no tokenizer.
  case noTokenizer(directory: String, found: [String], id: HubID?)
  /// A folder holds several files that might be meant.
  case severalTokenizers(directory: String, names: [String])
  /// `vocab.json` lies there without the merges it needs.
  case missingMerges(directory: String, id: HubID?)

  /// What was looked for and where.
  package var description: String {
    switch self {
    case .notFound(let path, _): "\(path): no such file or folder"
    case .notInCache(let id, let cache):
      "\(id): neither a path nor a model in the Hugging Face cache \(cache)"
    case .revisionNotInCache(let id, let commits):
      "\(id): the Hugging Face cache has other revisions only: \(Self.list(commits))"
    case .severalSnapshots(let id, let commits):
      "\(id): the Hugging Face cache has several snapshots: \(Self.list(commits))"
    case .noTokenizer(let directory, let found, _):
      "\(directory): holds no tokenizer"
        + (found.isEmpty ? " (the folder is empty)" : "; it has \(Self.list(found))")
    case .severalTokenizers(let directory, let names):
      "\(directory): holds several tokenizers: \(Self.list(names))"
    case .missingMerges(let directory, _):
      "\(directory): holds vocab.json but not the merges.txt that belongs to it"
    }
  }

  /// The next step.
  package var hint: String? {
    switch self {
    case .notFound(_, let similar): similar.map { "did you mean \($0)?" }
    case .notInCache(let id, _), .revisionNotInCache(let id, _): Self.download(id)
    case .severalSnapshots(let id, let commits):
      commits.first.map { "name one, as in \(id.repository)@\($0.prefix(12))" }
    case .noTokenizer(_, _, let id):
      id.map(Self.download)
        ?? "a tokenizer is one of \(TokenizerFileName.patterns.joined(separator: ", "))"
    case .severalTokenizers: "name the file itself"
    case .missingMerges(_, let id): id.map(Self.download)
    }
  }

  private static func download(_ id: HubID) -> String {
    let revision = id.revision.map { " --revision \($0)" } ?? ""
    return "download it with: hf download \(id.repository)\(revision) tokenizer.json tokenizer_config.json "
      + "special_tokens_map.json generation_config.json config.json"
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
