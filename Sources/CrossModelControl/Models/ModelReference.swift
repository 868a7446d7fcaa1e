internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCTokenization

/// A model that is still to be loaded, or one that is.
public enum ModelReference: Sendable, ExpressibleByStringLiteral {
  /// A GGUF file, a folder of the hub's layout, an id in the local hub cache, a llama2.c checkpoint, or `MODEL+ADAPTER`;
  /// with the place of its tokenizer where that is not with the model.
  case path(String, tokenizer: String? = nil)
  /// A model that is there already.
  case loaded(LoadedModel)

  /// A model by its path or id.
  public init(stringLiteral path: String) { self = .path(path) }

  /// What was asked for.
  public var argument: String {
    switch self {
    case .path(let path, _): path
    case .loaded(let model): model.argument
    }
  }

  /// The model with its tokenizer.
  ///
  /// - Throws: As ``LoadedModel/init(_:tokenizer:observer:)``.
  public func load(observer: RunObserver = .silent) throws -> LoadedModel {
    switch self {
    case .path(let path, let tokenizer): try LoadedModel(path, tokenizer: tokenizer, observer: observer)
    case .loaded(let model): model
    }
  }

  /// The tokenizer alone, without weights.
  func loadTokenizer(observer: RunObserver) throws -> Tokenizer {
    switch self {
    case .path(let path, let tokenizer):
      try Tokenizer.load(LanguageModel.splitArgument(tokenizer ?? path).model, observer: observer)
    case .loaded(let model): model.tokenizer
    }
  }

  /// The model alone, for one that reads another's tokens.
  func loadModel() throws -> LanguageModel {
    switch self {
    case .path(let path, _): try LanguageModel.load(path)
    case .loaded(let model): model.model
    }
  }
}
