import CMCChatTemplates
import CMCFastJSON
import CMCPrimitives
import CMCPrompts
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// Conversations: each message in its role, what a template has no form for refused.
@Suite struct ConversationTests {
  static let talk = Conversation([
    .init(role: "system", content: "Be brief."), .init(role: "user", content: "Name a colour."),
    .init(role: "assistant", content: "Blue."), .init(role: "user", content: "Another?"),
  ])

  /// The templates of model families, in Jinja, that the named ones stand for.
  static let jinja: [(name: String, source: String, systems: Bool)] = [
    (
      "chatml",
      "{% for m in messages %}{{ '<|im_start|>' ~ m.role ~ '\n' ~ m.content ~ '<|im_end|>\n' }}{% endfor %}"
        + "{{ '<|im_start|>assistant\n' if add_generation_prompt }}", true
    ),
    (
      "llama3",
      "{% for m in messages %}{{ '<|start_header_id|>' ~ m.role ~ '<|end_header_id|>\n\n' ~ m.content ~ '<|eot_id|>' }}"
        + "{% endfor %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' if add_generation_prompt }}",
      true
    ),
    (
      "gemma",
      "{% for m in messages %}{{ '<start_of_turn>' ~ ('model' if m.role == 'assistant' else m.role) ~ '\n' ~ m.content "
        + "~ '<end_of_turn>\n' }}{% endfor %}{{ '<start_of_turn>model\n' if add_generation_prompt }}", false
    ),
  ]

  private func text(_ parts: [PromptPart]) -> String { parts.map(\.text).joined() }

