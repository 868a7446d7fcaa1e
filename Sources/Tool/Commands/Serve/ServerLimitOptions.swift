internal import ArgumentParser
internal import CMCServing

/// What a server takes.
struct ServerLimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many texts are written together (default: 16, or what memory has room for).", valueName: "n"))
  var parallel: Int?

  @Option(
    help: ArgumentHelp("How many texts may wait for a place; further ones are refused.", valueName: "n"))
  var queue = 256

  @Option(
    help: ArgumentHelp(
      "The most tokens of a text with its prompt; the model's context where that is less.", valueName: "n"))
  var maxTokens: Int?

  @Option(help: ArgumentHelp("The most bytes of a request.", valueName: "n"))
  var maxBody = ServerLimits().bodyBytes

  @Option(help: ArgumentHelp("How long a text may take.", valueName: "seconds"))
  var timeout = ServerLimits().seconds

  func validate() throws {
    guard (1...256).contains(parallel ?? 1) else {
      throw ValidationError("--parallel must be from 1 to 256.")
    }
    guard (0...65536).contains(queue) else { throw ValidationError("--queue must be from 0 to 65536.") }
    guard maxTokens ?? 1 >= 1 else { throw ValidationError("--max-tokens must be at least 1.") }
    guard (1024...1 << 30).contains(maxBody) else {
      throw ValidationError("--max-body must be from 1024 to \(1 << 30).")
    }
    guard timeout > 0, timeout <= 86400 else {
      throw ValidationError("--timeout must be above 0 and at most 86400.")
    }
  }

  /// The same as a value.
  ///
  /// - Parameter defaultParallel: How many texts where nothing is said.
  func limits(defaultParallel: Int) -> ServerLimits {
    var limits = ServerLimits()
    limits.parallel = parallel ?? defaultParallel
    limits.queue = queue
    if let maxTokens { limits.tokens = maxTokens }
    limits.bodyBytes = maxBody
    limits.seconds = timeout
    return limits
  }
}
