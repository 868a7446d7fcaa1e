import CMCTokenization
import CMCTokenizerFormats
import Foundation
import TestSupport
import Testing

/// Every real tokenizer that is there is read and can encode: no file of the wild may fall to a new refusal unseen.
@Suite struct RealFilesLoadTests {
  private static let paths: [String] = {
    let root = RealData.path("")
    let names = (FileManager.default.enumerator(atPath: root)?.allObjects as? [String]) ?? []
    let endings = [".json", ".model", ".tiktoken", ".gguf", "rwkv_vocab_v20230424.txt"]
    return names.filter { name in
      endings.contains { name.hasSuffix($0) } && !name.hasSuffix("_config.json")
        && !name.hasSuffix("config.json")
    }.sorted()
  }()

  @Test(.enabled(if: !paths.isEmpty, "run Vocabs/fetch"), arguments: paths)
  func itIsReadAndEncodes(path: String) throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path(path)))
    let text = Array("Hello, world 42".utf8)
    let ids = try tokenizer.encode(text)
    #expect(!ids.isEmpty)
  }
}
