internal import CMCChatTemplates
internal import CMCPrimitives
internal import CMCTokenization
public import CMCVocabulary

extension PromptTemplate {
  /// The template that a model brings along, for one question of a user.
  ///
  /// - Parameter description: The model's tokenizer, with its template and the texts of its special tokens.
  /// - Throws: ``PromptTemplateError/unusable(name:reason:)`` where it has none, or one beyond the subset of ``ChatTemplate``.
  public init(own description: TokenizerDescription) throws(PromptTemplateError) {
    let name = "own (\(description.name))"
    guard let text = description.chatTemplate else {
      throw .unusable(name: name, reason: "the model has no template of its own")
    }
    let own: OwnTemplate
    do throws(ChatTemplateError) {
      own = OwnTemplate(template: try ChatTemplate(text), tokens: OwnTemplate.tokens(description.vocabulary))
    } catch {
      throw .unusable(name: name, reason: "\(error)")
    }
    let around = try own.around(name: name)
    self.init(name: name, before: around.before, after: around.after, own: own)
  }
}

/// A model's own template, filled in with a single question.
struct OwnTemplate: Sendable, Equatable {
  let template: ChatTemplate
  let tokens: [String: String]

  /// The texts of special tokens as templates call them.
  static func tokens(_ vocabulary: Vocabulary) -> [String: String] {
    let names: [(TokenRole, String)] = [
      (.bos, "bos_token"), (.eos, "eos_token"), (.unk, "unk_token"), (.pad, "pad_token"), (.sep, "sep_token"),
      (.cls, "cls_token"), (.mask, "mask_token"),
    ]
    var result: [String: String] = [:]
    for (role, name) in names {
      guard let id = vocabulary.ids(of: role).first else { continue }
      result[name] = String(decoding: vocabulary.canonical[Int(id)], as: UTF8.self)
    }
    return result
  }

  /// What stands before and after a prompt without anything special in it.
  func around(name: String) throws(PromptTemplateError) -> (before: String, after: String) {
    // A word that no template has a reason to know.
    let word = "Zxqvprompt"
    let text = try self.text(word, name: name)
    guard let parts = Self.split(text, around: word, at: nil) else {
      throw .unusable(name: name, reason: "it does not write the user's text just once")
    }
    return parts
  }

  /// The parts around a prompt and the prompt, which the template may have stripped of blanks.
  ///
  /// Only the template's own special tokens are meant as such. So the prompt must be found again in what the template
  /// makes of it; a template that changes it otherwise is refused, unless special tokens of the prompt count too.
  func parts(_ prompt: String, name: String, parsesSpecial: Bool) throws(PromptTemplateError) -> [PromptPart]
  {
    let text = try self.text(prompt, name: name)
    if parsesSpecial { return [PromptPart(text, parsesSpecial: true)] }
    let around = try self.around(name: name)
    for shown in [prompt, Self.stripped(prompt)] {
      guard let parts = Self.split(text, around: shown, at: around.before.utf8.count) else { continue }
      return [
        PromptPart(parts.before, parsesSpecial: true), PromptPart(shown, parsesSpecial: false),
        PromptPart(parts.after, parsesSpecial: true),
      ]
    }
    throw .unusable(
      name: name, reason: "it changes this prompt, so special tokens in it cannot be told from its own")
  }

  private func text(_ prompt: String, name: String) throws(PromptTemplateError) -> String {
    do throws(ChatTemplateError) {
      return try template.text([ChatTemplate.Message(role: "user", content: prompt)], tokens: tokens)
    } catch {
      throw .unusable(name: name, reason: "\(error)")
    }
  }

  /// What is before and after a word that is in a text just once, or at a place of it.
  private static func split(_ text: String, around word: String, at place: Int?) -> (
    before: String, after: String
  )? {
    let (bytes, part) = (Array(text.utf8), Array(word.utf8))
    let start: Int
    if let place {
      guard bytes.count >= place + part.count, bytes[place...].starts(with: part) else { return nil }
      start = place
    } else {
      let ranges = bytes.ranges(of: part)
      guard ranges.count == 1 else { return nil }
      start = ranges[0].lowerBound
    }
    return (
      String(decoding: bytes[..<start], as: UTF8.self),
      String(decoding: bytes[(start + part.count)...], as: UTF8.self)
    )
  }

  private static func stripped(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
