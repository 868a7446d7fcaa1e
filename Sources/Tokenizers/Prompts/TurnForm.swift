internal import CMCChatTemplates
package import CMCTokenization

/// How a template with a name writes more than one question; what it has no form for is refused.
struct TurnForm: Sendable, Equatable {
  /// What stands around the text of the system before the first question.
  var system: (before: String, after: String)?
  /// Whether that stands within the first question.
  var isSystemInside = false
  /// What ends an answer of before, and what is between it and the next question.
  var answer: (end: String, between: String)?
  /// The text before a question with an input, and the text between the two.
  var input: (before: String, between: String)?

  static func == (a: TurnForm, b: TurnForm) -> Bool {
    a.system ?? ("", "") == b.system ?? ("", "") && a.answer ?? ("", "") == b.answer ?? ("", "")
      && a.input ?? ("", "") == b.input ?? ("", "") && a.isSystemInside == b.isSystemInside
  }
}

/// What is stated for a template beside the messages.
public struct PromptSetting: Sendable, Equatable {
  /// What the system says where a conversation has no message of its own for that.
  public var system: String?
  /// Variables of a model's own template, such as `enable_thinking`, as they are written: `true`, a number, JSON or a text.
  public var variables: [String: String]
  /// The day that a template writes, `YYYY-MM-DD`; today where nil.
  public var day: String?

  /// Whether a text is a day, `YYYY-MM-DD`.
  public static func isDay(_ text: String) -> Bool { TemplateDay(text) != nil }

  /// Nothing, and today.
  public init(system: String? = nil, variables: [String: String] = [:], day: String? = nil) {
    self.system = system
    self.variables = variables
    self.day = day
  }
}

/// A part of a conversation that is learnt from: all up to an answer, and the answer.
package struct LearntTurn: Sendable, Equatable {
  /// What comes before the answer, from the end of the answer before it on.
  package var parts: [PromptPart]
  /// The answer, without what ends it.
  package var answer: String
}
