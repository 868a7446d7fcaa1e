import CMCFastJSON
import CMCFieldTables
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// Every field of a format's own library has a row in the format's table
/// (`Tests/Scripts/generate_field_names.py`), and the readers go by the tables.
@Suite struct FieldTablesTests {
  static let tables: [FieldTable] = [.tokenizerJSON, .sentencePiece, .ggufTokenizer, .tekken]

  @Test(arguments: tables.map(\.format))
  func everyFieldOfTheLibraryHasARow(format: String) throws {
    let path = RealData.checkout + "/Tests/Tokenizers/TokenizerFormatsTests/Golden/field_names.json"
    let golden = try JSONDocument(readFile(path)).root
    let table = try #require(Self.tables.first { $0.format == format })
    let sections = try golden.require("formats").require(format).require("sections").members
    #expect(!sections.isEmpty)
    for (section, fields) in sections {
      let rows = try #require(table[section], "no section \(section)").rows.map(\.name)
      for field in fields.elements.compactMap(\.string) {
        #expect(rows.contains(field), "\(section): \(field)")
      }
    }
  }

  private static func load(_ text: String, as name: String = "tokenizer.json") throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(Array(text.utf8), to: folder.path + "/" + name)
    _ = try TokenizerLoader.load(folder.path + "/" + name)
  }

  /// A field that no table has is refused where it stands, in every part of the file.
  @Test(arguments: [
    (#""added_tokens": [{"id": 1, "content": "b", "rare": true}]"#, "added_tokens[0].rare"),
    (
      #""normalizer": {"type": "Strip", "strip_left": true, "strip_middle": true}"#, "normalizer.strip_middle"
    ),
    (
      #""pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "odd": 1}]}"#,
      "pre_tokenizer.pretokenizers[0].odd"
    ),
    (
      #""decoder": {"type": "Replace", "pattern": {"String": "a", "flags": "i"}, "content": ""}"#,
      "decoder.pattern.flags"
    ),
    (#""post_processor": {"type": "ByteLevel", "trim": false}"#, "post_processor.trim"),
    (#""extra": 1"#, "extra"),
  ])
  func aFieldWithoutARowIsRefused(part: String, path: String) throws {
    let file = #"{\#(part), "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}"#
    let error = #expect(throws: FileError.self) { try Self.load(file) }
    #expect(error?.description.contains("\(path): not a known field of tokenizer.json") == true)
  }

  /// A value that asks for what is not done is refused, one that asks for nothing is not.
  @Test(arguments: [("0.1", true), ("0.0", false), ("0", false), ("null", false)])
  func mergesLeftOutAtRandomAreRefused(dropout: String, isRefused: Bool) throws {
    let file = #"{"model": {"type": "BPE", "dropout": \#(dropout), "vocab": {"a": 0}, "merges": []}}"#
    if isRefused {
      let error = #expect(throws: FileError.self) { try Self.load(file) }
      #expect(error?.description.contains("model.dropout is 0.1: not carried out") == true)
    } else {
      try Self.load(file)
    }
  }

  /// The integer that transformers writes for "no limit", and Python's words for what is not finite.
  @Test(arguments: ["1000000000000000019884624838656", "Infinity", "NaN"])
  func aFolderWithPythonsNumbersIsRead(number: String) throws {
    let folder = try TemporaryFolder()
    let model = #"{"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}"#
    try AtomicFile.write(Array(model.utf8), to: folder.path + "/tokenizer.json")
    let configuration = #"{"model_max_length": \#(number), "unk_token": "a", "of_my_own": 1}"#
    try AtomicFile.write(Array(configuration.utf8), to: folder.path + "/tokenizer_config.json")
    let description = try TokenizerLoader.load(folder.path)
    #expect(description.notes.contains { $0.contains("of_my_own") && !$0.contains("model_max_length") })
  }
}
