import CMCFastJSON
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// One small tokenizer for each kind of fault that was found, against what the library gives for it
/// (`Tests/Scripts/generate_kind_goldens.py`).
@Suite struct KindGoldenTests {
  private static func golden(_ file: String) -> [JSONValue] {
    let path = RealData.checkout + "/Tests/Tokenizers/TokenizationTests/Golden/" + file
    return (try? JSONDocument(readFile(path)))?.root["cases"]?.elements ?? []
  }

  static let pipelines = golden("kinds.json").compactMap { $0["name"]?.string }
  static let ranks = golden("kinds_tiktoken.json").compactMap { $0["name"]?.string }
  static let models = golden("kinds_sentencepiece.json").compactMap { $0["name"]?.string }

  /// Kinds that are refused by name instead.
  static let refused: Set<String> = ["kept: seed 1, case 238"]

  @Test func theFilesAreThere() {
    #expect(Self.pipelines.count >= 49)
    #expect(Self.models.count >= 24)
    #expect(Self.ranks.count >= 15)
  }

  @Test(arguments: pipelines)
  func tokenizersGivesTheSame(name: String) throws {
    let entry = try #require(Self.golden("kinds.json").first { $0["name"]?.string == name })
    var writer = JSONWriter(.compact)
    writer.copy(try entry.require("tokenizer"))
    let folder = try TemporaryFolder()
    try AtomicFile.write(writer.bytes, to: folder.path + "/tokenizer.json")
    if Self.refused.contains(name) {
      #expect(throws: TokenizationError.self) { try Tokenizer(try TokenizerLoader.load(folder.path)) }
      return
    }
    let tokenizer = try Tokenizer(try TokenizerLoader.load(folder.path))
    try GoldenAnswers.compare(entry, tokenizer)
  }

  @Test(arguments: models)
  func sentencePieceGivesTheSame(name: String) throws {
    let entry = try #require(Self.golden("kinds_sentencepiece.json").first { $0["name"]?.string == name })
    let text = try #require(entry["model"]?.stringBytes)
    let model = try #require(Base64.decode(text))
    let folder = try TemporaryFolder()
    try AtomicFile.write(model, to: folder.path + "/tokenizer.model")
    if entry["refused"] != nil {
      let error = #expect(throws: FileError.self) { try TokenizerLoader.load(folder.path) }
      #expect(error?.underlying is SentencePieceError)
      return
    }
    let tokenizer = try Tokenizer(try TokenizerLoader.load(folder.path))
    let texts = try entry.require("texts").elements.compactMap(\.stringBytes)
    for (text, wanted) in zip(texts, try entry.require("encoded").elements) {
      let ids = wanted.elements.compactMap(\.int).map(Int32.init)
      let shown = Comment(rawValue: String(decoding: text, as: UTF8.self).debugDescription)
      #expect(try tokenizer.encode(text) == ids, shown)
      #expect(try tokenizer.encodeWithOffsets(text).ids == ids, shown)
    }
    try GoldenAnswers.compareDecoding(entry, "decoded", tokenizer, showsSpecial: false)
  }

  @Test(arguments: ranks)
  func tiktokenGivesTheSame(name: String) throws {
    let entry = try #require(Self.golden("kinds_tiktoken.json").first { $0["name"]?.string == name })
    let folder = try TemporaryFolder()
    try AtomicFile.write(try #require(entry["file"]?.stringBytes), to: folder.path + "/ranks.tiktoken")
    var description = try TokenizerLoader.load(folder.path + "/ranks.tiktoken")
    try description.state(splitPattern: try #require(entry["pattern"]?.string))
    let tokenizer = try Tokenizer(description)
    let texts = try entry.require("texts").elements.compactMap(\.stringBytes)
    for (text, wanted) in zip(texts, try entry.require("encoded").elements) {
      let shown = Comment(rawValue: String(decoding: text, as: UTF8.self).debugDescription)
      guard wanted.isArray else {
        // The library ends where a part has no rank.
        #expect(throws: TokenizationError.self, shown) { try tokenizer.encode(text) }
        continue
      }
      #expect(try tokenizer.encode(text) == wanted.elements.compactMap(\.int).map(Int32.init), shown)
    }
    for (list, wanted) in zip(try entry.require("ids").elements, try entry.require("decoded").elements) {
      let ids = list.elements.compactMap(\.int).map(Int32.init)
      if let bytes = wanted.elements.first?.stringBytes {
        #expect(try tokenizer.decode(ids) == Base64.decode(bytes), "\(ids)")
      } else {
        #expect(throws: TokenizationError.self, "\(ids)") { try tokenizer.decode(ids) }
      }
    }
  }
}
