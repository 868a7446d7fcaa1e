internal import CMCFastJSON
import CMCPrimitives
public import CMCPrompts

/// One prompt of a file, and what its fields say of it.
public struct PromptItem: Sendable, Equatable {
  /// The text of the prompt, or AlpacaEval's instruction.
  public var instruction: String
  /// What the instruction is about; mostly empty.
  public var input: String
  /// AlpacaEval's data set, or what the file says instead.
  public var dataset: String?

  /// Joins the fields.
  public init(instruction: String, input: String = "", dataset: String? = nil) {
    self.instruction = instruction
    self.input = input
    self.dataset = dataset
  }

  /// The messages, where the file has a conversation; its last question is the instruction then.
  public var messages: [Conversation.Message]?

  /// What the model is asked, as one text.
  public var prompt: String { conversation.text }

  /// What the model is asked.
  public var conversation: Conversation {
    Conversation(messages ?? [.init(role: "user", content: instruction, input: input)])
  }
}

/// Reads prompts: a JSON array, or JSON lines, with `prompt`, or AlpacaEval's `instruction` and `input`, which others call
/// `context`, or `messages`, or ShareGPT's `conversations`; an answer at the end of those is what is asked for, and left out.
package enum PromptFile {
  /// Why a file of prompts cannot be used.
  package enum Failure: DescribedError, Equatable {
    /// An item, from 1, that is a number or a text.
    case notAnObject(item: Int)
    /// An item, from 1, without a prompt.
    case noPrompt(item: Int)
    /// An empty file.
    case none

    /// Which item, and what is wrong with it.
    package var description: String {
      switch self {
      case .notAnObject(let item): "item \(item) is no object"
      case .noPrompt(let item): "item \(item) has no text in \"prompt\" or \"instruction\", and no messages"
      case .none: "there are no prompts in it"
      }
    }

    /// The form that is read.
    package var hint: String? {
      "it must be a JSON array or JSON lines of objects with \"prompt\", \"instruction\" or \"messages\""
    }
  }

  /// The most bytes that a file of prompts may have.
  package static let sizeLimit = 1 << 30

  /// The prompts of a file, in order.
  ///
  /// - Throws: `FileError` with a ``Failure`` or what is wrong with the JSON.
  package static func load(_ path: String) throws -> [PromptItem] {
    let bytes = try readFile(path, limit: sizeLimit)
    return try withFile(path) { try parse(bytes) }
  }

  /// The prompts of a text.
  ///
  /// - Throws: As ``load(_:)``, without the path.
  package static func parse(_ bytes: [UInt8]) throws -> [PromptItem] {
    var index = 0
    let items = try JSONRecords.forEach(bytes, malformed: { JSONLineError.at($1, $0) }) { value, _ in
      defer { index += 1 }
      return try item(value, index)
    }
    if items.isEmpty { throw Failure.none }
    return items
  }

  private static func item(_ value: JSONValue, _ index: Int) throws -> PromptItem {
    guard value.isObject else { throw Failure.notAnObject(item: index + 1) }
    try UnheededMembers.check(prompt: value, number: index + 1)
    if let conversation = try Conversation(record: value, number: index + 1) {
      var messages = conversation.messages
      while messages.last?.role == "assistant" { messages.removeLast() }
      guard let last = messages.last(where: { $0.role == "user" }) ?? messages.last else {
        throw Failure.noPrompt(item: index + 1)
      }
      var item = PromptItem(instruction: last.text, dataset: value["dataset"]?.string)
      item.messages = messages
      return item
    }
    guard let text = try value.text(["prompt", "instruction"], number: index + 1) else {
      throw Failure.noPrompt(item: index + 1)
    }
    let input = try value.text(["input", "context"], number: index + 1) ?? ""
    var item = PromptItem(instruction: text, input: input, dataset: value["dataset"]?.string)
    let alone = item.conversation
    let joined = try alone.joined(to: value, number: index + 1)
    if joined != alone { item.messages = joined.messages }
    return item
  }
}
