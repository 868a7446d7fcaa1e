internal import CMCFastJSON
import CMCPrimitives

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

  /// What the model is asked.
  public var prompt: String { input.isEmpty ? instruction : instruction + "\n\n" + input }
}

/// Reads prompts: a JSON array, or JSON lines, with `prompt`, or AlpacaEval's `instruction` and `input`.
package enum PromptFile {
  /// Why a file of prompts cannot be used.
  package enum Failure: DescribedError, Equatable {
    /// An item, from 0, that is a number or a text.
    case notAnObject(item: Int)
    /// An item, from 0, without a prompt.
    case noPrompt(item: Int)
    /// An empty file.
    case none

    /// Which item, and what is wrong with it.
    package var description: String {
      switch self {
      case .notAnObject(let item): "item \(item) is no object"
      case .noPrompt(let item): "item \(item) has no text in \"prompt\" or \"instruction\""
      case .none: "there are no prompts in it"
      }
    }

    /// The form that is read.
    package var hint: String? {
      "it must be a JSON array or JSON lines of objects with \"prompt\" or \"instruction\""
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
    let items = try JSONRecords.forEach(bytes, malformed: { error, _ in error }) { value, _ in
      defer { index += 1 }
      return try item(value, index)
    }
    if items.isEmpty { throw Failure.none }
    return items
  }

  private static func item(_ value: JSONValue, _ index: Int) throws -> PromptItem {
    guard value.isObject else { throw Failure.notAnObject(item: index) }
    guard let text = (value["prompt"] ?? value["instruction"])?.string else {
      throw Failure.noPrompt(item: index)
    }
    return PromptItem(
      instruction: text, input: value["input"]?.string ?? "", dataset: value["dataset"]?.string)
  }
}
