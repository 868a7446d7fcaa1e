internal import Alignment
public import Primitives
internal import Yams

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
public struct LogitManifest: Sendable, Equatable {
  /// What is said of one pair of models.
  public struct Models: Sendable, Equatable {
    /// A name of the untuned model.
    public var base: String
    /// A name of the tuned one.
    public var tuned: String
    /// A tokenizer's file or folder.
    public var tokenizer: String?
  }

  /// A matrix in a file.
  public struct Place: Sendable, Equatable {
    /// The file, as written.
    public var file: String
    /// The array in it, behind `#`; nil for the only one.
    public var array: String?
  }

  /// The matrices of one pair of models for one prompt.
  public struct Logits: Sendable, Equatable {
    /// The untuned model's.
    public var base: Place
    /// The tuned model's.
    public var tuned: Place
  }

  /// One prompt.
  public struct Prompt: Sendable, Equatable {
    /// The text.
    public var prompt: String
    /// The response, where it is known.
    public var response: String?
    /// The first pair's logits.
    public var first: Logits
    /// The second pair's.
    public var second: Logits?
  }

  /// What the tuning was for.
  public var task: String?
  /// The first pair of models.
  public var first: Models
  /// The second, where there is one.
  public var second: Models?
  /// The prompts.
  public var prompts: [Prompt]

  /// Larger files are refused.
  public static let sizeLimit = 1 << 24

  /// Reads the bytes of a file.
  ///
  /// - Throws: ``LogitManifestError``.
  public init(parsing bytes: [UInt8]) throws(LogitManifestError) {
    let root: Node?
    do { root = try YAMLText.compose(bytes, sizeLimit: Self.sizeLimit) } catch {
      throw .syntax(line: error.line, reason: error.reason)
    }
    guard let root else { throw .missingKey(line: 1, key: "version") }
    let top = try Fields(root, "the file", ["version", "task", "first", "second", "prompts"])
    guard let version = try top.text("version"), version == "1" else {
      throw .badValue(line: top.line, key: "version", wanted: "1")
    }
    task = try top.text("task")
    first = try Self.models(try top.require("first"), "first")
    second = try top["second"].map { node throws(LogitManifestError) in try Self.models(node, "second") }
    let list = try top.require("prompts")
    guard let items = list.sequence, !items.isEmpty else {
      throw .badValue(
        line: list.mark?.line ?? top.line, key: "prompts", wanted: "a list with a prompt at least")
    }
    var prompts: [Prompt] = []
    for item in items {
      let prompt = try Self.prompt(item)
      guard (prompt.second == nil) == (second == nil) else {
        throw .badValue(
          line: item.mark?.line ?? 1, key: "second",
          wanted: "logits for every prompt if the file has a second pair, else none")
      }
      prompts.append(prompt)
    }
    self.prompts = prompts
  }

  private static func models(_ node: Node, _ key: String) throws(LogitManifestError) -> Models {
    let fields = try Fields(node, key, ["base", "tuned", "tokenizer"])
    return Models(
      base: try fields.text("base") ?? "\(key) base", tuned: try fields.text("tuned") ?? "\(key) tuned",
      tokenizer: try fields.text("tokenizer"))
  }

  private static func prompt(_ node: Node) throws(LogitManifestError) -> Prompt {
    let fields = try Fields(node, "a prompt", ["prompt", "response", "first", "second"])
    guard let text = try fields.text("prompt") else { throw .missingKey(line: fields.line, key: "prompt") }
    return Prompt(
      prompt: text, response: try fields.text("response"),
      first: try logits(try fields.require("first"), "first"),
      second: try fields["second"].map { node throws(LogitManifestError) in try logits(node, "second") })
  }

  private static func logits(_ node: Node, _ key: String) throws(LogitManifestError) -> Logits {
    let fields = try Fields(node, key, ["base", "tuned"])
    func place(_ key: String) throws(LogitManifestError) -> Place {
      guard let text = try fields.text(key), !text.isEmpty else {
        throw .missingKey(line: fields.line, key: key)
      }
      guard let mark = text.lastIndex(of: "#") else { return Place(file: text, array: nil) }
      return Place(file: String(text[..<mark]), array: String(text[text.index(after: mark)...]))
    }
    return Logits(base: try place("base"), tuned: try place("tuned"))
  }
}

/// What is wrong with a manifest, and where.
public enum LogitManifestError: DescribedError, Equatable {
  /// The text is not YAML, or not YAML that is taken.
  case syntax(line: Int, reason: String)
  /// A key that does not exist.
  case unknownKey(line: Int, key: String, known: [String])
  /// A key that must be there.
  case missingKey(line: Int, key: String)
  /// A value of another kind.
  case badValue(line: Int, key: String, wanted: String)

  /// What and where in one line.
  public var description: String {
    switch self {
    case .syntax(let line, let reason): "line \(line): \(oneLine(reason))"
    case .unknownKey(let line, let key, let known):
      "line \(line): unknown key '\(oneLine(key, limit: 40))'; known are \(known.joined(separator: ", "))"
    case .missingKey(let line, let key): "line \(line): '\(key)' is missing"
    case .badValue(let line, let key, let wanted): "line \(line): '\(key)' must be \(wanted)"
    }
  }
}

/// The checked members of a mapping.
private struct Fields {
  let line: Int
  private var values: [String: Node] = [:]

  init(_ node: Node, _ key: String, _ allowed: [String]) throws(LogitManifestError) {
    line = node.mark?.line ?? 1
    guard let mapping = node.mapping else {
      throw .badValue(line: line, key: key, wanted: "a mapping of \(allowed.joined(separator: ", "))")
    }
    for (name, value) in mapping {
      guard let name = name.scalar?.string, allowed.contains(name) else {
        throw .unknownKey(line: name.mark?.line ?? line, key: name.scalar?.string ?? "?", known: allowed)
      }
      values[name] = value
    }
  }

  subscript(key: String) -> Node? { values[key] }

  func require(_ key: String) throws(LogitManifestError) -> Node {
    guard let node = values[key] else { throw .missingKey(line: line, key: key) }
    return node
  }

  func text(_ key: String) throws(LogitManifestError) -> String? {
    guard let node = values[key] else { return nil }
    guard let text = node.scalar?.string else {
      throw .badValue(line: node.mark?.line ?? line, key: key, wanted: "a plain value")
    }
    return text
  }
}
