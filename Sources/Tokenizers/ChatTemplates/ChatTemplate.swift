/// A model's own template of a conversation: a subset of Jinja, as transformers sets it up for such templates.
///
/// The subset: text, `{{ }}`, `{# #}`, control of white space (`-`, `+`, with `trim_blocks` and `lstrip_blocks`);
/// the tags `if`, `for` (with `if`, `else`, several names, `loop`, `break`, `continue`), `set` (names, members of a
/// namespace, blocks), `macro` with positional and named arguments, `generation`; all operators, comparisons in chains,
/// `in`, `is`, conditional expressions, items, slices, members, lists, dictionaries; the filters and tests named in
/// ``filters`` and ``tests``; Python's methods of texts and dictionaries named in ``methods``; `namespace`, `range`,
/// `dict`, `raise_exception`. Not in it: `include`, `import`, `extends`, `call`, `filter` and `raw` blocks, recursive
/// loops, call arguments with `*`, and `strftime_now`, which would make a prompt depend on the day. What a template
/// uses beyond that is an error that names it, where it is reached.
///
/// Source: the documentation of Jinja 3.1 and of transformers' chat templates; the tests compare with both.
package struct ChatTemplate: Sendable, Equatable {
  /// A turn of a conversation.
  package struct Message: Sendable, Equatable {
    /// `user`, `assistant` or `system`.
    package var role: String
    /// What was said.
    package var content: String

    /// A turn.
    package init(role: String, content: String) {
      self.role = role
      self.content = content
    }
  }

  /// The filters of the subset.
  package static let filters = TemplateFilter.allCases.map(\.rawValue)
  /// The tests of the subset.
  package static let tests = TemplateTest.allCases.map(\.rawValue)
  /// The methods of the subset.
  package static let methods = TemplateMethod.allCases.map(\.rawValue)

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
  /// - Throws: ``ChatTemplateError``, for a template that loops too long or writes too much too.
  package func text(
    _ messages: [Message], addsGenerationPrompt: Bool = true, tokens: [String: String] = [:]
  ) throws(ChatTemplateError) -> String {
    let turns = messages.map { message in
      var members = TemplateDictionary()
      members["role"] = .string(message.role)
      members["content"] = .string(message.content)
      return TemplateValue.dictionary(members)
    }
    var globals: [String: TemplateValue] = [
      "messages": .list(turns), "add_generation_prompt": .boolean(addsGenerationPrompt), "tools": .none,
      "documents": .none,
    ]
    for function in TemplateFunction.allCases { globals[function.rawValue] = .function(function) }
    for (name, text) in tokens { globals[name] = .string(text) }
    let interpreter = TemplateInterpreter(globals)
    return try interpreter.run(try TemplateParser.parse(source))
  }
}
