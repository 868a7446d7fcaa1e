internal import CMCChatTemplates
internal import CMCPrimitives
internal import CMCTokenization
public import CMCVocabulary

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension PromptTemplate {
  /// The template that a model brings along.
  ///
  /// - Parameters:
  ///   - description: The model's tokenizer, with its template and the texts of its special tokens.
  ///   - setting: Variables, the text of the system and the day.
  /// - Throws: ``PromptTemplateError/unusable(name:reason:)`` where it has none, or one beyond the language of
  ///   ``ChatTemplate``.
  public init(
    own description: TokenizerDescription, _ setting: PromptSetting = PromptSetting()
  ) throws(PromptTemplateError) {
    let name = "own (\(description.name))"
    guard let text = description.chatTemplate else {
      throw .unusable(name: name, reason: "the model has no template of its own")
    }
    let tokens = OwnTemplate.tokens(description)
    if let taken = OwnTemplate.givenNames.first(where: { tokens[$0] != nil }) {
      throw .unusable(
        name: name,
        reason: "a special token of its files is called '\(taken)', as what every template is given")
    }
    let own: OwnTemplate
    do {
      own = OwnTemplate(
        template: try ChatTemplate(text), tokens: tokens,
        specials: OwnTemplate.specials(description), setting: try setting.stated())
    } catch {
      throw .unusable(name: name, reason: "\(error)")
    }
    let around = try own.around(name: name)
    self.init(name: name, before: around.before, after: around.after, own: own, setting: setting)
  }
}

extension PromptSetting {
  /// Variables with their types, and the day.
  func stated() throws -> TemplateSetting {
    var stated = TemplateSetting(day: Self.today)
    if let text = day {
      guard let day = TemplateDay(text) else {
        throw ChatTemplateError.failed(line: 0, reason: "'\(text)' is no day; a day is YYYY-MM-DD")
      }
      stated.day = day
    }
    for (name, written) in variables {
      stated.variables[name] = try TemplateVariable(written: written, name: name)
    }
    return stated
  }

  /// The day where the machine is.
  private static var today: TemplateDay {
    var seconds = time(nil)
    var local = tm()
    guard localtime_r(&seconds, &local) != nil else { return .epoch }
    return TemplateDay(year: Int(local.tm_year) + 1900, month: Int(local.tm_mon) + 1, day: Int(local.tm_mday))
      ?? .epoch
  }
}

/// A model's own template, filled in with a conversation.
struct OwnTemplate: Sendable, Equatable {
  let template: ChatTemplate
  let tokens: [String: String]
  /// The texts of special tokens.
  let specials: [String]
  let setting: TemplateSetting

  /// Whether the template writes the day.
  var writesDay: Bool { template.source.contains("strftime_now") }

  /// Variables that a template is given by whoever runs it; transformers fails where a special token has such a name.
  static let givenNames = ["messages", "tools", "documents", "add_generation_prompt"]

  /// The texts of special tokens as templates call them: those that the tokenizer's configuration states, as transformers
  /// takes them, or else those of the roles.
  ///
  /// Names of a model's own, such as `image_token`, are variables too.
  static func tokens(_ description: TokenizerDescription) -> [String: String] {
    let names: [(TokenRole, String)] = [
      (.bos, "bos_token"), (.eos, "eos_token"), (.unk, "unk_token"), (.pad, "pad_token"), (.sep, "sep_token"),
      (.cls, "cls_token"), (.mask, "mask_token"),
    ]
    var result = description.templateTokens.compactMapValues(\.self)
    for (role, name) in names {
      if let stated = description.templateTokens[name] {
        result[name] = stated
      } else if let id = description.vocabulary.ids(of: role).first {
        result[name] = String(decoding: description.vocabulary.canonical[Int(id)], as: UTF8.self)
      }
    }
    return result
  }

  /// The texts that could be taken for special tokens.
  static func specials(_ description: TokenizerDescription) -> [String] {
    let vocabulary = description.vocabulary
    return (0..<Int32(vocabulary.idLimit)).compactMap { id in
      guard vocabulary.kind(id) == .special else { return nil }
      let text = String(decoding: vocabulary.canonical[Int(id)], as: UTF8.self)
      return text.isEmpty ? nil : text
    }
  }

  /// What stands before and after a prompt without anything special in it.
  func around(name: String) throws(PromptTemplateError) -> (before: String, after: String) {
    let text = try text([ChatTemplate.Message(role: "user", content: Self.word(0))], name: name)
    let parts = Self.pieces(text, between: 1)
    guard let parts, parts.places == [0] else {
      throw .unusable(name: name, reason: "it does not write the user's text just once")
    }
    return (parts.texts[0], parts.texts[1])
  }

  /// The template's parts and the messages, which the template may have stripped of blanks.
  ///
  /// Only the template's own special tokens are meant as such. So the messages must be found again in what the template
  /// makes of them, where any could hold a special token's text.
  func parts(
    _ messages: [ChatTemplate.Message], name: String, parsesSpecial: Bool
  ) throws(PromptTemplateError) -> [PromptPart] {
    let text = try text(messages, name: name)
    let isPlain = !messages.contains { message in specials.contains { message.content.contains($0) } }
    if parsesSpecial || isPlain && messages.count > 1 { return [PromptPart(text, parsesSpecial: true)] }
    if let found = try found(messages, in: text, addsGenerationPrompt: true, name: name) {
      return found.map(\.part)
    }
    if isPlain { return [PromptPart(text, parsesSpecial: true)] }
    throw .unusable(
      name: name, reason: "it changes this prompt, so special tokens in it cannot be told from its own")
  }

