/// A model's own template of a conversation: Jinja's language, as transformers sets it up for such templates.
///
/// All of Jinja's tags but those that read other files (`include`, `import`, `extends`, `block`) and `autoescape`; all
/// operators, filters, tests, functions and Python's methods that ``TemplateLanguage`` lists as carried out, with all
/// their arguments. What a template uses beyond that is an error that names it, where it is reached.
///
/// Source: the documentation of Jinja 3.1 and of transformers' chat templates; the tests compare with both, and
/// `Tests/Scripts/property_templates.py` with thousands of random templates.
package struct ChatTemplate: Sendable, Equatable {
  /// A turn of a conversation.
  package struct Message: Sendable, Equatable {
    /// `user`, `assistant` or `system`; a template may know others.
    package var role: String
    /// What was said.
    package var content: String
    /// Who said it, for templates that write names.
    package var name: String?

    /// A turn.
    package init(role: String, content: String, name: String? = nil) {
      self.role = role
      self.content = content
      self.name = name
    }

    /// The turn as a template sees it.
    package var variable: TemplateVariable {
      let members = [("role", TemplateVariable.text(role)), ("content", .text(content))]
      return .object(
        (members + (name.map { [("name", .text($0))] } ?? [])).map { .init(name: $0, value: $1) })
    }
  }

  /// The template as it is written.
  package let source: String

  /// Reads a template.
  ///
  /// - Throws: ``ChatTemplateError`` naming the line.
  /// - Complexity: O(text).
  package init(_ text: String) throws(ChatTemplateError) {
    _ = try TemplateParser.parse(text)
    source = text
  }

  /// The conversation as the model wants it.
  ///
  /// - Parameters:
  ///   - messages: The turns.
  ///   - addsGenerationPrompt: Whether what begins an answer is added.
  ///   - tokens: Texts of special tokens by name, such as `bos_token`.
  ///   - setting: Variables of the template beside, and the day.
  /// - Throws: ``ChatTemplateError``, for a template that works too long or writes too much too.
  package func text(
    _ messages: [Message], addsGenerationPrompt: Bool = true, tokens: [String: String] = [:],
    setting: TemplateSetting = TemplateSetting()
  ) throws(ChatTemplateError) -> String {
    var variables: [String: TemplateVariable] = [
      "messages": .list(messages.map(\.variable)), "add_generation_prompt": .boolean(addsGenerationPrompt),
      "tools": .null, "documents": .null,
    ]
    for (name, text) in tokens { variables[name] = .text(text) }
    variables.merge(setting.variables) { _, given in given }
    return try text(variables: variables, day: setting.day)
  }

  /// The template filled in with these variables alone.
  ///
  /// - Throws: ``ChatTemplateError``.
  package func text(
    variables: [String: TemplateVariable], day: TemplateDay = .epoch
  ) throws(ChatTemplateError) -> String {
    var globals: [String: TemplateValue] = [:]
    for function in TemplateFunction.allCases { globals[function.rawValue] = .function(function) }
    for (name, variable) in variables { globals[name] = variable.value }
    let interpreter = TemplateInterpreter(globals, day: day)
    return try interpreter.run(try TemplateParser.parse(source))
  }
}
