package import CMCAlignment
internal import CMCHashing
package import CMCPrompts
internal import CMCRemoteModels

/// What tells a model from another under the same name: the content of its files.
public struct ModelIdentity: Codable, Sendable, Equatable {
  /// Its short name.
  public var name: String
  /// Weights, configuration and adapter.
  public var weights: WeightsIdentity
  /// Its tokenizer; nil where it reads another's tokens.
  public var tokenizer: TokenizerIdentity?
  /// What the server that runs it says of it; nil where it runs here.
  public var served: String?
}

/// Computes identities; a file that plays several parts is read once.
public struct IdentityReader {
  private var known: [String: FileIdentity] = [:]

  /// A reader that knows no file yet.
  public init() {}

  /// A model with its tokenizer.
  ///
  /// - Throws: `FileError`, or what finding the model's files throws.
  /// - Complexity: O(bytes), see ``FileIdentity``.
  public mutating func identity(_ model: LoadedModel) throws -> ModelIdentity {
    ModelIdentity(
      name: model.name, weights: try WeightsIdentity(model.argument, &self),
      tokenizer: try TokenizerIdentity(model.tokenizer.description, &self))
  }

  /// A user model, which a server may run.
  ///
  /// - Throws: As ``identity(_:)``.
  mutating func identity(_ model: UserModel) throws -> ModelIdentity {
    switch model {
    case .local(let loaded): return try identity(loaded)
    case .remote(let remote):
      return ModelIdentity(
        name: remote.name, weights: WeightsIdentity(),
        tokenizer: try TokenizerIdentity(remote.tokenizer.description, &self),
        served: remote.server.identity.summary)
    }
  }

  /// A file.
  ///
  /// - Throws: `FileError`.
  public mutating func file(_ path: String) throws -> FileIdentity {
    if let found = known[path] { return found }
    let identity = try FileIdentity(path)
    known[path] = identity
    return identity
  }
}

extension TokenMap {
  /// SHA-256 of all that a map does: ids, methods, distances, and the entries with several targets.
  package var contentDigest: String {
    var hasher = SHA256Hasher()
    ids.withUnsafeBytes { hasher.update($0) }
    methods.map(\.rawValue).withUnsafeBytes { hasher.update($0) }
    distances.withUnsafeBytes { hasher.update($0) }
    for (row, sequence) in sequences.sorted(by: { $0.key < $1.key }) {
      let entry = [row, Int32(sequence.ids.count)] + sequence.ids + [sequence.combination == .max ? 1 : 0]
      entry.withUnsafeBytes { hasher.update($0) }
      sequence.weights.withUnsafeBytes { hasher.update($0) }
    }
    return hasher.finish().hex
  }
}

extension PromptTemplate {
  /// SHA-256 of what it puts around prompts and of its stops, whatever its name.
  package var contentDigest: String {
    let parts = identity + [""] + stops
    // A length before each part: no two lists of texts are one text.
    return SHA256Digest(hashing: parts.flatMap { Array("\($0.utf8.count):\($0)".utf8) }).hex
  }
}
