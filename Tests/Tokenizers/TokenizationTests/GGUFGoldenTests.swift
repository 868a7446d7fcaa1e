import CMCFastJSON
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// GGUF files that say little or lack tokens: the ids of llama.cpp, and where it stops generation
/// (`Tests/Scripts/generate_gguf_goldens.py`).
@Suite struct GGUFGoldenTests {
  private static let golden: JSONValue? = {
    let path = RealData.checkout + "/Tests/Tokenizers/TokenizationTests/Golden/gguf.json"
    return try? JSONDocument(readFile(path)).root
  }()

  static let names = golden?["cases"]?.elements.compactMap { $0["name"]?.string } ?? []

  @Test func theFileIsThere() { #expect(Self.names.count >= 100) }

  @Test(arguments: names)
  func llamaCppGivesTheSame(name: String) throws {
    let entry = try #require(Self.golden?["cases"]?.elements.first { $0["name"]?.string == name })
    let fixture = try Self.file(entry)
    let description = try fixture.bytes.withUnsafeBytes { try GGUFTokenizerReader.read($0, name: "test") }
    let tokenizer = try Tokenizer(description)
    let inputs = try entry.require("inputs").elements.compactMap(\.stringBytes)
    #expect(!inputs.isEmpty)
    for (key, special, parsed) in [
      ("plain", false, false), ("special", true, false), ("parsed", false, true),
    ] {
      let wanted = try entry.require(key).elements
      #expect(wanted.count == inputs.count)
      let options = EncodingOptions(addsSpecial: special, parsesSpecial: parsed)
      for (text, ids) in zip(inputs, wanted) {
        let shown = Comment(rawValue: key + " " + String(decoding: text, as: UTF8.self).debugDescription)
        #expect(
          try tokenizer.encode(text, options: options) == ids.elements.compactMap(\.int).map(Int32.init),
          shown)
      }
    }
  }

  /// Offsets cover the text in order, whatever is dropped or has no token.
  @Test(
    arguments: names.filter {
      $0.hasPrefix("missing bytes") || $0.hasPrefix("unigram") || $0.hasPrefix("gemma")
    })
  func tokensKnowTheirPlaces(name: String) throws {
    let entry = try #require(Self.golden?["cases"]?.elements.first { $0["name"]?.string == name })
    let fixture = try Self.file(entry)
    let description = try fixture.bytes.withUnsafeBytes { try GGUFTokenizerReader.read($0, name: "test") }
    let tokenizer = try Tokenizer(description)
    for (text, ids) in zip(
      try entry.require("inputs").elements.compactMap(\.stringBytes), try entry.require("plain").elements)
    {
      let encoding = try tokenizer.encodeWithOffsets(text)
      #expect(encoding.ids == ids.elements.compactMap(\.int).map(Int32.init))
      #expect(encoding.offsets.allSatisfy { $0.upperBound <= text.count })
      for (one, next) in zip(encoding.offsets, encoding.offsets.dropFirst()) {
        #expect(one.upperBound <= next.lowerBound || one == next)
      }
    }
  }

  /// Where a file of GPT-2's kind names no end, llama.cpp stops at token 11, whatever it is: `gguf-default-end` of the known
  /// differences.
  @Test(arguments: names)
  func generationStopsAtTheSame(name: String) throws {
    let entry = try #require(Self.golden?["cases"]?.elements.first { $0["name"]?.string == name })
    let fixture = try Self.file(entry)
    let vocabulary = try fixture.bytes.withUnsafeBytes { try GGUFTokenizerReader.read($0, name: "test") }
      .vocabulary
    var wanted = Set(try entry.require("ends").elements.compactMap(\.int).map(Int32.init))
    let names = try entry.require("entries").members.map(\.key)
    if fixture.model == "gpt2", !names.contains("tokenizer.ggml.eos_token_id") {
      #expect(wanted.contains(11) && vocabulary.kind(11) == .text)
      wanted.remove(11)
    }
    #expect(Set(vocabulary.ids(of: .eos) + vocabulary.ids(of: .endOfTurn)) == wanted)
  }

  /// The file of a case.
  private static func file(_ entry: JSONValue) throws -> GGUFVocabularyFixture {
    let name = try #require(entry["vocabulary"]?.string)
    let vocabulary = try #require(golden?["vocabularies"]?[name])
    var fixture = GGUFVocabularyFixture(model: try #require(vocabulary["model"]?.string))
    for token in try vocabulary.require("tokens").elements {
      let parts = token.elements
      fixture.add(try #require(parts.first?.string), Int32(try #require(parts.last?.int)))
    }
    fixture.scores = vocabulary["scores"]?.elements.compactMap(\.double).map { Float($0) } ?? []
    fixture.merges = vocabulary["merges"]?.elements.compactMap(\.stringBytes)
    for (key, value) in try entry.require("entries").members {
      if let flag = value.bool {
        fixture.flags.append((key, flag))
      } else if let number = value.int {
        fixture.numbers.append((key, UInt32(number)))
      } else {
        fixture.texts.append((key, try #require(value.string)))
      }
    }
    return fixture
  }
}