  /// The conversation cut at its answers, as the template writes it as a whole.
  func learntTurns(
    _ messages: [ChatTemplate.Message], end: String?, name: String
  ) throws(PromptTemplateError) -> [LearntTurn] {
    let text = try text(messages, addsGenerationPrompt: false, name: name)
    guard let found = try found(messages, in: text, addsGenerationPrompt: false, name: name) else {
      throw .unusable(name: name, reason: "it changes what was said, so the answers cannot be found in it")
    }
    var turns: [LearntTurn] = []
    var parts: [PromptPart] = []
    for piece in found {
      guard let index = piece.message, messages[index].role == "assistant" || messages[index].role == "model"
      else {
        var part = piece.part
        // What ends an answer is learnt as a token of its own.
        if piece.message == nil, !turns.isEmpty, parts.isEmpty, let end {
          let blanks = String(part.text.prefix { $0.isWhitespace && $0 != "\n" })
          if part.text.dropFirst(blanks.count).hasPrefix(end) {
            turns[turns.count - 1].answer += blanks
            part = PromptPart(String(part.text.dropFirst(blanks.count + end.count)), parsesSpecial: true)
          }
        }
        if !part.text.isEmpty { parts.append(part) }
        continue
      }
      turns.append(LearntTurn(parts: parts, answer: piece.part.text))
      parts = []
    }
    return turns
  }

  private func text(
    _ messages: [ChatTemplate.Message], addsGenerationPrompt: Bool = true, name: String
  ) throws(PromptTemplateError) -> String {
    do throws(ChatTemplateError) {
      return try template.text(
        messages, addsGenerationPrompt: addsGenerationPrompt, tokens: tokens, setting: setting)
    } catch {
      throw .unusable(name: name, reason: "\(error)")
    }
  }

  // MARK: Finding messages again

  /// A part of a text, and which message it is; nil for the template's own.
  private struct Found {
    let part: PromptPart
    let message: Int?
  }

  /// The messages in a text of the template: words that no template knows are put in their places, and found.
  private func found(
    _ messages: [ChatTemplate.Message], in text: String, addsGenerationPrompt: Bool, name: String
  ) throws(PromptTemplateError) -> [Found]? {
    var marked = messages
    for index in marked.indices { marked[index].content = Self.word(index) }
    // A template that takes these messages may refuse the words.
    guard
      let skeleton = try? self.text(marked, addsGenerationPrompt: addsGenerationPrompt, name: name),
      let pieces = Self.pieces(skeleton, between: messages.count)
    else { return nil }
    let bytes = Array(text.utf8)
    var place = 0
    var result: [Found] = []
    func take(_ text: String) -> Bool {
      let part = Array(text.utf8)
      guard bytes[place...].starts(with: part) else { return false }
      place += part.count
      return true
    }
    guard take(pieces.texts[0]) else { return nil }
    result.append(Found(part: PromptPart(pieces.texts[0], parsesSpecial: true), message: nil))
    for (index, message) in pieces.places.enumerated() {
      let start = place
      let content = messages[message].content
      var taken: String?
      for shown in [
        content, Self.stripped(content), Self.stripped(content, end: false),
        Self.stripped(content, start: false),
      ] {
        place = start
        guard take(shown), take(pieces.texts[index + 1]) else { continue }
        taken = shown
        break
      }
      guard let taken else { return nil }
      result.append(Found(part: PromptPart(taken, parsesSpecial: false), message: message))
      result.append(Found(part: PromptPart(pieces.texts[index + 1], parsesSpecial: true), message: nil))
    }
    return place == bytes.count ? result : nil
  }

  /// A word that no template has a reason to know.
  private static func word(_ index: Int) -> String { "Zxqvprompt\(index)z" }

  /// The texts between the words, and the messages that the words stand for; nil where one is there twice.
  private static func pieces(_ text: String, between count: Int) -> (texts: [String], places: [Int])? {
    let bytes = Array(text.utf8)
    var found: [(place: Int, length: Int, message: Int)] = []
    for index in 0..<count {
      let word = Array(Self.word(index).utf8)
      let ranges = bytes.ranges(of: word)
      guard ranges.count <= 1 else { return nil }
      if let range = ranges.first { found.append((range.lowerBound, word.count, index)) }
    }
    found.sort { $0.place < $1.place }
    var texts: [String] = []
    var start = 0
    for word in found {
      texts.append(String(decoding: bytes[start..<word.place], as: UTF8.self))
      start = word.place + word.length
    }
    texts.append(String(decoding: bytes[start...], as: UTF8.self))
    return (texts, found.map(\.message))
  }

  private static func stripped(_ text: String, start: Bool = true, end: Bool = true) -> String {
    var scalars = text.unicodeScalars[...]
    while start, let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while end, let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return String(scalars)
  }
}
