internal import CMCHTTPClient
internal import CMCLanguageModel
internal import CMCPrimitives
public import CMCRemoteModels
internal import CMCTokenization

/// A model that is still to be loaded, or one that is.
public enum ModelReference: Sendable, ExpressibleByStringLiteral {
  /// A GGUF file, a folder of the hub's layout, an id in the local hub cache, a llama2.c checkpoint, or `MODEL+ADAPTER`;
  /// with the place of its tokenizer where that is not with the model.
  case path(String, tokenizer: String? = nil)
  /// A model that is there already.
  case loaded(LoadedModel)
  /// A model that a server runs, with the place of its tokenizer: only for a user model.
  case remote(String, tokenizer: String?, options: RemoteOptions = RemoteOptions())

  /// A model by its path or id.
  public init(stringLiteral path: String) { self = .path(path) }

  /// A user model: by the address of the server that runs it, `http://HOST:PORT`, or by its path or id.
  ///
  /// - Parameters:
  ///   - argument: The address, path or id.
  ///   - tokenizer: The place of its tokenizer, where that is not with the model.
  ///   - options: How a server is asked.
  public static func user(
    _ argument: String, tokenizer: String?, options: RemoteOptions = RemoteOptions()
  ) -> ModelReference {
    HTTPAddress.isAddress(argument)
      ? .remote(argument, tokenizer: tokenizer, options: options) : .path(argument, tokenizer: tokenizer)
  }

  /// What was asked for.
  public var argument: String {
    switch self {
    case .path(let path, _): path
    case .loaded(let model): model.argument
    case .remote(let address, _, _): address
    }
  }

  /// The model with its tokenizer.
  ///
  /// - Throws: As ``LoadedModel/init(_:tokenizer:observer:)``.
  public func load(observer: RunObserver = .silent) throws -> LoadedModel {
    switch self {
    case .path(let path, let tokenizer): try LoadedModel(path, tokenizer: tokenizer, observer: observer)
    case .loaded(let model): model
    case .remote(let address, _, _): throw SteeringError.remote(address)
    }
  }

  /// The same as a user model, which a server may run.
  ///
  /// - Throws: As ``load(observer:)``, and as ``RemoteModel/init(_:tokenizer:options:observer:)``.
  public func loadUser(observer: RunObserver = .silent) throws -> UserModel {
    guard case .remote(let address, let tokenizer, let options) = self else {
      return .local(try load(observer: observer))
    }
    return .remote(try RemoteModel(address, tokenizer: tokenizer, options: options, observer: observer))
  }

  /// The tokenizer alone, without weights.
  func loadTokenizer(observer: RunObserver) throws -> Tokenizer {
    switch self {
    case .path(let path, let tokenizer):
      try Tokenizer.load(LanguageModel.splitArgument(tokenizer ?? path).model, observer: observer)
    case .loaded(let model): model.tokenizer
    case .remote(let address, nil, _): throw SteeringError.remoteTokenizer(address)
    case .remote(_, let path?, _): try Tokenizer.load(path, observer: observer)
    }
  }

  /// The model alone, for one that reads another's tokens.
  func loadModel() throws -> LanguageModel {
    switch self {
    case .path(let path, _): try LanguageModel.load(path)
    case .loaded(let model): model.model
    case .remote(let address, _, _): throw SteeringError.remote(address)
    }
  }
}
