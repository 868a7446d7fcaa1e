internal import CMCPrimitives
package import CMCVocabulary

/// A template as people name it: one of ``PromptTemplate/named``, `own` for the model's, or a file with `{prompt}` in it.
package enum TemplateArgument {
  /// The names, for messages.
  package static let names = PromptTemplate.named.map(\.name).joined(separator: ", ")

  /// The template of an argument for a model.
  ///
  /// - Throws: ``PromptTemplateError``, or `FileError` for a file that cannot be read.
  package static func load(_ argument: String, _ model: TokenizerDescription) throws -> PromptTemplate {
    if argument == "own" { return try PromptTemplate(own: model) }
    if let template = PromptTemplate.named(argument) { return template }
    guard fileExists(argument) else {
      throw PromptTemplateError.unusable(name: argument, reason: "no file, and none of \(names), own")
    }
    let text = String(decoding: try readFile(argument, limit: 1 << 20), as: UTF8.self)
    return try PromptTemplate(name: argument, text: text)
  }
}
