internal import CMCChatTemplates
public import CMCTokenization

/// What is put around a user's prompt before a model reads it.
public struct PromptTemplate: Sendable, Equatable {
  /// What stands for the prompt in a template.
  public static let placeholder = "{prompt}"

  /// The template's name, or the file it came from.
  public let name: String
  /// The text before the prompt.
  public let before: String
  /// The text after it.
  public let after: String
  /// What marks the end of an answer, beside the model's own end tokens.
  public let stops: [String]
  /// The model's own template, where the prompt goes through it; the texts around it are those of a short prompt then.
  let own: OwnTemplate?

  /// What makes two templates the same.
  public var identity: [String] { [before, after, own?.template.source ?? ""] }

  /// Whether the tokenizer puts its beginning before it; a model's own template writes all tokens that are wanted.
  public var takesBeginning: Bool { own == nil }

  /// A template from text with one ``placeholder``.
  ///
  /// - Throws: ``PromptTemplateError/unusable(name:reason:)``.
  public init(name: String, text: String, stops: [String] = []) throws(PromptTemplateError) {
    let parts = Self.split(text)
    guard parts.count == 2 else {
      throw .unusable(
        name: name, reason: "it must have \(Self.placeholder) once, and has it \(parts.count - 1) times")
    }
    self.init(name: name, before: parts[0], after: parts[1], stops: stops)
  }

  init(name: String, before: String, after: String, stops: [String] = [], own: OwnTemplate? = nil) {
    self.name = name
    self.before = before
    self.after = after
    self.stops = stops
    self.own = own
  }

  /// The template with a prompt in it.
  ///
  /// - Parameter parsesSpecial: Whether special tokens written out in the prompt are meant as such; those of the template
  ///   always are.
  /// - Throws: ``PromptTemplateError/unusable(name:reason:)`` where a model's own template cannot take the prompt.
  public func parts(
    _ prompt: String, parsesSpecial: Bool = false
  ) throws(PromptTemplateError) -> [PromptPart] {
    if let own { return try own.parts(prompt, name: name, parsesSpecial: parsesSpecial) }
    return [
      PromptPart(before, parsesSpecial: true), PromptPart(prompt, parsesSpecial: parsesSpecial),
      PromptPart(after, parsesSpecial: true),
    ]
  }

  private static func split(_ text: String) -> [String] {
    var parts: [String] = []
    var rest = text[...]
    while let range = rest.firstRange(of: placeholder) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }

  /// The prompt alone.
  public static let plain = PromptTemplate(name: "plain", before: "", after: "")

  /// The templates that have names.
  public static let named: [PromptTemplate] = [
    plain,
    PromptTemplate(
      name: "open-instruct", before: "<|user|>\n", after: "\n<|assistant|>\n", stops: ["\n<|user|>"]),
    PromptTemplate(
      name: "chatml", before: "<|im_start|>user\n", after: "<|im_end|>\n<|im_start|>assistant\n",
      stops: ["<|im_end|>"]),
    PromptTemplate(name: "llama2", before: "[INST] ", after: " [/INST]"),
    PromptTemplate(
      name: "alpaca",
      before:
        "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n"
        + "### Instruction:\n", after: "\n\n### Response:\n", stops: ["\n### Instruction:"]),
    PromptTemplate(
      name: "gemma", before: "<start_of_turn>user\n", after: "<end_of_turn>\n<start_of_turn>model\n",
      stops: ["<end_of_turn>"]),
    PromptTemplate(
      name: "llama3", before: "<|start_header_id|>user<|end_header_id|>\n\n",
      after: "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n", stops: ["<|eot_id|>"]),
  ]

  /// The template of a name.
  public static func named(_ name: String) -> PromptTemplate? { named.first { $0.name == name } }
}
