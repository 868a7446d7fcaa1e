import CMCFastJSON
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// A `tokenizer.json`, `vocab.txt` or `tokenizer.model` with files beside it that add to it or disagree, against what
/// transformers makes of the folder (`Tests/Scripts/generate_folder_goldens.py`).
@Suite struct FolderGoldenTests {
  private static let cases: [JSONValue] = {
    let path = RealData.checkout + "/Tests/Tokenizers/TokenizationTests/Golden/folders.json"
    return (try? JSONDocument(readFile(path)))?.root["cases"]?.elements ?? []
  }()

  static let names = cases.compactMap { $0["name"]?.string }

  @Test func theFileIsThere() { #expect(Self.names.count >= 50) }

  @Test(arguments: names)
  func transformersGivesTheSame(name: String) throws {
    let entry = try #require(Self.cases.first { $0["name"]?.string == name })
    let folder = try TemporaryFolder()
    for (file, content) in try entry.require("files").members {
      if let text = content.string {
        try folder.write(file, text)
        continue
      }
      if let bytes = content["base64"]?.stringBytes {
        try folder.write(file, bytes: try #require(Base64.decode(bytes)))
        continue
      }
      var writer = JSONWriter(.compact)
      writer.copy(content)
      try AtomicFile.write(writer.bytes, to: folder.path + "/" + file)
    }
    try GoldenAnswers.compare(entry, try Tokenizer(try TokenizerLoader.load(folder.path)))
  }

  /// A class that makes other ids of a SentencePiece model is refused by its name, not read as the plain model.
  @Test(arguments: [
    #"{"tokenizer_class":"T5Tokenizer"}"#, #"{"tokenizer_class":"XLMRobertaTokenizerFast"}"#,
    #"{"tokenizer_class":"CamembertTokenizer"}"#, #"{"tokenizer_class":"BartphoTokenizer"}"#,
    // It adds tokens that this model does not have.
    #"{"tokenizer_class":"CodeLlamaTokenizer"}"#, #"{"tokenizer_class":"GemmaTokenizer"}"#,
  ])
  func aClassThatIsNotCarriedOutIsRefused(configuration: String) throws {
    let folder = try Self.modelFolder()
    try folder.write("tokenizer_config.json", configuration)
    let error = #expect(throws: FileError.self) { try TokenizerLoader.load(folder.path) }
    #expect(error?.description.contains("tokenizer_config.json: tokenizer_class ") == true)
  }

  @Test func aModelWithAPlainClassIsFollowedWithANote() throws {
    let folder = try Self.modelFolder()
    #expect(try TokenizerLoader.load(folder.path).notes.isEmpty)
    let text = Array("hello".utf8)
    let whole = EncodingOptions(addsSpecial: true, parsesSpecial: false)
    let plain = try Tokenizer(try TokenizerLoader.load(folder.path)).encode(text, options: whole)
    #expect(plain.first == 1)
    try folder.write(
      "tokenizer_config.json",
      #"{"tokenizer_class":"PreTrainedTokenizerFast","add_bos_token":false,"add_eos_token":true}"#)
    let description = try TokenizerLoader.load(folder.path)
    #expect(description.notes.contains { $0.contains("the model is followed here, as SentencePiece does") })
    #expect(try Tokenizer(description).encode(text, options: whole) == Array(plain.dropFirst()) + [2])
  }

  private static func modelFolder() throws -> TemporaryFolder {
    let entry = try #require(cases.first { $0["name"]?.string == "tokenizer.model: Llama" })
    let bytes = try #require(entry["files"]?["tokenizer.model"]?["base64"]?.stringBytes)
    let folder = try TemporaryFolder()
    try folder.write("tokenizer.model", bytes: try #require(Base64.decode(bytes)))
    return folder
  }
}
