import CMCFastJSON
import CMCFieldTables
import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

/// The note on classes that build something else than the file has, against where ids of transformers differ from those
/// of the tokenizers library (`Tests/Scripts/generate_class_pipelines.py`).
@Suite struct ClassPipelineTests {
  private static let groups: [JSONValue] = {
    let path = RealData.checkout + "/Tests/Tokenizers/TokenizerFormatsTests/Golden/class_pipelines.json"
    return (try? JSONDocument(readFile(path)))?.root["groups"]?.elements ?? []
  }()

  static let names = groups.compactMap { $0["name"]?.string }

  @Test func theFileIsThere() throws {
    #expect(Self.names.count == 33)
    let answers = Self.groups.flatMap { $0["cases"]?.elements ?? [] }.compactMap { $0["differs"]?.bool }
    #expect(answers.count(where: { $0 }) > 200)
    #expect(answers.count(where: { !$0 }) > 150)
  }

  @Test(arguments: names)
  func aNoteIsThereWhereIDsDiffer(name: String) throws {
    let group = try #require(Self.groups.first { $0["name"]?.string == name })
    for one in try group.require("cases").elements {
      let folder = try TemporaryFolder()
      try write(one, of: group, to: folder)
      let notes = try TokenizerLoader.load(folder.path).notes.filter { $0.contains("class-pipeline") }
      let title = one["title"]?.string ?? ""
      #expect(notes.isEmpty != one["differs"]?.bool, "\(title): \(notes)")
    }
  }

  private func write(_ one: JSONValue, of group: JSONValue, to folder: TemporaryFolder) throws {
    func text(_ key: String) throws -> String {
      try (one[key] ?? group.require(key)).expect("a text") { $0.string }
    }
    let parts = try ["added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder"].map {
      "\"\($0)\":\(try text($0))"
    }
    let model = try text("model").dropLast() + "," + text("pieces").dropFirst()
    try folder.write("tokenizer.json", "{\(parts.joined(separator: ",")),\"model\":\(model)}")
    try folder.write("tokenizer_config.json", try text("tokenizer_config"))
    if let config = one["config"]?.string { try folder.write("config.json", config) }
  }

  /// Every class of the table, and no other, is in `cmc formats` and in the documentation.
  @Test func theClassesOfTheTableAreListed() throws {
    let lines = PackageResources.class_pipelines_txt.split(separator: UInt8(ascii: "\n"))
    let names = try lines.flatMap { line in
      let tab = try #require(line.firstIndex(of: UInt8(ascii: "\t")))
      return line[..<tab].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(Set(names) == Set(KnownDifference.tokenizerClasses.map { $0 + "Tokenizer" }))
    #expect(names.count == KnownDifference.tokenizerClasses.count)
  }

  /// A damaged row would be an error for every folder that names its class.
  @Test(arguments: KnownDifference.tokenizerClasses)
  func everyRowCanBeRead(stem: String) throws {
    let entry = try #require(try ClassEntry(name: stem + "Tokenizer"))
    #expect(try entry.normalizers([:], map: nil) != nil)
    #expect(try entry.normalizers([:], map: [1]) != nil)
    #expect(try entry.preTokenizers([:]) != nil)
    #expect(
      try entry["post_processor"]?.string == "file"
        || entry["post_processor"]?.require("before").isArray == true)
  }

  /// A note names what differs and which file says the class, so that a reader can look it up.
  @Test func theNoteNamesThePartsAndTheFile() throws {
    let group = try #require(Self.groups.first { $0["name"]?.string == "LlamaTokenizer" })
    let other = try #require(group["cases"]?.elements.first { $0["title"]?.string == "byte_fallback False" })
    let folder = try TemporaryFolder()
    try write(other, of: group, to: folder)
    #expect(
      try TokenizerLoader.load(folder.path).notes.contains(
        "tokenizer_class LlamaTokenizer: transformers 5 builds another model.byte_fallback than tokenizer.json has, "
          + "which is followed here (see `cmc formats differences`: class-pipeline)"))
  }

  @Test(arguments: [
    "", " ", "Albert", "Tokenizer", "albertTokenizer", "BertTokenizer\t", "BertTokenizer LxmertTokenizer",
  ])
  func aNameIsFoundWholeOrNotAtAll(name: String) throws {
    #expect(try ClassEntry(name: name) == nil)
    #expect(ModelClass(type: name) == nil)
  }
}
