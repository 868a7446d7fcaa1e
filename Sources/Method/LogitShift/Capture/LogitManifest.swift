import CMCPrimitives
internal import CMCYAML

/// What a manifest of imported logits says: which files are which.
///
///     version: 1
///     task: gpt4-alpaca                # optional
///     first: {base: llama-2-7b, tuned: llama-2-7b-alpaca, tokenizer: llama-2/}
///     second: {base: mistral-7b, tuned: mistral-7b-alpaca}       # optional
///     prompts:
///       - prompt: Name three colours.
///         response: Red, green and blue.                         # optional
///         first: {base: 000.npz#base, tuned: 000.npz#tuned}
///         second: {base: mistral-000.pt#base, tuned: mistral-000.pt#tuned}
package struct LogitManifest: Sendable, Equatable {
  /// What is said of one pair of models.
  package struct Models: Sendable, Equatable {
    /// A name of the untuned model.
    package var base: String
    /// A name of the tuned one.
    package var tuned: String
    /// A tokenizer's file or folder.
    package var tokenizer: String?
  }

  /// A matrix in a file.
  package struct Place: Sendable, Equatable {
    /// The file, as written.
    package var file: String
    /// The array in it, behind `#`; nil for the only one.
    package var array: String?
  }

  /// The matrices of one pair of models for one prompt.
  package struct Logits: Sendable, Equatable {
    /// The untuned model's.
    package var base: Place
    /// The tuned model's.
    package var tuned: Place
  }

  /// One prompt.
  package struct Prompt: Sendable, Equatable {
    /// Its text, which both pairs were asked.
    package var prompt: String
    /// The response, where it is known.
    package var response: String?
    /// The first pair's logits.
    package var first: Logits
    /// The second pair's.
    package var second: Logits?
  }

  /// What the tuning was for.
  package var task: String?
  /// The first pair of models.
  package var first: Models
  /// The second, where there is one.
  package var second: Models?
  /// In the order in which a run numbers them.
  package var prompts: [Prompt]

  /// Larger files are refused.
  package static let sizeLimit = 1 << 24

  /// Reads the bytes of a file.
  ///
  /// - Throws: ``LogitManifestError``.
  package init(parsing bytes: [UInt8]) throws(LogitManifestError) {
    do { try self.init(yaml: bytes) } catch { throw LogitManifestError(error) }
  }

  private init(yaml bytes: [UInt8]) throws(YAMLProblem) {
    guard let root = try YAMLText.compose(bytes, sizeLimit: Self.sizeLimit) else {
      throw .missingKey(line: 1, key: "version")
    }
    let top = try root.mapping(allowed: ["version", "task", "first", "second", "prompts"])
    guard let version = try top.string("version"), version == "1" else {
      throw .badValue(line: top.line, key: "version", wanted: "1")
    }
    task = try top.string("task")
    first = try Self.models(try top.require("first"))
    second = try top["second"].map { value throws(YAMLProblem) in try Self.models(value) }
    let list = try top.require("prompts")
    guard let items = list.list, !items.isEmpty else {
      throw .badValue(line: list.line, key: "prompts", wanted: "a list with a prompt at least")
    }
    var prompts: [Prompt] = []
    for item in items {
      let prompt = try Self.prompt(item)
      guard (prompt.second == nil) == (second == nil) else {
        throw .badValue(
          line: item.line, key: "second",
          wanted: "logits for every prompt if the file has a second pair, else none")
      }
      prompts.append(prompt)
    }
    self.prompts = prompts
  }

  private static func models(_ value: YAMLValue) throws(YAMLProblem) -> Models {
    let fields = try value.mapping(allowed: ["base", "tuned", "tokenizer"])
    return Models(
      base: try fields.string("base") ?? "\(value.key) base",
      tuned: try fields.string("tuned") ?? "\(value.key) tuned", tokenizer: try fields.string("tokenizer"))
  }

  private static func prompt(_ value: YAMLValue) throws(YAMLProblem) -> Prompt {
    let fields = try value.mapping("a prompt", allowed: ["prompt", "response", "first", "second"])
    guard let text = try fields.string("prompt") else { throw .missingKey(line: fields.line, key: "prompt") }
    return Prompt(
      prompt: text, response: try fields.string("response"), first: try logits(try fields.require("first")),
      second: try fields["second"].map { value throws(YAMLProblem) in try logits(value) })
  }

  private static func logits(_ value: YAMLValue) throws(YAMLProblem) -> Logits {
    let fields = try value.mapping(allowed: ["base", "tuned"])
    func place(_ key: String) throws(YAMLProblem) -> Place {
      guard let text = try fields.string(key), !text.isEmpty else {
        throw .missingKey(line: fields.line, key: key)
      }
      guard let mark = text.lastIndex(of: "#") else { return Place(file: text, array: nil) }
      return Place(file: String(text[..<mark]), array: String(text[text.index(after: mark)...]))
    }
    return Logits(base: try place("base"), tuned: try place("tuned"))
  }
}

/// What is wrong with a manifest, and where.
package enum LogitManifestError: DescribedError, Equatable {
  /// The text is not YAML, or not YAML that is taken.
  case syntax(line: Int, reason: String)
  /// A key that does not exist.
  case unknownKey(line: Int, key: String, known: [String])
  /// A key that must be there.
  case missingKey(line: Int, key: String)
  /// A value of another kind.
  case badValue(line: Int, key: String, wanted: String)

  init(_ problem: YAMLProblem) {
    self =
      switch problem {
      case .syntax(let line, let reason): .syntax(line: line, reason: reason)
      case .unknownKey(let line, let key, let known): .unknownKey(line: line, key: key, known: known)
      case .missingKey(let line, let key): .missingKey(line: line, key: key)
      case .badValue(let line, let key, let wanted): .badValue(line: line, key: key, wanted: wanted)
      }
  }

  /// What and where in one line.
  package var description: String {
    switch self {
    case .syntax(let line, let reason): "line \(line): \(oneLine(reason))"
    case .unknownKey(let line, let key, let known):
      "line \(line): unknown key '\(oneLine(key, limit: 40))'; known are \(known.joined(separator: ", "))"
    case .missingKey(let line, let key): "line \(line): '\(key)' is missing"
    case .badValue(let line, let key, let wanted): "line \(line): '\(key)' must be \(wanted)"
    }
  }
}
