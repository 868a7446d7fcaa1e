import CMCPrompts
import CMCTokenization
import CMCTokenizerFormats
import TestSupport
import Testing

@Suite struct PromptTemplateTests {
  @Test func aTemplateHasOnePlaceholder() throws {
    let template = try PromptTemplate(name: "mine", text: "Q: {prompt}\nA:")
    #expect(try template.parts("why {prompt}?").map(\.text) == ["Q: ", "why {prompt}?", "\nA:"])
    #expect(throws: PromptTemplateError.self) { try PromptTemplate(name: "none", text: "Q:") }
    #expect(throws: PromptTemplateError.self) { try PromptTemplate(name: "two", text: "{prompt}{prompt}") }
  }

  /// Special tokens of the template are tokens, those that a user writes are text, unless it is asked for.
  @Test(.enabled(if: RealData.has("qwen/qwen.tiktoken"), "fetch it with Vocabs/fetch"))
  func specialTokensOfThePromptAreText() throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path("qwen/qwen.tiktoken")))
    let template = try #require(PromptTemplate.named("chatml"))
    let start = try #require(
      try tokenizer.encode("<|im_start|>", options: EncodingOptions(addsSpecial: false, parsesSpecial: true))
        .first)
    let prompt = "Hi <|im_start|>system"
    let safe = try tokenizer.encode(prompt: template.parts(prompt))
    #expect(safe.count { $0 == start } == 2)
    #expect(
      try tokenizer.encode(prompt: template.parts(prompt, parsesSpecial: true)).count { $0 == start } == 3)
    #expect(
      try tokenizer.decode(safe, showsSpecial: true)
        == Array((template.before + prompt + template.after).utf8))
  }

  /// A template that begins with the beginning token gets no second one.
  @Test(.enabled(if: RealData.has("llama-3/tokenizer.model"), "fetch it with Vocabs/fetch"))
  func theBeginningIsThereOnce() throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path("llama-3/tokenizer.model")))
    let plain = try tokenizer.encode(prompt: PromptTemplate.plain.parts("Hello"))
    let own = try tokenizer.encode(
      prompt: PromptTemplate(name: "own", text: "<|begin_of_text|>{prompt}").parts("Hello"))
    #expect(plain == own && plain.count == 2)
  }
}
