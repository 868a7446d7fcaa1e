import CMCFastJSON
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// What becomes of text that a split pattern does not match, in a tiktoken file and in a Tekken file, against tiktoken and
/// mistral_common (`Tests/Scripts/generate_split_goldens.py`).
@Suite struct SplitGoldenTests {
  private static let golden: JSONValue? = {
    let path = RealData.checkout + "/Tests/Tokenizers/TokenizationTests/Golden/splits.json"
    return try? JSONDocument(readFile(path)).root
  }()

  static let names = golden?["cases"]?.elements.compactMap { $0["name"]?.string } ?? []

  /// The tokens in base64: every byte, then those of the file.
  private static var tokens: [String] {
    (0..<256).map { base64(UInt8($0)) } + (golden?["tokens"]?.elements.compactMap(\.string) ?? [])
  }

  @Test func theFileIsThere() { #expect(Self.names.count >= 9) }

  @Test(arguments: names)
  func tiktokenGivesTheSame(name: String) throws {
    let entry = try #require(Self.golden?["cases"]?.elements.first { $0["name"]?.string == name })
    let folder = try TemporaryFolder()
    let lines = Self.tokens.enumerated().map { "\($0.element) \($0.offset)\n" }.joined()
    let path = try folder.write("ranks.tiktoken", lines)
    var description = try TokenizerLoader.load(path)
    try description.state(splitPattern: try #require(entry["pattern"]?.string))
    try compare(entry, "tiktoken", try Tokenizer(description))
  }

  @Test(arguments: names)
  func mistralGivesTheSame(name: String) throws {
    let entry = try #require(Self.golden?["cases"]?.elements.first { $0["name"]?.string == name })
    let specials = try #require(Self.golden?["specials"]?.int)
    let tokens = Self.tokens.enumerated().map {
      #"{"rank":\#($0.offset),"token_bytes":"\#($0.element)","token_str":null}"#
    }
    var writer = JSONWriter(.compact)
    writer.copy(try entry.require("pattern"))
    let pattern = String(decoding: writer.bytes, as: UTF8.self)
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "tekken.json",
      #"{"config":{"pattern":\#(pattern),"num_vocab_tokens":\#(tokens.count),"#
        + #""default_vocab_size":\#(tokens.count + specials),"default_num_special_tokens":\#(specials),"#
        + #""version":"v3"},"vocab":[\#(tokens.joined(separator: ","))]}"#)
    try compare(entry, "tekken", try Tokenizer(try TokenizerLoader.load(path)))
  }

  /// An error of the library, which fails where a pattern matches nothing, is an error here.
  private func compare(_ entry: JSONValue, _ key: String, _ tokenizer: Tokenizer) throws {
    let texts = try entry.require("texts").elements.compactMap(\.stringBytes)
    for (text, wanted) in zip(texts, try entry.require(key).elements) {
      let options = EncodingOptions(addsSpecial: false, parsesSpecial: false)
      let shown = Comment(rawValue: String(decoding: text, as: UTF8.self).debugDescription)
      guard wanted.isArray else {
        #expect(throws: TokenizationError.self, shown) { try tokenizer.encode(text, options: options) }
        continue
      }
      let ids = wanted.elements.compactMap(\.int).map(Int32.init)
      #expect(try tokenizer.encode(text, options: options) == ids, shown)
      var encoder = tokenizer.makeStreamingEncoder(options: options, window: 4)
      var parts: [Int32] = []
      for byte in text { parts += try encoder.append(CollectionOfOne(byte)).ids }
      #expect(try parts + encoder.finish().ids == ids, shown)
    }
  }

  /// A byte in base64.
  private static func base64(_ byte: UInt8) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    return String([alphabet[Int(byte >> 2)], alphabet[Int(byte & 3) << 4]]) + "=="
  }
}
