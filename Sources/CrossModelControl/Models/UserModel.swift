public import CMCRemoteModels
public import CMCTokenization

/// The model that is steered: one that runs here, or one that a server runs.
public enum UserModel: Sendable {
  /// A model that runs here.
  case local(LoadedModel)
  /// A model that a server runs.
  case remote(RemoteModel)

  /// What was asked for.
  public var argument: String {
    switch self {
    case .local(let model): model.argument
    case .remote(let model): model.argument
    }
  }

  /// The model's short name.
  public var name: String {
    switch self {
    case .local(let model): model.name
    case .remote(let model): model.name
    }
  }

  /// Its tokenizer.
  public var tokenizer: Tokenizer {
    switch self {
    case .local(let model): model.tokenizer
    case .remote(let model): model.tokenizer
    }
  }

  /// The number of logits of a position.
  public var logitsWidth: Int {
    switch self {
    case .local(let model): model.model.logitsWidth
    case .remote(let model): model.server.logitsWidth
    }
  }

  /// The largest number of tokens of a history.
  public var contextLength: Int {
    switch self {
    case .local(let model): model.model.configuration.contextLength
    case .remote(let model): model.server.identity.contextLength
    }
  }

  /// What has been asked of the server that runs it; nil where none does.
  public var traffic: RemoteTraffic? { if case .remote(let model) = self { model.traffic } else { nil } }

  /// The model that runs here; nil where a server runs it.
  public var local: LoadedModel? { if case .local(let model) = self { model } else { nil } }

  /// What it is referred to by, for the same models joined otherwise.
  var reference: ModelReference {
    switch self {
    case .local(let model): .loaded(model)
    case .remote(let model): .remote(model.argument, tokenizer: model.tokenizerPath, options: model.options)
    }
  }
}
