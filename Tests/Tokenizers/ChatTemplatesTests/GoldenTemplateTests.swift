import CMCChatTemplates
import CMCFastJSON
import CMCHashing
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import Foundation
import TestSupport
import Testing

/// Templates against what transformers made of them: Tests/Scripts/generate_chat_templates.py.
@Suite struct GoldenTemplateTests {
  /// A conversation, and what came of it: a text, or none where the template refused it.
  struct Outcome {
    let messages: [ChatTemplate.Message]
    let addsGenerationPrompt: Bool
    let variables: [String: TemplateVariable]
    let text: String?
    let error: String?

    init(_ value: JSONValue) throws {
      messages = try value.require("messages").elements.map {
        ChatTemplate.Message(
          role: $0["role"]?.string ?? "", content: $0["content"]?.string ?? "", name: $0["name"]?.string)
      }
      variables = Dictionary(
        uniqueKeysWithValues: try (value["variables"]?.members ?? []).map {
          ($0.key, try TemplateVariable(json: $0.value))
        })
      addsGenerationPrompt = value["generation"]?.bool ?? false
      text = value["text"]?.string
      error = value["error"]?.string
    }
  }

  static func golden() throws -> JSONDocument {
    try JSONDocument(try readFile((Bundle.module.resourcePath ?? "") + "/Golden/templates.json"))
  }

  private func check(_ source: String, _ entry: JSONValue, tokens: [String: String]) throws -> Int {
    let outcomes = try entry.require("cases").elements.map(Outcome.init)
    for outcome in outcomes {
      let day = try #require(TemplateDay("2026-11-28"))
      do throws(ChatTemplateError) {
        let text = try ChatTemplate(source).text(
          outcome.messages, addsGenerationPrompt: outcome.addsGenerationPrompt, tokens: tokens,
          setting: TemplateSetting(variables: outcome.variables, day: day))
        let isEqual = outcome.text.map { Array($0.utf8) } == Array(text.utf8)
        #expect(isEqual, "\(text) in place of \(outcome.text ?? outcome.error ?? "nothing")")
      } catch {
        guard let wanted = outcome.error else { throw error }
        // What a template raises is its own text; other words are each program's.
        if case .raised(let message) = error { #expect(message == wanted) }
      }
    }
    return outcomes.count
  }

  private func tokens(_ root: JSONValue) throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try root.require("tokens").members.map { ($0.key, $0.value.string ?? "") })
  }

  @Test func ownTemplatesAreThoseOfTransformers() throws {
    let root = try Self.golden().root
    let tokens = try tokens(root)
    let entries = try root.require("own").elements
    #expect(entries.count > 30)
    for entry in entries {
      let name = entry["name"]?.string ?? ""
      let source = try #require(entry["template"]?.string)
      do {
        #expect(try check(source, entry, tokens: tokens) == 6)
      } catch { Issue.record(error, "\(name)") }
    }
  }

  @Test(
    .enabled(if: RealData.has("smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"), "fetch it with Vocabs/fetch"))
  func realTemplatesAreThoseOfTransformers() throws {
    let root = try Self.golden().root
    let tokens = try tokens(root)
    for entry in try root.require("real").elements {
      let path = try #require(entry["path"]?.string)
      let description = try TokenizerLoader.load(
        RealData.path(path.replacing("tokenizer_config.json", with: "")))
      let source = try #require(description.chatTemplate, "\(path)")
      try #require(SHA256Digest(hashing: Array(source.utf8)).hex == entry["sha256"]?.string)
      do {
        #expect(try check(source, entry, tokens: tokens) == 6)
      } catch { Issue.record(error, "\(path)") }
    }
  }
}
