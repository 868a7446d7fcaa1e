package import CMCFastJSON
internal import CMCPrimitives
internal import CMCPrompts

/// An evaluation as a JSON file: what was run, the metrics, the cost, and every item.
public struct EvaluationFile: Sendable, Equatable {
  /// What was run, in words: the models and how they were joined.
  public var system: String
  /// The file of records.
  public var data: String
  /// Every item.
  public var items: [EvaluationItem]
  /// The metrics.
  public var summary: EvaluationSummary
  /// The seed of the intervals.
  public var seed: UInt64
  /// Seconds of scoring and of generating.
  public var seconds: Double
  /// Tokens that were generated, for the speed.
  public var generatedTokens: Int
  /// Seconds of generating alone.
  public var generationSeconds: Double
  /// The most memory the process had.
  public var peakMemory: Int
  /// The digest of all that decided what was measured; nil where nobody asked for it.
  package var run: String?

  /// Collects the parts.
  public init(
    system: String, data: String, items: [EvaluationItem], summary: EvaluationSummary, seed: UInt64,
    seconds: Double, generatedTokens: Int, generationSeconds: Double, peakMemory: Int
  ) {
    self.system = system
    self.data = data
    self.items = items
    self.summary = summary
    self.seed = seed
    self.seconds = seconds
    self.generatedTokens = generatedTokens
    self.generationSeconds = generationSeconds
    self.peakMemory = peakMemory
  }

  /// Generated tokens a second; 0 where nothing was generated.
  public var tokensPerSecond: Double {
    generationSeconds > 0 ? Double(generatedTokens) / generationSeconds : 0
  }

  /// How many records could not be measured.
  public var failed: Int { items.count { $0.error != nil } }

  /// The file's text.
  ///
  /// - Parameters:
  ///   - tool: The program that writes it.
  ///   - includesItems: Whether every item is in it.
  ///   - includesCost: Whether it says what was taken in time and memory, in which two runs differ.
  public func encoded(tool: String, includesItems: Bool = true, includesCost: Bool = true) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      Self.writeHead(tool: tool, run: run, system: system, data: data, &json)
      json.member("items_count", items.count)
      json.member("errors", failed)
      json.member("seed", seed)
      json.key("metrics")
      json.object { json in
        for metric in summary.metrics {
          json.key(metric.name)
          Self.write(metric.estimate, &json)
        }
      }
      if let quality = summary.forgetQuality {
        json.key("forget_quality")
        json.object { json in
          json.member("mean", summary.forgetMean.rawValue)
          json.member("statistic", quality.statistic)
          json.member("p_value", quality.pValue)
        }
      }
      if includesCost {
        json.key("cost")
        json.object { json in
          json.member("seconds", seconds)
          json.member("generated_tokens", generatedTokens)
          json.member("generation_seconds", generationSeconds)
          json.member("tokens_per_second", tokensPerSecond)
          json.member("peak_memory_bytes", peakMemory)
        }
      }
      if includesItems {
        json.key("items")
        json.array { json in for item in items { Self.write(item, &json) } }
      }
    }
    json.endLine()
    return json.bytes
  }

  /// What a file of an evaluation that is not done yet will begin with, in an object of its own.
  package static func beginning(tool: String, run: String, system: String, data: String) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { writeHead(tool: tool, run: run, system: system, data: data, &$0) }
    return json.bytes
  }

  private static func writeHead(
    tool: String, run: String?, system: String, data: String, _ json: inout JSONWriter
  ) {
    json.member("version", 1)
    json.member("tool", tool)
    if let run { json.member("run", run) }
    json.member("system", system)
    json.member("data", data)
  }

  private static func write(_ estimate: Estimate, _ json: inout JSONWriter) {
    json.object { json in
      json.member("value", estimate.value)
      json.member("low", estimate.low)
      json.member("high", estimate.high)
      json.member("count", estimate.count)
    }
  }

  /// Writes an item as an object.
  package static func write(_ item: EvaluationItem, _ json: inout JSONWriter) {
    json.object { json in
      json.member("number", item.number)
      if let prompt = item.prompt { json.member("prompt", prompt) }
      json.member("answer", item.answer)
      if let error = item.error {
        json.member("error", error)
        return
      }
      json.member("log_probability", item.score.logProbability)
      json.member("tokens", item.score.tokens)
      if let end = item.score.endLogProbability { json.member("end_log_probability", end) }
      json.member("correct", item.score.correct)
      json.member("exact", item.score.exact)
      json.member("unmatched", item.score.unmatched)
      json.member("reencodes", item.score.reencodes)
      if let probability = item.paraphraseProbability { json.member("paraphrase_probability", probability) }
      if !item.perturbedProbabilities.isEmpty {
        json.key("perturbed_probabilities")
        json.array { json in for value in item.perturbedProbabilities { json.value(value) } }
      }
      if let text = item.generated { json.member("generated", text) }
      if let isEnded = item.isEnded { json.member("ended", isEnded) }
      if item.rougeTokens != .unicode { json.member("rouge_tokens", item.rougeTokens.rawValue) }
    }
  }

  /// The items of a file.
  ///
  /// - Throws: `FileError` with what is wrong with the JSON.
  public static func readItems(_ path: String) throws -> [EvaluationItem] {
    let bytes = try readFile(path, limit: 4 << 30)
    return try withFile(path) {
      try JSONDocument(bytes).root.require("items").elements.map { try item($0) }
    }
  }

  /// The item of an object that ``write(_:_:)`` wrote.
  package static func item(_ value: JSONValue) throws -> EvaluationItem {
    func int(_ key: String) throws -> Int { try value.require(key).expect("an integer") { $0.int } }
    let record = EvaluationRecord(
      prompt: value["prompt"]?.string.map { Conversation($0) },
      answer: try value.require("answer").expect("a string") { $0.string },
      paraphrase: nil, perturbed: [])
    if let error = value["error"]?.string {
      return EvaluationItem(number: try int("number"), record: record, error: error)
    }
    var score = AnswerScore()
    // JSON has no −∞, which a masked token has: it is written as null.
    let likelihood = try value.require("log_probability")
    score.logProbability = likelihood.isNull ? -.infinity : try likelihood.expect("a number") { $0.double }
    score.tokens = try int("tokens")
    score.endLogProbability = value["end_log_probability"].flatMap { $0.isNull ? -.infinity : $0.double }
    score.correct = try int("correct")
    score.exact = try int("exact")
    score.unmatched = try int("unmatched")
    score.reencodes = try int("reencodes")
    var item = EvaluationItem(number: try int("number"), record: record, score: score)
    item.paraphraseProbability = value["paraphrase_probability"]?.double
    item.perturbedProbabilities = value["perturbed_probabilities"]?.elements.compactMap(\.double) ?? []
    item.generated = value["generated"]?.string
    item.isEnded = value["ended"]?.bool
    item.rougeTokens = value["rouge_tokens"]?.string.flatMap(RougeTokens.init(rawValue:)) ?? .unicode
    return item
  }
}
