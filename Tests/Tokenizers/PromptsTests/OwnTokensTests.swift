import CMCFastJSON
import CMCPrimitives
import CMCPrompts
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// What a model's own template sees of special tokens where its files disagree, against transformers
/// (Tests/Scripts/generate_own_templates.py).
@Suite struct OwnTokensTests {
  private static let cases: [JSONValue] = {
    let path = RealData.checkout + "/Tests/Tokenizers/PromptsTests/Golden/own_tokens.json"
    return (try? JSONDocument(readFile(path)))?.root["cases"]?.elements ?? []
  }()
  static let names = cases.compactMap { $0["name"]?.string }

  @Test func theCasesAreThere() { #expect(Self.names.count >= 24) }

  @Test(arguments: names) func transformersWritesTheSame(name: String) throws {
    let entry = try #require(Self.cases.first { $0["name"]?.string == name })
    let folder = try TemporaryFolder()
    for (file, content) in try entry.require("files").members {
      if let text = content.string {
        try folder.write(file, text)
      } else {
        var writer = JSONWriter(.compact)
        writer.copy(content)
        try folder.write(file, bytes: writer.bytes)
      }
    }
    let description = try TokenizerLoader.load(folder.path)
    if entry["error"] != nil {
      #expect(throws: PromptTemplateError.self) { try PromptTemplate(own: description) }
      return
    }
    let parts = try PromptTemplate(own: description).parts("hello world")
    #expect(parts.map(\.text).joined() == entry["text"]?.string)
    if let ids = entry["ids"] {
      #expect(
        try Tokenizer(description).encode(Array("hello h world".utf8))
          == ids.elements.compactMap(\.int).map(Int32.init))
    }
  }

  @Test func aListOfWordsThatIsNotReadIsNoted() throws {
    let folder = try TemporaryFolder()
    let entry = try #require(Self.cases.first { $0["name"]?.string == "a list of words that disagrees" })
    var writer = JSONWriter(.compact)
    writer.copy(try entry.require("files").require("tokenizer.json"))
    try folder.write("tokenizer.json", bytes: writer.bytes)
    try folder.write("vocab.txt", try #require(entry["files"]?["vocab.txt"]?.string))
    let notes = try TokenizerLoader.load(folder.path).notes
    #expect(
      notes.contains {
        $0.hasPrefix("the piece of id 5: vocab.txt says \"world\", tokenizer.json says \"hello\"")
      }, "\(notes)")
    try folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\r\nworld\nh\n##e\n##x\n")
    #expect(try !TokenizerLoader.load(folder.path).notes.contains { $0.contains("vocab.txt") })
  }
}
