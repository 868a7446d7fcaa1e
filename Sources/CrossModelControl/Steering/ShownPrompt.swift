public import CMCPrompts
internal import CMCTokenization
internal import CMCVocabulary

/// What a model reads of a prompt; only tokenizers are needed for it, and nothing is computed.
public struct ShownPrompt: Sendable, Equatable {
  /// The tokenizer's short name.
  public let model: String
  /// The template's text with the conversation in it.
  public let text: String
  /// The tokens, the beginning among them.
  public let ids: [Int32]
  /// The day that the template writes, `YYYY-MM-DD`; nil where it writes none.
  public let day: String?

  /// What each model of a configuration reads of prompts: of each the user model first, then the delta models in order.
  ///
  /// - Throws: `FileError` for a tokenizer, `PromptTemplateError` for a template that cannot take a prompt.
  public static func all(
    of prompts: [Conversation], _ configuration: SteeringConfiguration, observer: RunObserver = .silent
  ) throws -> [[ShownPrompt]] {
    var readers: [(tokenizer: Tokenizer, template: PromptTemplate)] = []
    for model in [configuration.user] + configuration.deltas.map(\.model) {
      let tokenizer = try model.loadTokenizer(observer: observer)
      let template =
        readers.isEmpty ? configuration.template : configuration.deltaTemplate ?? configuration.template
      readers.append(
        (tokenizer, try TemplateArgument.load(template, tokenizer.description, configuration.prompting)))
    }
    let parsesSpecial = configuration.specialTokens == .areParsed
    return try prompts.map { prompt in
      try readers.map { reader in
        let parts = try reader.template.parts(prompt, parsesSpecial: parsesSpecial)
        return ShownPrompt(
          model: reader.tokenizer.description.name, text: parts.map(\.text).joined(),
          ids: try reader.tokenizer.encode(prompt: parts, addsBeginning: reader.template.takesBeginning),
          day: reader.template.writtenDay)
      }
    }
  }
}
