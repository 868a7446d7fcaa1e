internal import CMCFastJSON
internal import CMCPrimitives
public import CMCPrompts
internal import CMCRecords

/// One record to evaluate: a question with its answer, TOFU's other answers to it, or a text.
public struct EvaluationRecord: Sendable, Equatable {
  /// What is asked; nil for a text, all of which is scored.
  public var prompt: Conversation?
  /// The answer, or the text.
  public var answer: String
  /// The answer in other words.
  public var paraphrase: String?
  /// Wrong answers of the same form.
  public var perturbed: [String]

  /// Joins the parts.
  public init(prompt: Conversation?, answer: String, paraphrase: String?, perturbed: [String]) {
    self.prompt = prompt
    self.answer = answer
    self.paraphrase = paraphrase
    self.perturbed = perturbed
  }

  /// The most bytes that a file of records may have.
  package static let sizeLimit = 4 << 30

  /// Reads records as training does, and TOFU's `paraphrased_answer` and `perturbed_answer`.
  ///
  /// - Throws: `FileError` with a `RecordError` that names the record. Of a conversation the last answer is evaluated.
  public static func load(_ path: String) throws -> [EvaluationRecord] {
    let bytes = try readFile(path, limit: sizeLimit)
    return try withFile(path) { try parse(bytes) }
  }

  /// The records of a text.
  ///
  /// - Throws: As ``load(_:)``, without the path.
  public static func parse(_ bytes: [UInt8]) throws -> [EvaluationRecord] {
    let records = try TrainingRecord.parse(bytes)
    let others = try JSONRecords.forEach(bytes, otherAnswers)
    return try zip(records, others).enumerated().map { index, pair in
      switch pair.0.content {
      case .text(let text):
        return EvaluationRecord(prompt: nil, answer: text, paraphrase: nil, perturbed: [])
      case .conversation(let conversation):
        var messages = conversation.messages
        guard let answer = messages.popLast(), answer.role == "assistant" else {
          throw RecordError.malformed(
            line: index + 1, reason: "its last message is not the assistant's, which is what is evaluated")
        }
        return EvaluationRecord(
          prompt: Conversation(messages), answer: answer.content, paraphrase: pair.1.0, perturbed: pair.1.1)
      }
    }
  }

  /// What TOFU's records have beside question and answer; null is as nothing.
  private static func otherAnswers(
    _ record: JSONValue, _ number: Int
  ) throws -> (paraphrase: String?, perturbed: [String]) {
    func refuse(_ reason: String) -> RecordError { .malformed(line: number, reason: reason) }
    var paraphrase: String?
    if let value = record["paraphrased_answer"], !value.isNull {
      guard let text = value.string else { throw refuse("paraphrased_answer must be a text") }
      paraphrase = text
    }
    guard let value = record["perturbed_answer"], !value.isNull else { return (paraphrase, []) }
    let texts = value.elements.map(\.string)
    guard value.isArray, !texts.isEmpty, !texts.contains(nil) else {
      throw refuse("perturbed_answer must be a list of texts, one at least")
    }
    return (paraphrase, texts.compactMap(\.self))
  }
}
