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
  /// How it writes more than one question.
  let form: TurnForm
  /// What is stated beside.
  public private(set) var setting = PromptSetting()

  /// What makes two templates the same.
  public var identity: [String] {
    var parts = [before, after, own?.template.source ?? ""]
    if let system = setting.system { parts += ["system", system] }
    for (name, value) in setting.variables.sorted(by: { $0.key < $1.key }) { parts += [name, value] }
    if let day = writtenDay { parts.append(day) }
    return parts
  }

  /// The day that the template writes, `YYYY-MM-DD`; nil where it writes none.
  public var writtenDay: String? { own.flatMap { $0.writesDay ? $0.setting.day.iso : nil } }

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

  init(
    name: String, before: String, after: String, stops: [String] = [], form: TurnForm = TurnForm(),
    own: OwnTemplate? = nil, setting: PromptSetting = PromptSetting()
  ) {
    self.name = name
    self.before = before
    self.after = after
    self.stops = stops
    self.form = form
    self.own = own
    self.setting = setting
  }

  /// The template with a text of the system before conversations that have none.
  ///
  /// - Throws: ``PromptTemplateError/unusable(name:reason:)`` where there are variables and it has none.
  func with(_ setting: PromptSetting) throws(PromptTemplateError) -> PromptTemplate {
    if own == nil, let name = setting.variables.keys.min() {
      throw .unusable(name: self.name, reason: "it has no variables such as '\(name)'; a model's own has")
    }
    var template = self
    template.setting = setting
    return template
  }

  /// The template with a prompt in it.
  ///
  /// - Parameter parsesSpecial: Whether special tokens written out in the prompt are meant as such; those of the template
  ///   always are.
  /// - Throws: ``PromptTemplateError/unusable(name:reason:)`` where the template cannot take the prompt.
  public func parts(
    _ prompt: String, parsesSpecial: Bool = false
  ) throws(PromptTemplateError) -> [PromptPart] {
    try parts(Conversation(prompt), parsesSpecial: parsesSpecial)
  }

  /// The template with a conversation in it, and with what begins the answer.
  ///
  /// - Parameter parsesSpecial: Whether special tokens written out in messages are meant as such.
  /// - Throws: ``PromptTemplateError/unusable(name:reason:)`` where the template has no form for a role, or refuses the
  ///   conversation itself.
  public func parts(
    _ conversation: Conversation, parsesSpecial: Bool = false
  ) throws(PromptTemplateError) -> [PromptPart] {
    let messages = conversation.with(system: setting.system).messages
    if let own { return try own.parts(messages.map(\.turn), name: name, parsesSpecial: parsesSpecial) }
    var parts: [PromptPart] = []
    var system: String?
    var isAnswered = true
    for (index, message) in messages.enumerated() {
      switch message.role {
      case "system" where index == 0: system = message.text
      case "user" where isAnswered:
        parts += try question(message, system: system, parsesSpecial)
        (system, isAnswered) = (nil, false)
      case "assistant" where !isAnswered:
        guard let end = form.answer else {
          throw .unusable(name: name, reason: "it has no form for an answer and a question after it")
        }
        parts.append(PromptPart(message.text, parsesSpecial: parsesSpecial))
        parts.append(PromptPart(end.end + end.between, parsesSpecial: true))
        isAnswered = true
      default: throw noForm(message.role, index)
      }
    }
    if isAnswered {
      throw .unusable(name: name, reason: "the conversation does not end with a question of a user")
    }
    return parts
  }

  private func noForm(_ role: String, _ index: Int) -> PromptTemplateError {
    .unusable(name: name, reason: "it has no form for message \(index + 1), of role '\(role)', at this place")
  }

  /// A question with what is around it.
  private func question(
    _ message: Conversation.Message, system: String?, _ parsesSpecial: Bool
  ) throws(PromptTemplateError) -> [PromptPart] {
    var parts: [PromptPart] = []
    var before = before
    var content = [PromptPart(message.text, parsesSpecial: parsesSpecial)]
    if !message.input.isEmpty, let input = form.input {
      before = input.before
      content = [
        PromptPart(message.content, parsesSpecial: parsesSpecial),
        PromptPart(input.between, parsesSpecial: true),
        PromptPart(message.input, parsesSpecial: parsesSpecial),
      ]
    }
    if let system {
      guard let around = form.system else {
        throw .unusable(name: name, reason: "it has no form for a message of role 'system'")
      }
      if form.isSystemInside { parts.append(PromptPart(before, parsesSpecial: true)) }
      parts.append(PromptPart(around.before, parsesSpecial: true))
      parts.append(PromptPart(system, parsesSpecial: parsesSpecial))
      before = around.after + (form.isSystemInside ? "" : before)
    }
    return parts + [PromptPart(before, parsesSpecial: true)] + content + [
      PromptPart(after, parsesSpecial: true)
    ]
  }

  /// A conversation of which the answers are learnt.
  ///
  /// - Parameter end: The text of the token that is learnt behind each answer; nil where there is none.
  /// - Throws: ``PromptTemplateError/unusable(name:reason:)``.
  package func learntTurns(
    _ conversation: Conversation, end: String?
  ) throws(PromptTemplateError) -> [LearntTurn] {
    let messages = conversation.with(system: setting.system).messages
    if let own { return try own.learntTurns(messages.map(\.turn), end: end, name: name) }
    var turns: [LearntTurn] = []
    var system: String?
    var asked: [PromptPart]?
    for (index, message) in messages.enumerated() {
      switch message.role {
      case "system" where index == 0: system = message.text
      case "user" where asked == nil:
        asked = try question(message, system: system, false)
        system = nil
        if !turns.isEmpty, let between = form.answer?.between, !between.isEmpty {
          asked = [PromptPart(between, parsesSpecial: true)] + (asked ?? [])
        }
      case "assistant":
        guard let parts = asked else { throw noForm(message.role, index) }
        turns.append(LearntTurn(parts: parts, answer: message.text))
        asked = nil
      default: throw noForm(message.role, index)
      }
    }
    return turns
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
      name: "open-instruct", before: "<|user|>\n", after: "\n<|assistant|>\n", stops: ["\n<|user|>"],
      form: TurnForm(system: ("<|system|>\n", "\n"))),
    PromptTemplate(
      name: "chatml", before: "<|im_start|>user\n", after: "<|im_end|>\n<|im_start|>assistant\n",
      stops: ["<|im_end|>"],
      form: TurnForm(system: ("<|im_start|>system\n", "<|im_end|>\n"), answer: ("<|im_end|>", "\n"))),
    PromptTemplate(
      name: "llama2", before: "[INST] ", after: " [/INST]",
      form: TurnForm(system: ("<<SYS>>\n", "\n<</SYS>>\n\n"), isSystemInside: true)),
    PromptTemplate(
      name: "alpaca",
      before:
        "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n"
        + "### Instruction:\n", after: "\n\n### Response:\n", stops: ["\n### Instruction:"],
      form: TurnForm(
        input: (
          "Below is an instruction that describes a task, paired with an input that provides further context. "
            + "Write a response that appropriately completes the request.\n\n### Instruction:\n",
          "\n\n### Input:\n"
        ))),
    PromptTemplate(
      name: "gemma", before: "<start_of_turn>user\n", after: "<end_of_turn>\n<start_of_turn>model\n",
      stops: ["<end_of_turn>"], form: TurnForm(answer: ("<end_of_turn>", "\n"))),
    PromptTemplate(
      name: "llama3", before: "<|start_header_id|>user<|end_header_id|>\n\n",
      after: "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n", stops: ["<|eot_id|>"],
      form: TurnForm(
        system: ("<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>"), answer: ("<|eot_id|>", ""))),
  ]

  /// The template of a name.
  public static func named(_ name: String) -> PromptTemplate? { named.first { $0.name == name } }
}
