internal import CMCPrimitives
package import CMCPrompts
package import CMCRecords
package import CMCTokenization
internal import CMCVocabulary

/// Makes documents of records: the prompt in its template, the response and an end token as a model would write them.
///
/// A response is encoded apart from the prompt, as it is when a model generates it.
package struct DocumentEncoder: Sendable {
  /// The tokenizer of the model that learns.
  package let tokenizer: Tokenizer
  /// What is put around prompts.
  package let template: PromptTemplate
  /// The most tokens of a document; what is beyond is cut off.
  package let longest: Int
  /// What ends a response; nil where the vocabulary has nothing for it.
  package let end: Int32?
  private let learnsPrompts: Bool
  /// What ends a text that is learnt as a whole.
  package let endOfText: Int32?

  /// What became of records.
  package struct Summary: Sendable, Equatable, Codable {
    /// Documents that were cut off.
    package var cut = 0
    /// Records of whose targets nothing was left.
    package var dropped = 0

    /// Nothing cut or dropped.
    package init() {}
  }

  /// An encoder.
  ///
  /// - Parameters:
  ///   - tokenizer: The tokenizer.
  ///   - template: What is put around prompts.
  ///   - longest: The most tokens of a document.
  ///   - stops: Where generation stops by the model's files. Of tokens that end a turn or a text one of these is taken,
  ///     where there is any: what is learnt as an end, or measured as one, is to end what is generated.
  ///   - learnsPrompts: Whether the tokens of prompts are learnt too.
  package init(
    _ tokenizer: Tokenizer, template: PromptTemplate, longest: Int, stops: Set<Int32>,
    learnsPrompts: Bool = false
  ) {
    self.learnsPrompts = learnsPrompts
    self.tokenizer = tokenizer
    self.template = template
    self.longest = longest
    let vocabulary = tokenizer.description.vocabulary
    let (turns, texts) = (vocabulary.ids(of: .endOfTurn), vocabulary.ids(of: .eos))
    endOfText = texts.first(where: stops.contains) ?? texts.first
    let all = turns + texts
    end = Self.stopToken(tokenizer, template) ?? all.first(where: stops.contains) ?? all.first
  }

  /// The special token that the template says ends an answer.
  private static func stopToken(_ tokenizer: Tokenizer, _ template: PromptTemplate) -> Int32? {
    for stop in template.stops {
      let options = EncodingOptions(addsSpecial: false, parsesSpecial: true)
      if let ids = try? tokenizer.encode(stop, options: options), ids.count == 1,
        tokenizer.description.vocabulary.kind(ids[0]) == .special
      {
        return ids[0]
      }
    }
    return nil
  }

  /// The documents of records, in their order.
  ///
  /// - Throws: What encoding throws.
  package func documents(_ records: [TrainingRecord]) throws -> (documents: [Document], summary: Summary) {
    var documents: [Document] = []
    var summary = Summary()
    for record in records {
      var document = try encode(record)
      if document.ids.count > longest {
        document.ids.removeLast(document.ids.count - longest)
        document.targets.removeAll { $0 >= longest - 1 }
        summary.cut += 1
      }
      if document.targets.isEmpty {
        summary.dropped += 1
      } else {
        documents.append(document)
      }
    }
    return (documents, summary)
  }

  /// The document of one record, whatever its length.
  ///
  /// - Throws: What encoding throws.
  package func encode(_ record: TrainingRecord) throws -> Document {
    switch record.content {
    case .text(let text):
      let ids = try tokenizer.encode(prompt: [PromptPart(text, parsesSpecial: false)])
      return Document(text: ids + (endOfText.map { [$0] } ?? []))
    case .conversation(let conversation):
      var document = Document(ids: [], targets: [])
      let turns = try template.learntTurns(
        conversation,
        end: end.map { String(decoding: tokenizer.description.vocabulary.canonical[Int($0)], as: UTF8.self) })
      for turn in turns { try append(turn, to: &document) }
      if learnsPrompts { document.targets = Array(0..<max(0, document.ids.count - 1)) }
      return document
    }
  }

  /// The document of a prompt and a response.
  ///
  /// - Throws: What encoding throws.
  package func document(prompt: String, response: String) throws -> Document {
    try encode(TrainingRecord(.turns([.init(prompt: prompt, response: response)])))
  }

  private func append(_ turn: LearntTurn, to document: inout Document) throws {
    document.ids +=
      document.ids.isEmpty
      ? try tokenizer.encode(prompt: turn.parts, addsBeginning: template.takesBeginning)
      // Only a text's beginning has a token of its own.
      : try tokenizer.encode(continuation: turn.parts)
    var options = EncodingOptions()
    options.isContinuation = true
    let answer = try tokenizer.encode(turn.answer, options: options) + (end.map { [$0] } ?? [])
    let first = document.ids.count
    document.ids += answer
    document.targets += (first..<document.ids.count).filter { $0 > 0 }.map { $0 - 1 }
  }
}
