internal import ArgumentParser
internal import CMCControlledDecoding
internal import CMCPrimitives
internal import CrossModelControl

/// How tokens are chosen and what ends a text.
struct SamplingArguments: ParsableArguments {
  @Option(help: ArgumentHelp("How many tokens to generate at most.", valueName: "n"))
  var maxTokens = 128

  @Option(
    help: ArgumentHelp(
      "0 takes the best token each time, which is the best of any top-k, top-p and min-p, and draws nothing from a seed; above, tokens are drawn.",
      valueName: "t"))
  var temperature: Float = 0

  @Option(
    name: .customLong("top-k"), help: ArgumentHelp("Draw from the k best tokens; 0 for all.", valueName: "k"))
  var topK = 0

  @Option(
    name: .customLong("top-p"),
    help: ArgumentHelp("Draw from the best tokens that have this probability together.", valueName: "p"))
  var topP: Float = 1

  @Option(
    name: .customLong("min-p"),
    help: ArgumentHelp("Draw no token below this share of the best one's probability.", valueName: "p"))
  var minP: Float = 0

  @Option(help: ArgumentHelp("Make tokens that occurred less likely; 1 for no change.", valueName: "r"))
  var repetitionPenalty: Float = 1

  @Option(help: ArgumentHelp("Where the random numbers begin.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("End at this text, which is left out; repeatable.", valueName: "text"),
    transform: { plainText($0) })
  var stop: [String] = []

  @Flag(name: .customLong("ignore-eos"), help: "Go on after end tokens.")
  var ignoreEOS = false

  @Flag(help: "Where the context is full, drop the earlier half of the generated text instead of failing.")
  var contextShift = false

  func validate() throws {
    guard (1...1_000_000).contains(maxTokens) else {
      throw ValidationError("--max-tokens must be from 1 to 1000000.")
    }
    guard temperature.isFinite, temperature >= 0 else {
      throw ValidationError("--temperature must be a number from 0, such as 0.7.")
    }
    guard !stop.contains("") else { throw ValidationError("--stop must not be empty.") }
    guard topK >= 0 else { throw ValidationError("--top-k must be 0 or more.") }
    guard topP > 0, topP <= 1 else { throw ValidationError("--top-p must be above 0 and at most 1.") }
    guard minP >= 0, minP <= 1 else { throw ValidationError("--min-p must be from 0 to 1.") }
    guard repetitionPenalty > 0, repetitionPenalty.isFinite else {
      throw ValidationError("--repetition-penalty must be above 0.")
    }
  }

  /// The options of a generation.
  func options(traceTop: Int = 0) -> GenerationOptions {
    var options = GenerationOptions()
    options.maxTokens = maxTokens
    options.sampling.temperature = temperature
    options.sampling.topK = topK
    options.sampling.topP = topP
    options.sampling.minP = minP
    options.sampling.repetitionPenalty = repetitionPenalty
    options.sampling.seed = seed
    options.stops = stop
    options.ignoresEndTokens = ignoreEOS
    options.traceTop = traceTop
    options.shiftsContext = contextShift
    return options
  }
}
