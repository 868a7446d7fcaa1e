internal import CMCControlledDecoding
internal import CMCEvaluation
internal import CMCFastJSON

/// An item with what it took to measure it: a line of a part file.
struct MeasuredItem: Equatable {
  var item: EvaluationItem
  var seconds = 0.0
  var generatedTokens = 0
  var generationSeconds = 0.0

  /// An item of which nothing is generated yet.
  init(_ item: EvaluationItem) { self.item = item }

  /// Takes an answer of the model's own.
  mutating func take(_ result: GenerationResult) {
    item.generated = String(decoding: result.text, as: UTF8.self)
    switch result.stop {
    case .endToken, .stopString: item.isEnded = true
    case .length, .interrupted, .noToken, .noRoom, .failed: item.isEnded = false
    }
    generatedTokens = result.ids.count
    generationSeconds = result.seconds + result.promptSeconds
  }

  /// Takes only its share of the time, where others were measured meanwhile: so many seconds since the one before it, and
  /// of them the same part for generation.
  ///
  /// The shares of all items make up the time that measuring them took.
  mutating func share(_ seconds: Double) {
    if self.seconds > 0 { generationSeconds *= seconds / self.seconds }
    self.seconds = seconds
  }

  /// Reads what ``line()`` wrote.
  ///
  /// - Throws: ``EvaluationError/damagedItem(number:reason:)``.
  init(line: [UInt8], number: Int) throws {
    do {
      let root = try JSONDocument(line).root
      item = try EvaluationFile.item(root.require("item"))
      seconds = try root.require("seconds").expect("a number", \.double)
      generatedTokens = try root.require("generated_tokens").expect("an integer", \.int)
      generationSeconds = try root.require("generation_seconds").expect("a number", \.double)
    } catch let error as JSONError {
      throw EvaluationError.damagedItem(number: number, reason: error.description)
    }
    guard item.number == number else {
      throw EvaluationError.damagedItem(number: number, reason: "it is that of record \(item.number)")
    }
  }

  /// All of it on one line, without its end.
  func line() -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("seconds", seconds)
      json.member("generated_tokens", generatedTokens)
      json.member("generation_seconds", generationSeconds)
      json.key("item")
      EvaluationFile.write(item, &json)
    }
    return json.bytes
  }
}
