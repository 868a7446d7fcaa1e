internal import CMCFastJSON
internal import CMCPrimitives

/// One prompt of a file, and what its fields say of it.
struct PromptItem {
  /// The text of the prompt, or AlpacaEval's instruction.
  var instruction: String
  /// What the instruction is about; mostly empty.
  var input: String
  /// AlpacaEval's data set, or what the file says instead.
  var dataset: String?

  /// What the model is asked.
  var prompt: String { input.isEmpty ? instruction : instruction + "\n\n" + input }
}

/// Reads prompts: a JSON array, or JSON lines, with `prompt`, or AlpacaEval's `instruction` and `input`.
enum PromptFile {
  /// Why a file of prompts cannot be used.
  enum Failure: DescribedError, Equatable {
    case notAnObject(item: Int)
    case noPrompt(item: Int)
    case none

    var description: String {
      switch self {
      case .notAnObject(let item): "item \(item) is no object"
      case .noPrompt(let item): "item \(item) has no text in \"prompt\" or \"instruction\""
      case .none: "there are no prompts in it"
      }
    }

    var hint: String? {
      "it must be a JSON array or JSON lines of objects with \"prompt\" or \"instruction\""
    }
  }

  /// The prompts of a file, in order.
  static func load(_ path: String) throws -> [PromptItem] {
    let bytes = try readFile(path, limit: 1 << 30)
    return try withFile(path) { try parse(bytes) }
  }

  static func parse(_ bytes: [UInt8]) throws -> [PromptItem] {
    var items: [PromptItem] = []
    let first = bytes.first { !$0.isBlank }
    if first == UInt8(ascii: "[") {
      let document = try JSONDocument(bytes)
      for value in document.root.elements { items.append(try item(value, items.count)) }
    } else {
      for line in bytes.split(separator: 0x0A) where line.contains(where: { !$0.isBlank }) {
        items.append(try item(try JSONDocument(Array(line)).root, items.count))
      }
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

extension UInt8 {
  fileprivate var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
