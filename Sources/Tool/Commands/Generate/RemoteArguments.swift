internal import ArgumentParser
internal import CMCPrimitives
internal import CMCRemoteModels
internal import CrossModelControl

/// How the server that runs the user model is asked, where one does.
struct RemoteArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With --user http://…: how many of the most likely tokens are asked for at first; more where a choice needs them (default: \(RemoteOptions().usualCount)).",
      valueName: "n"))
  var remoteTop: Int?

  @Option(
    help: ArgumentHelp(
      """
      With --user http://…: how much of the probability may be left out at a step where tokens are drawn; 0 for nothing. \
      The best token, top-k, top-p and min-p are proved instead (default: \(RemoteOptions().restLimit)).
      """, valueName: "share"))
  var remoteRest: Double?

  @Option(
    help: ArgumentHelp(
      "With --user http://…: how long an answer may take, in seconds (default: \(RemoteOptions().timeout)).",
      valueName: "s"))
  var remoteTimeout: Double?

  @Option(
    help: ArgumentHelp(
      "With --user http://…: how often a request is sent again that had no answer, or one of status 5xx (default: \(RemoteOptions().retries)).",
      valueName: "n"))
  var remoteRetries: Int?

  @Option(help: ArgumentHelp("A file with the key that the server wants.", valueName: "file"))
  var remoteKeyFile: String?

  func validate() throws {
    guard (1...1_000_000).contains(remoteTop ?? 1) else {
      throw ValidationError("--remote-top must be from 1 to 1000000.")
    }
    guard (0...1).contains(remoteRest ?? 0) else {
      throw ValidationError("--remote-rest must be from 0 to 1.")
    }
    guard (0.001...86_400).contains(remoteTimeout ?? 1) else {
      throw ValidationError("--remote-timeout must be from 0.001 to 86400.")
    }
    guard (0...100).contains(remoteRetries ?? 0) else {
      throw ValidationError("--remote-retries must be from 0 to 100.")
    }
  }

  /// Makes sure that nothing is said of a server where none runs the user model.
  ///
  /// - Parameter user: What `--user` names.
  /// - Throws: `ValidationError`.
  func check(user: String) throws {
    if case .remote = ModelReference.user(user, tokenizer: nil) { return }
    try refuseIdle(
      "is for a server that runs the user model: --user http://…",
      [
        "remote-top": remoteTop != nil, "remote-rest": remoteRest != nil,
        "remote-timeout": remoteTimeout != nil, "remote-retries": remoteRetries != nil,
        "remote-key-file": remoteKeyFile != nil,
      ])
  }

  /// The same as a value.
  ///
  /// - Throws: `FileError` for the key's file.
  func options() throws -> RemoteOptions {
    var options = RemoteOptions()
    if let remoteTop { options.usualCount = remoteTop }
    if let remoteRest { options.restLimit = remoteRest }
    if let remoteTimeout { options.timeout = remoteTimeout }
    if let remoteRetries { options.retries = remoteRetries }
    options.key = try remoteKeyFile.map { path in
      let bytes = try readFile(path, limit: 1 << 16)
      let key = bytes.drop { $0 <= 0x20 }.prefix { $0 > 0x20 && $0 < 0x7F }
      guard !key.isEmpty else { throw FileError(path: path, underlying: NoKey()) }
      return String(decoding: key, as: UTF8.self)
    }
    return options
  }
}

/// A file of a key with nothing in it that could be one.
private struct NoKey: DescribedError {
  var description: String { "holds no key" }
  var hint: String? { "a key is one word of ASCII" }
}