  @Test func namedTemplatesWriteWhatTheFamiliesTemplatesWrite() throws {
    for (name, source, systems) in Self.jinja {
      let template = try #require(PromptTemplate.named(name))
      let conversation = systems ? Self.talk : Conversation(Array(Self.talk.messages.dropFirst()))
      let messages = conversation.messages.map { ChatTemplate.Message(role: $0.role, content: $0.content) }
      #expect(try text(template.parts(conversation)) == ChatTemplate(source).text(messages), "\(name)")
      if systems { continue }
      let error = #expect(throws: PromptTemplateError.self) { try template.parts(Self.talk) }
      #expect(error?.description.contains("'system'") == true)
    }
    let llama = try #require(PromptTemplate.named("llama2"))
    #expect(
      try text(llama.parts(Conversation(Array(Self.talk.messages.prefix(2)))))
        == "[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nName a colour. [/INST]")
  }

  @Test func whatATemplateHasNoFormForIsRefused() throws {
    let tool = Conversation([.init(role: "user", content: "a"), .init(role: "tool", content: "b")])
    let answered = Conversation([.init(role: "user", content: "a"), .init(role: "assistant", content: "b")])
    for name in ["plain", "alpaca", "chatml"] {
      let template = try #require(PromptTemplate.named(name))
      for conversation in [tool, answered, Conversation([])] {
        #expect(throws: PromptTemplateError.self) { try template.parts(conversation) }
      }
    }
    for name in ["plain", "alpaca", "llama2"] {
      let template = try #require(PromptTemplate.named(name))
      #expect(throws: PromptTemplateError.self) { try template.parts(Self.talk) }
    }
  }

  @Test func alpacaHasItsOwnFormForAnInput() throws {
    let conversation = Conversation([.init(role: "user", content: "Sort.", input: "b a")])
    let alpaca = try #require(PromptTemplate.named("alpaca"))
    #expect(
      try text(alpaca.parts(conversation))
        == "Below is an instruction that describes a task, paired with an input that provides further context. Write a "
        + "response that appropriately completes the request.\n\n### Instruction:\nSort.\n\n### Input:\nb a\n\n### Response:\n"
    )
    #expect(try text(PromptTemplate.plain.parts(conversation)) == "Sort.\n\nb a")
  }

  @Test func theSystemIsAddedWhereThereIsNone() throws {
    let description = try OwnTemplateTests().description(nil)
    let setting = PromptSetting(system: "Be kind.")
    let template = try TemplateArgument.load("chatml", description, setting)
    #expect(
      try text(template.parts("Hi")).hasPrefix("<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi")
    )
    #expect(try text(template.parts(Self.talk)).hasPrefix("<|im_start|>system\nBe brief."))
    #expect(template.identity != PromptTemplate.named("chatml")?.identity)
    #expect(throws: PromptTemplateError.self) {
      try TemplateArgument.load("plain", description, setting).parts("Hi")
    }
    #expect(throws: PromptTemplateError.self) {
      try TemplateArgument.load("chatml", description, PromptSetting(variables: ["a": "1"]))
    }
  }

  @Test func variablesAndTheDayReachTheTemplate() throws {
    let source =
      "{{ messages[0].content }}{{ enable_thinking is false }}{{ n + 1 }}{{ strftime_now('%d %b %Y') }}"
    let description = try OwnTemplateTests().description(source)
    let setting = PromptSetting(variables: ["enable_thinking": "false", "n": "2"], day: "2026-01-31")
    let template = try TemplateArgument.load("own", description, setting)
    #expect(try text(template.parts("Hi")) == "HiTrue331 Jan 2026")
    #expect(template.writtenDay == "2026-01-31" && template.identity.contains("2026-01-31"))
    #expect(throws: PromptTemplateError.self) {
      try TemplateArgument.load("own", description, PromptSetting(variables: ["n": "2"], day: "2026-02-30"))
    }
  }

  @Test func textsOfTokensAreThoseOfTheConfiguration() throws {
    var description = try OwnTemplateTests().description(
      "{{ bos_token }}{{ messages[0].content }}[{{ eos_token }}]")
    description.templateTokens = ["bos_token": "<b>", "eos_token": nil]
    #expect(try text(PromptTemplate(own: description).parts("Hi")) == "<b>Hi[]")
  }

  /// What the answers are learnt from is the template's text of the whole, up to the last answer's end.
  @Test func learntTurnsAreTheWhole() throws {
    let end = "<|im_end|>"
    let (_, source, _) = Self.jinja[0]
    let own = try PromptTemplate(own: try OwnTemplateTests().description(source))
    let conversation = Conversation(Self.talk.messages + [.init(role: "assistant", content: "Red.")])
    for template in [own, try #require(PromptTemplate.named("chatml"))] {
      let turns = try template.learntTurns(conversation, end: end)
      #expect(turns.map(\.answer) == ["Blue.", "Red."])
      let whole = turns.map { text($0.parts) + $0.answer + end }.joined()
      let messages = conversation.messages.map { ChatTemplate.Message(role: $0.role, content: $0.content) }
      #expect(try whole + "\n" == ChatTemplate(source).text(messages, addsGenerationPrompt: false))
    }
    #expect(throws: PromptTemplateError.self) { try PromptTemplate.plain.learntTurns(conversation, end: nil) }
  }

  /// With a real model's own template: transformers' text, and the beginning once.
  @Test(
    .enabled(if: RealData.has("gguf/ggml-vocab-qwen2.gguf"), "fetch it with Vocabs/fetch"),
    arguments: [
      "smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf", "gguf/ggml-vocab-qwen2.gguf",
      "gguf/ggml-vocab-phi-3.gguf",
      "gguf/ggml-vocab-command-r.gguf", "gguf/ggml-vocab-gemma-4.gguf", "gguf/ggml-vocab-qwen35.gguf",
    ])
  func realTemplatesTakeConversations(path: String) throws {
    let golden = try JSONDocument(
      try readFile(RealData.checkout + "/Tests/Tokenizers/ChatTemplatesTests/Golden/templates.json")
    ).root
    let entry = try #require(golden.require("real").elements.first { $0["path"]?.string == path })
    var description = try TokenizerLoader.load(RealData.path(path))
    for token in try golden.require("tokens").members {
      description.templateTokens[token.key] = token.value.string
    }
    let template = try PromptTemplate(own: description, PromptSetting(day: "2026-11-28"))
    for outcome in try entry.require("cases").elements where outcome["variables"] == nil {
      guard outcome["generation"]?.bool == true else { continue }
      let conversation = Conversation(
        try outcome.require("messages").elements.map {
          .init(
            role: $0["role"]?.string ?? "", content: $0["content"]?.string ?? "", name: $0["name"]?.string)
        })
      if let wanted = outcome["text"]?.string {
        #expect(try Array(text(template.parts(conversation)).utf8) == Array(wanted.utf8))
      } else {
        #expect(throws: PromptTemplateError.self) { try template.parts(conversation) }
      }
    }
  }
}
