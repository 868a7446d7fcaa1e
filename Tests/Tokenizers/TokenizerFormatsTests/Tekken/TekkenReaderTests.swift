import CMCFastJSON
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@Suite struct TekkenReaderTests {
  private func read(_ json: String) throws -> TokenizerDescription {
    try readBytes(Array(json.utf8)) { try TekkenReader.read($0, name: $1) }
  }

  private func file(size: String = "24", specials: String = "22", vocab: String? = nil, rest: String = "")
    -> String
  {
    let tokens =
      vocab
      ?? #"[{"rank":0,"token_bytes":"AA==","token_str":"x"},{"rank":1,"token_bytes":"AQ==","token_str":null},"#
      + #"{"rank":2,"token_bytes":"Ag==","token_str":"  "}]"#
    return #"{"config":{"pattern":"\\p{L}+","num_vocab_tokens":3,"default_vocab_size":\#(size),"#
      + #""default_num_special_tokens":\#(specials),"version":"v3"},"vocab":\#(tokens)\#(rest)}"#
  }

  @Test func `special tokens come first, and the list is cut`() throws {
    let description = try read(file())
    let vocabulary = description.vocabulary
    #expect(vocabulary.idLimit == 24)
    #expect(vocabulary.count(.special) == 22)
    #expect(
      [0, 1, 2, 3, 11, 19, 20].map { vocabulary.text($0) }
        == ["<unk>", "<s>", "</s>", "[INST]", "<pad>", "[TOOL_CONTENT]", "<SPECIAL_20>"])
    #expect(vocabulary.canonical[22] == [0])
    #expect(vocabulary.canonical[23] == [1])
    #expect(vocabulary.ids(of: .bos) == [1])
    #expect(vocabulary.ids(of: .pad) == [11])
    #expect(description.logitsWidth?.count == 24)
    guard case .rankedBPE(let model) = description.algorithm else { Issue.record("no ranks"); return }
    #expect(model.firstID == 22 && model.rankCount == 2 && model.pattern == #"\p{L}+"#)
  }

  @Test func `special tokens that the file lists`() throws {
    let description = try read(
      file(
        size: "5", specials: "3",
        rest:
          #","special_tokens":[{"rank":2,"token_str":"<end>","is_control":true},{"rank":0,"token_str":"<s>"}]"#
      ))
    #expect((0..<3).map { description.vocabulary.text($0) } == ["<s>", "<SPECIAL_1>", "<end>"])
    #expect(description.vocabulary.ids(of: .bos) == [0])
    #expect(description.vocabulary.ids(of: .eos) == [])
  }

  @Test func `contradictions`() {
    let token = { (rank: Int, bytes: String) in #"[{"rank":\#(rank),"token_bytes":"\#(bytes)"}]"# }
    #expect(throws: TekkenError.rankOutOfOrder(index: 0, rank: 1)) { try read(file(vocab: token(1, "AA=="))) }
    #expect(throws: TekkenError.badBase64(index: 0)) { try read(file(vocab: token(0, "A"))) }
    #expect(throws: TekkenError.emptyToken(index: 0)) { try read(file(vocab: token(0, ""))) }
    #expect(throws: TekkenError.tooFewTokens(wanted: 2, listed: 1)) {
      try read(file(vocab: token(0, "AA==")))
    }
    #expect(throws: TekkenError.badCount(path: "config.default_vocab_size", count: 1_000_000_000)) {
      try read(file(size: "1000000000"))
    }
    #expect(throws: TekkenError.badCount(path: "config.default_num_special_tokens", count: 25)) {
      try read(file(specials: "25"))
    }
    #expect(throws: TekkenError.badCount(path: "config.default_num_special_tokens", count: -1)) {
      try read(file(specials: "-1"))
    }
    #expect(throws: TekkenError.badSpecial(index: 0, rank: 22, count: 22)) {
      try read(file(rest: #","special_tokens":[{"rank":22,"token_str":"x"}]"#))
    }
    #expect(throws: JSONError.self) { try read(file(vocab: "{}")) }
  }

  /// The tokens of ranks 0 up to the bytes' number and further, in base64, with others at some ranks.
  private func bytes(and more: [String], at replaced: [Int: String] = [:]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = (0..<256).map { replaced[$0] ?? String([alphabet[$0 >> 2], alphabet[($0 & 3) << 4]]) + "==" }
    let tokens = (bytes + more).enumerated().map { #"{"rank":\#($0.offset),"token_bytes":"\#($0.element)"}"# }
    return "[\(tokens.joined(separator: ","))]"
  }

  @Test func `the first 256 tokens are the bytes, and no token stands twice`() throws {
    func read(_ vocab: String, count: Int) throws -> TokenizerDescription {
      try self.read(file(size: "\(count + 2)", specials: "2", vocab: vocab))
    }
    let description = try read(bytes(and: ["YWI=", "/w8="]), count: 258)
    #expect(description.vocabulary.kind(2 + 0xFF) == .fragment)
    #expect(description.vocabulary.canonical[258] == Array("ab".utf8)[...])
    #expect(throws: TekkenError.notTheByte(index: 65)) {
      try read(bytes(and: ["YWI="], at: [65: "enFh"]), count: 257)
    }
    #expect(throws: TekkenError.notTheByte(index: 97)) {
      try read(bytes(and: ["YWI="], at: [97: "QQ=="]), count: 257)
    }
    #expect(throws: TekkenError.duplicateToken(index: 257, earlier: 256)) {
      try read(bytes(and: ["YWI=", "YWI="]), count: 258)
    }
    // What is listed beyond the ranks that take part is not looked at.
    #expect(try read(bytes(and: ["YWI=", "YWI="]), count: 257).vocabulary.idLimit == 259)
  }

  @Test func `damaged files are read or refused in one line`() {
    var hostile = Hostile()
    let bytes = Array(file(size: "5", specials: "2").utf8)
    hostile.truncations(of: bytes) { try TekkenReader.read($0, name: $1) }
    hostile.bitFlips(of: bytes) { try TekkenReader.read($0, name: $1) }
    #expect(hostile.complaints.prefix(5) == [])
    #expect(hostile.refused > 1000)
  }
}
