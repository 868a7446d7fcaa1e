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
      ?? #"[{"rank":0,"token_bytes":"AA==","token_str":"x"},{"rank":1,"token_bytes":"/w==","token_str":null},"#
      + #"{"rank":2,"token_bytes":"ICA=","token_str":"  "}]"#
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
    #expect(vocabulary.kind(23) == .fragment)
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

  @Test func `damaged files are read or refused in one line`() {
    var hostile = Hostile()
    let bytes = Array(file(size: "5", specials: "2").utf8)
    hostile.truncations(of: bytes) { try TekkenReader.read($0, name: $1) }
    hostile.bitFlips(of: bytes) { try TekkenReader.read($0, name: $1) }
    #expect(hostile.complaints.prefix(5) == [])
    #expect(hostile.refused > 1000)
  }
}
