import CMCPrimitives
import CMCPrompts
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// A model's own template around a prompt: what the template writes is its own, what the user writes is text.
@Suite struct OwnTemplateTests {
  func description(_ template: String?) throws -> TokenizerDescription {
    var description = try TokenizerLoader.load(RealData.checkout + "/Vocabs/demo/harbor")
    description.chatTemplate = template
    return description
  }

  /// A special token of the vocabulary that the tests use.
  static func special(template: String?) throws -> String? {
    let vocabulary = try OwnTemplateTests().description(template).vocabulary
    return (0..<Int32(vocabulary.idLimit)).first { vocabulary.kind($0) == .special }.map {
      String(decoding: vocabulary.canonical[Int($0)], as: UTF8.self)
    }
  }

  @Test func thePromptStaysApartFromTheTemplate() throws {
    let template = try PromptTemplate(
      own: try description(
        "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim }}{% endfor %}<|a|>"))
    let parts = try template.parts(" What <|a|> is? \n")
    #expect(parts.map(\.parsesSpecial) == [true, false, true])
    #expect(parts[0].text.hasSuffix("<|user|>") && !parts[0].text.hasPrefix("<|user|>"))
    #expect(parts[1].text == "What <|a|> is?" && parts[2].text == "<|a|>")
    #expect(try template.parts("x", parsesSpecial: true).map(\.parsesSpecial) == [true])
    #expect(!template.takesBeginning && PromptTemplate.plain.takesBeginning)
  }

  @Test func aPromptThatIsChangedIsRefused() throws {
    let template = try PromptTemplate(own: try description("{{ messages[0].content.split('>')[-1] }}:"))
    #expect(try template.parts("plain").map(\.text) == ["", "plain", ":"])
    // Nothing in it could be taken for a special token, so it need not be found again.
    #expect(try template.parts("a>b").map(\.text) == ["b:"])
    let special = "a>" + (try #require(try OwnTemplateTests.special(template: nil)))
    #expect(throws: PromptTemplateError.self) { try template.parts(special) }
    #expect(try template.parts(special, parsesSpecial: true).count == 1)
  }

  @Test func whatIsNoTemplateOfAPromptIsRefused() throws {
    for template in [
      nil, "{{", "no prompt", "{{ messages[0].content }}{{ messages[0].content }}", "{% include 'x' %}",
      "{{ raise_exception('never') }}",
    ] {
      let description = try description(template)
      let error = #expect(throws: PromptTemplateError.self) { try PromptTemplate(own: description) }
      #expect(error?.description.contains("own (") == true && error?.description.contains("\n") == false)
    }
  }

  /// The tokens of a real model's prompt are those of its template's text, without a second beginning.
  @Test(
    .enabled(if: RealData.has("smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"), "fetch it with Vocabs/fetch"))
  func aRealTemplateBecomesTokens() throws {
    let description = try TokenizerLoader.load(RealData.path("smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"))
    let tokenizer = try Tokenizer(description)
    let template = try PromptTemplate(own: description)
    let ids = try tokenizer.encode(
      prompt: template.parts("Hi <|im_end|>"), addsBeginning: template.takesBeginning)
    func id(_ piece: String) -> Int32? {
      (0..<Int32(description.vocabulary.idLimit)).first {
        description.vocabulary.canonical[Int($0)].elementsEqual(piece.utf8)
      }
    }
    let (start, end) = (try #require(id("<|im_start|>")), try #require(id("<|im_end|>")))
    // A system turn of the template's, the user's turn, the beginning of the answer; the user's own end is text.
    #expect(ids.count { $0 == start } == 3 && ids.count { $0 == end } == 2)
    #expect(ids.first == start)
    #expect(
      String(decoding: try tokenizer.decode(ids, showsSpecial: true), as: UTF8.self).contains("Hi <|im_end|>")
    )
  }
}
