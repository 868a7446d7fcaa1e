internal import CMCControlledDecoding
internal import CMCHTTPClient
public import CMCLanguageModel
internal import CMCPrimitives
public import CMCTokenization
internal import CMCTokenizerFormats

/// A model with the tokenizer that belongs to it.
///
/// Weights are mapped and never change, so one value serves any number of sessions on any thread.
public struct LoadedModel: Sendable {
  /// What was asked for: a GGUF file, a folder of the hub's layout, an id in the local hub cache, a llama2.c checkpoint;
  /// `MODEL+ADAPTER` for an adapted one.
  public let argument: String
  /// Where the tokenizer was read from.
  public let tokenizerPath: String
  /// The model.
  public let model: LanguageModel
  /// Its tokenizer, all of whose ids the model has a logit for.
  public let tokenizer: Tokenizer

  /// The model's short name.
  public var name: String { model.name }

  /// Loads a model and its tokenizer.
  ///
  /// - Parameters:
  ///   - argument: The model.
  ///   - tokenizer: Its tokenizer, where it is not with the model.
  ///   - observer: Hears what the tokenizer's files leave open.
  /// - Throws: `FileError` naming the file and what is wrong with it; `ControlError.tokenizerBeyondLogits` in one where
  ///   tokenizer and weights are not of one model.
  public init(_ argument: String, tokenizer: String? = nil, observer: RunObserver = .silent) throws {
    if HTTPAddress.isAddress(argument) { throw SteeringError.remote(argument) }
    try self.init(
      argument, model: try LanguageModel.load(argument), tokenizer: tokenizer ?? argument, observer: observer)
  }

  /// Joins a model that is loaded already with a tokenizer's file.
  init(_ argument: String, model: LanguageModel, tokenizer: String, observer: RunObserver) throws {
    // An adapter has no tokenizer of its own.
    let path = LanguageModel.splitArgument(tokenizer).model
    let description = try TokenizerLoader.load(path)
    observer.hear(model.notes, of: model.name, at: model.path)
    if let note = StopRules.statedEnds(description).disagreement {
      observer.hear([note], of: description.name, at: description.files.first ?? path)
    }
    observer.hear(description)
    let last = description.lastOwnID
    guard last < model.logitsWidth else {
      throw FileError(
        path: path,
        underlying: ControlError.tokenizerBeyondLogits(
          tokenizer: description.name, id: last, width: model.logitsWidth))
    }
    self.argument = argument
    self.tokenizerPath = path
    self.model = model
    self.tokenizer = try withFile(path) { try Tokenizer(description) }
  }
}
