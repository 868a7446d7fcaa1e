import CMCFastJSON
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import TestSupport
import Testing

/// Every normaliser, pre-tokeniser, model, post-processor and decoder of the tokenizers library by itself, on texts that
/// find their corners, against what the library gives (`Tests/Scripts/generate_pipeline_goldens.py`).
@Suite struct PipelineGoldenTests {
  static let golden: JSONDocument? = try? JSONDocument(
    readFile(RealData.checkout + "/Tests/Tokenizers/TokenizationTests/Golden/pipelines.json"))
  static let names = golden?.root["cases"]?.elements.compactMap { $0["name"]?.string } ?? []

  @Test func theFileIsThere() { #expect(Self.names.count > 150) }

  @Test(arguments: names)
  func theLibraryGivesTheSame(name: String) throws {
    let root = try #require(Self.golden?.root)
    let entry = try #require(root["cases"]?.elements.first { $0["name"]?.string == name })
    let tokenizer = try Self.tokenizer(of: entry, in: root)
    let texts = try #require(root["texts"]).elements.compactMap(\.stringBytes)
    let rows = try entry.require("rows").elements
    #expect(rows.count == texts.count)
    for (text, row) in zip(texts, rows) {
      let shown = Comment(rawValue: "\(name): \(String(decoding: text, as: UTF8.self).debugDescription)")
      let ids = try row.require("ids").elements.compactMap(\.int).map(Int32.init)
      let encoding = try tokenizer.encodeWithOffsets(text)
      #expect(encoding.ids == ids, shown)
      #expect(try tokenizer.encode(text) == ids, shown)
      if let special = row["special"]?.elements.compactMap(\.int).map(Int32.init) {
        #expect(
          try tokenizer.encode(text, options: .init(addsSpecial: true, parsesSpecial: false)) == special,
          shown)
      }
      if let offsets = row["offsets"]?.elements.map({ $0.elements.compactMap(\.int) }), encoding.ids == ids {
        // A mark that a step puts in stands for no text here; the library gives it the character that follows.
        let places = zip(encoding.offsets, offsets).map { ours, theirs in
          ours.isEmpty && ours.lowerBound == theirs.first ? theirs : [ours.lowerBound, ours.upperBound]
        }
        #expect(places == offsets, shown)
      }
      if entry["parts"]?["decoder"] != nil, let decoded = row["decoded"]?.stringBytes {
        let ours = try tokenizer.decode(ids, showsSpecial: true)
        #expect(Array(String(decoding: ours, as: UTF8.self).utf8) == decoded, shown)
      }
    }
  }

  /// What is not carried out is named, not guessed.
  @Test(arguments: [
    #"{"type": "BPEDecoder", "suffix": ""}"#, #"{"type": "Later"}"#,
    #"{"type": "Replace", "pattern": {"String": ""}, "content": "b"}"#,
  ])
  func unknownDecodersAreNamed(decoder: String) throws {
    let folder = try TemporaryFolder()
    let text = """
      {"added_tokens": [], "decoder": \(decoder),
       "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "a": 1}, "unk_token": "[UNK]"}}
      """
    try AtomicFile.write(Array(text.utf8), to: folder.path + "/tokenizer.json")
    let description = try TokenizerLoader.load(folder.path)
    let error = #expect(throws: TokenizationError.self) { try Tokenizer(description) }
    let kind = try #require(decoder.split(separator: "\"").dropFirst(3).first)
    #expect(error?.description.contains("the decoder \(kind)") == true)
  }

  /// A tokenizer from the tokenizer.json that the script gave the library.
  private static func tokenizer(of entry: JSONValue, in root: JSONValue) throws -> Tokenizer {
    let model = try entry.require("model").expect("a string") { $0.string }
    var writer = JSONWriter(.compact)
    try writer.object { writer in
      writer.member("version", "1.0")
      writer.key("added_tokens")
      writer.copy(try entry.require("added"))
      for (key, value) in try entry.require("parts").members {
        writer.key(key)
        writer.copy(value)
      }
      writer.key("model")
      writer.copy(try root.require("models").require(model))
    }
    let folder = try TemporaryFolder()
    try AtomicFile.write(writer.bytes, to: folder.path + "/tokenizer.json")
    return try Tokenizer(try TokenizerLoader.load(folder.path))
  }
}
