import CMCFastJSON
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// A `tokenizer.json`, `vocab.txt`, `vocab.json` with `merges.txt` or `tokenizer.model` with files beside it that add to it or disagree, against what
/// transformers makes of the folder (`Tests/Scripts/generate_folder_goldens.py`).
@Suite struct FolderGoldenTests {
  private static let cases: [JSONValue] = {
    let path = RealData.checkout + "/Tests/Tokenizers/TokenizationTests/Golden/folders.json"
    return (try? JSONDocument(readFile(path)))?.root["cases"]?.elements ?? []
  }()

  static let names = cases.compactMap { $0["name"]?.string }

  @Test func theFileIsThere() { #expect(Self.names.count >= 130) }

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

  /// So is one that makes other ids of a `vocab.txt`, or of a `vocab.json` with its `merges.txt`, or cannot read them.
  @Test(arguments: [
    ("vocab.txt", "tokenizer_config.json", #"{"tokenizer_class":"BertJapaneseTokenizer"}"#),
    ("vocab.txt", "tokenizer_config.json", #"{"tokenizer_class":"SplinterTokenizer"}"#),
    ("vocab.txt", "tokenizer_config.json", #"{"tokenizer_class":"GPT2Tokenizer"}"#),
    ("vocab.txt", "tokenizer_config.json", #"{"tokenizer_class":"PreTrainedTokenizerFast"}"#),
    ("vocab.txt", "config.json", #"{"model_type":"roc_bert"}"#),
    ("vocab.json", "tokenizer_config.json", #"{"tokenizer_class":"CLIPTokenizer"}"#),
    ("vocab.json", "tokenizer_config.json", #"{"tokenizer_class":"OpenAIGPTTokenizerFast"}"#),
    ("vocab.json", "tokenizer_config.json", #"{"tokenizer_class":"LlamaTokenizer"}"#),
    ("vocab.json", "tokenizer_config.json", #"{"tokenizer_class":"NoSuchTokenizer"}"#),
    // The class fails with it.
    ("vocab.json", "tokenizer_config.json", #"{"tokenizer_class":"GPT2Tokenizer","add_prefix_space":null}"#),
    ("vocab.json", "config.json", #"{"model_type":"whisper"}"#),
  ])
  func aClassThatIsNotCarriedOutOverPlainFilesIsRefused(file: String, beside: String, text: String) throws {
    let folder = try Self.plainFolder(file)
    try folder.write(beside, text)
    let error = #expect(throws: FileError.self) { try TokenizerLoader.load(folder.path) }
    #expect(error?.description.contains("\(beside): ") == true)
    #expect(error?.hint != nil)
  }

  @Test(arguments: ["vocab.txt", "vocab.json"])
  func plainFilesWithoutAClassAreReadByTheRulesOfTheirFormat(file: String) throws {
    let folder = try Self.plainFolder(file)
    let bare = try TokenizerLoader.load(folder.path)
    try folder.write("config.json", #"{"model_type":"no-such-type"}"#)
    let typed = try TokenizerLoader.load(folder.path)
    #expect(typed.notes.count == bare.notes.count + 1)
    #expect(typed.notes.contains { $0.contains("model_type no-such-type has no class") })
    #expect(typed.normalizers == bare.normalizers && typed.addedTokens == bare.addedTokens)
  }

  @Test func theCaseOfWordsTellsWhereNoClassDoes() throws {
    let folder = try Self.plainFolder("vocab.txt")
    #expect(try TokenizerLoader.load(folder.path).notes.contains { $0.contains("text is lower-cased") })
    try folder.write("vocab.txt", "[UNK]\nThe\n")
    #expect(try TokenizerLoader.load(folder.path).notes.contains { $0.contains("text keeps its case") })
    try folder.write("tokenizer_config.json", #"{"do_lower_case":true}"#)
    #expect(try TokenizerLoader.load(folder.path).notes.isEmpty)
  }

  @Test func textWithoutATokenIsAnErrorWhereTheUnknownTokenIsMissing() throws {
    let folder = try TemporaryFolder()
    try folder.write("vocab.txt", "the\n[CLS]\n[SEP]\n")
    let tokenizer = try Tokenizer(try TokenizerLoader.load(folder.path))
    #expect(try tokenizer.encode("the") == [0])
    let error = #expect(throws: TokenizationError.self) { try tokenizer.encode("the dog") }
    #expect(error?.description.contains("\"[UNK]\" is no line of vocab.txt") == true)
  }

  @Test func wordsWithBlanksAreReadWhereAMarkIsALine() throws {
    let folder = try TemporaryFolder()
    try folder.write("vocab.txt", "[UNK]\nin side\n lead\nthe \nt\tab\n")
    let description = try TokenizerLoader.load(folder.path)
    #expect(description.format == .wordPieceText)
    #expect(
      (1...4).map { Array(description.vocabulary.pieces[$0]) }
        == ["in side", " lead", "the", "t\tab"].map { Array($0.utf8) })
    try folder.write("vocab.txt", "in side\n lead\nthe \n")
    #expect(throws: FileError.self) { try TokenizerLoader.load(folder.path) }
  }

  private static func plainFolder(_ file: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    if file == "vocab.txt" {
      try folder.write(file, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n")
    } else {
      try folder.write(file, #"{"<|endoftext|>":0,"a":1,"b":2,"ab":3}"#)
      try folder.write("merges.txt", "#version: 0.2\na b\n")
    }
    return folder
  }

  @Test func aModelWithAPlainClassIsFollowedWithANote() throws {
    let folder = try Self.modelFolder()
    #expect(try TokenizerLoader.load(folder.path).notes.isEmpty)
    for type in ["llama", "mistral"] {
      try folder.write("config.json", #"{"model_type":"\#(type)"}"#)
      #expect(
        try TokenizerLoader.load(folder.path).notes.contains {
          $0.contains("the model is followed here, as SentencePiece does")
        })
    }
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

  /// SentencePiece knows nothing of what files beside its model call special: text still becomes such a piece.
  @Test func aPieceThatIsMarkedStaysOneOfTheModel() throws {
    let folder = try Self.modelFolder()
    let literal = EncodingOptions(addsSpecial: false, parsesSpecial: false)
    let texts = ["hello the hex", "he", "there \u{e3}", "art, he-he"]
    let plain = try Tokenizer(try TokenizerLoader.load(folder.path))
    let wanted = try texts.map { try plain.encode($0, options: literal) }
    let flags = #""lstrip":false,"rstrip":false,"normalized":false,"single_word":true,"special":true"#
    for configuration in [
      #"{"added_tokens_decoder":{"268":{"content":"he",\#(flags)}}}"#,
      #"{"eos_token":"he","additional_special_tokens":["re","<0xC3>","\u2581t"]}"#,
    ] {
      try folder.write("tokenizer_config.json", configuration)
      let tokenizer = try Tokenizer(try TokenizerLoader.load(folder.path))
      #expect(try texts.map { try tokenizer.encode($0, options: literal) } == wanted)
    }
  }

  private static func modelFolder() throws -> TemporaryFolder {
    let entry = try #require(cases.first { $0["name"]?.string == "tokenizer.model: Llama" })
    let bytes = try #require(entry["files"]?["tokenizer.model"]?["base64"]?.stringBytes)
    let folder = try TemporaryFolder()
    try folder.write("tokenizer.model", bytes: try #require(Base64.decode(bytes)))
    return folder
  }
}
