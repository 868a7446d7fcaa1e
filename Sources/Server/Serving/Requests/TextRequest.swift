package import CMCControlledDecoding
internal import CMCFastJSON

/// What completions and chats have in common: how a text is written, and how the answer is given.
package struct TextRequest: Sendable, Equatable {
  /// The served model; the server's first where left out.
  package var model: String?
  /// How many tokens at most; nil for what the surface or the context says.
  package var maxTokens: Int?
  /// How tokens are chosen; the temperature is 1 unless it is given, as OpenAI has it.
  package var sampling: SamplingOptions
  /// Whether a seed was given; without one each text of a request has its own.
  package var hasSeed = false
  /// Texts that end it.
  package var stops: [String] = []
  /// Whether it goes on after end tokens.
  package var ignoresEndTokens = false
  /// Added to scores before a token is chosen.
  package var logitBias: [Int32: Float] = [:]
  /// How many texts for each prompt.
  package var count = 1
  /// Whether the text comes in events.
  package var streams = false
  /// Whether the last event says how many tokens there were.
  package var streamsUsage = false
  /// The steering of this request.
  package var steering = SteeringRequest()

  /// As it stands where nothing is said.
  package init() {
    sampling = SamplingOptions()
    sampling.temperature = 1
  }
}

/// How a request differs from the steering that the server was started with.
package struct SteeringRequest: Sendable, Equatable {
  /// The factor α; `cmc_alpha`.
  package var alpha: Float?
  /// The name of a map; `cmc_map`.
  package var map: String?
  /// How logits are combined; `cmc_mode`.
  package var mode: ControlMode?
  /// How many of the best tokens of each model the trace of a step has, 0 for no trace; `cmc_trace`.
  package var traceTop = 0

  /// No difference.
  package init() {}
}

extension TextRequest {
  /// The most prompts, texts of a prompt, stops and biases of a request.
  static let (promptLimit, countLimit, stopLimit, biasLimit) = (256, 128, 16, 1024)

  /// Reads the common fields.
  init(_ body: inout RequestBody) throws(APIError) {
    self.init()
    model = try body.string("model")
    maxTokens = try body.int("max_tokens", in: 0...1_000_000)
    sampling.temperature = try body.number("temperature", in: 0...100) ?? 1
    sampling.topP = try body.number("top_p", in: 0...1) ?? 1
    if sampling.topP == 0 { sampling.topP = .leastNormalMagnitude }
    sampling.topK = max(0, try body.int("top_k", in: -1...1_000_000) ?? 0)
    sampling.minP = try body.number("min_p", in: 0...1) ?? 0
    sampling.repetitionPenalty = try body.number("repetition_penalty", in: 0.01...100) ?? 1
    try readSeed(&body)
    stops = try body.strings("stop", atMost: Self.stopLimit)
    guard !stops.contains("") else {
      throw .field("stop", "an empty text stands at every place: leave it out.")
    }
    ignoresEndTokens = try body.bool("ignore_eos")
    try readBias(&body)
    count = try body.int("n", in: 1...Self.countLimit) ?? 1
    streams = try body.bool("stream")
    if var options = try body.object("stream_options") {
      guard streams else { throw .field("stream_options", "it is for requests with 'stream'.") }
      streamsUsage = try options.bool("include_usage")
      try options.refuse("continuous_usage_stats", "usage comes with the last event here.") {
        $0.bool == false
      }
      try options.refuse("include_obfuscation", "nothing is added to events here.") { $0.bool == false }
      try options.finish()
    }
    let none = "it is not done here: leave it out, or give 0."
    try body.refuse("frequency_penalty", none) { $0.double == 0 }
    try body.refuse("presence_penalty", none) { $0.double == 0 }
    try readSteering(&body)
  }

  private mutating func readSeed(_ body: inout RequestBody) throws(APIError) {
    guard let value = body.value("seed") else { return }
    // A negative seed is a seed too: clients draw them from signed integers.
    guard let seed = value.uint64 ?? value.int.map({ UInt64(bitPattern: Int64($0)) }) else {
      throw .field("seed", "a whole number from -2^63 to 2^64 - 1 is expected.")
    }
    sampling.seed = seed
    hasSeed = true
  }

  private mutating func readBias(_ body: inout RequestBody) throws(APIError) {
    guard let value = body.value("logit_bias") else { return }
    guard value.isObject else { throw .field("logit_bias", "an object from ids to numbers is expected.") }
    guard value.members.count <= Self.biasLimit else {
      throw .field("logit_bias", "at most \(Self.biasLimit) ids are expected.")
    }
    for (key, number) in value.members {
      guard let id = Int32(key), id >= 0, "\(id)" == key, let bias = number.double,
        (-100...100).contains(bias)
      else {
        throw .field("logit_bias", "ids of tokens and numbers from -100 to 100 are expected.")
      }
      logitBias[id] = Float(bias)
    }
  }

  private mutating func readSteering(_ body: inout RequestBody) throws(APIError) {
    steering.alpha = try body.number("cmc_alpha", in: -1000...1000)
    steering.map = try body.string("cmc_map")
    if let name = try body.string("cmc_mode") {
      guard let mode = ControlMode(rawValue: name) else {
        let names = ControlMode.allCases.map(\.rawValue).joined(separator: ", ")
        throw .field("cmc_mode", "one of \(names) is expected.")
      }
      steering.mode = mode
    }
    if let value = body.value("cmc_trace") {
      if let flag = value.bool {
        steering.traceTop = flag ? 10 : 0
      } else {
        steering.traceTop = try body.int("cmc_trace", in: 0...100) ?? 0
      }
    }
  }
}
