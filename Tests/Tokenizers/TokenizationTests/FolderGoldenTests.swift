import CMCFastJSON
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import TestSupport
import Testing

/// A `tokenizer.json` or `vocab.txt` with files beside it that add to it or disagree, against what transformers makes of the folder
/// (`Tests/Scripts/generate_folder_goldens.py`).
@Suite struct FolderGoldenTests {
  private static let cases: [JSONValue] = {
    let path = RealData.checkout + "/Tests/Tokenizers/TokenizationTests/Golden/folders.json"
    return (try? JSONDocument(readFile(path)))?.root["cases"]?.elements ?? []
  }()

  static let names = cases.compactMap { $0["name"]?.string }

  @Test func theFileIsThere() { #expect(Self.names.count >= 24) }

  @Test(arguments: names)
  func transformersGivesTheSame(name: String) throws {
    let entry = try #require(Self.cases.first { $0["name"]?.string == name })
    let folder = try TemporaryFolder()
    for (file, content) in try entry.require("files").members {
      if let text = content.string {
        try folder.write(file, text)
        continue
      }
      var writer = JSONWriter(.compact)
      writer.copy(content)
      try AtomicFile.write(writer.bytes, to: folder.path + "/" + file)
    }
    try GoldenAnswers.compare(entry, try Tokenizer(try TokenizerLoader.load(folder.path)))
  }
}
