internal import CMCFastJSON
internal import CMCHTTPClient
internal import CMCPrimitives
public import CMCRemoteModels
public import CMCTokenization

/// A model that a server runs, with the files of its tokenizer, which are here.
///
/// The server is asked for the most likely tokens of each step, and for more of them until the choice is certain: see
/// `GenerationResult.exactness`.
public struct RemoteModel: Sendable {
  /// The server's address as it was given.
  public let argument: String
  /// Where the tokenizer was read from.
  public let tokenizerPath: String
  /// The tokenizer.
  public let tokenizer: Tokenizer
  /// A short name: what the server calls the model, without the folders before it.
  public let name: String
  let server: RemoteServer
  let options: RemoteOptions

  /// Looks what the server runs, and whether the tokenizer is that model's.
  ///
  /// - Parameters:
  ///   - argument: The server's address, `http://HOST:PORT`.
  ///   - path: The tokenizer of its model.
  ///   - options: How it is asked.
  ///   - observer: Hears what the tokenizer's files leave open, and where the server has no tokenizer to compare.
  /// - Throws: `FileError` for the tokenizer, ``SteeringError/remoteTokenizer(_:)`` where there is none, `RemoteError` for the
  ///   server.
  public init(
    _ argument: String, tokenizer path: String?, options: RemoteOptions = RemoteOptions(),
    observer: RunObserver = .silent
  ) throws {
    guard let path else { throw SteeringError.remoteTokenizer(argument) }
    let tokenizer = try Tokenizer.load(path, observer: observer)
    let probe = TokenizerProbe(ids: try tokenizer.encode(TokenizerProbe.text))
    let width =
      Self.configuredWidth(tokenizer.description.files.first ?? path)
      ?? tokenizer.description.vocabulary.idLimit
    server = try RemoteServer(argument, options: options, probe: probe, width: width)
    if !server.comparesTokenizers {
      observer.note("\(server.address) encodes no text: whether its tokenizer is \(path) cannot be seen")
    }
    self.argument = argument
    self.tokenizer = tokenizer
    self.options = options
    tokenizerPath = path
    name = lastComponent(server.identity.model)
  }

  /// How many logits the configuration beside a tokenizer gives its model: padding has no token, and a logit.
  private static func configuredWidth(_ path: String) -> Int? {
    guard let bytes = try? readFile("\(parentPath(path))/config.json", limit: 1 << 24),
      let root = try? JSONDocument(bytes).root
    else { return nil }
    let width = root["vocab_size"]?.int ?? root["text_config"]?["vocab_size"]?.int
    return width.flatMap { (1...1 << 24).contains($0) ? $0 : nil }
  }

  /// What has been asked of the server so far.
  public var traffic: RemoteTraffic { server.traffic }
}
