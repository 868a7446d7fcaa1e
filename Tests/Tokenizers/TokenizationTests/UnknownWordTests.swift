import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// Where a word becomes unknown.
@Suite struct UnknownWordTests {
  private func encode(_ model: String, _ text: String) throws -> [Int32] {
    let folder = try TemporaryFolder()
    let path = try folder.write("t/tokenizer.json", #"{"added_tokens":[],"model":\#(model)}"#)
    var options = EncodingOptions()
    options.addsSpecial = false
    return try Tokenizer(try TokenizerLoader.load(path)).encode(Array(text.utf8), options: options)
  }

  /// A word of just the longest length is cut into pieces, a longer one is unknown, in characters and not in bytes.
  @Test func theLongestWordIsStillAWord() throws {
    let model =
      ###"{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":3,"###
      + ###""vocab":{"[UNK]":0,"é":1,"##é":2}}"###
    #expect(try encode(model, "éé") == [1, 2])
    #expect(try encode(model, "ééé") == [1, 2, 2])
    #expect(try encode(model, "éééé") == [0])
  }

  /// A model whose bytes have tokens only in part is refused by name, since the library's own answer depends on more.
  @Test func bytesOfACharacterAreAllOrNothing() throws {
    let model =
      #"{"type":"BPE","byte_fallback":true,"unk_token":"<unk>","vocab":{"<unk>":0,"<0xC3>":1,"<0xA9>":2,"a":3},"merges":[]}"#
    let error = #expect(throws: TokenizationError.self) { try encode(model, "aé") }
    #expect(error?.description.contains("2 of the 256 byte pieces") == true)
  }

  /// A byte without a rank merges by its bytes, as in tiktoken; where one is left it is named.
  @Test func aByteWithoutARankIsNamed() throws {
    let folder = try TemporaryFolder()
    var description = try TokenizerLoader.load(try folder.write("a.tiktoken", "YWI= 0\nYg== 1\n"))
    try description.state(splitPattern: ".+")
    let tokenizer = try Tokenizer(description)
    #expect(try tokenizer.encode("bab") == [1, 0])
    for text in ["ba", "a", "abba\n"] {
      let error = #expect(throws: TokenizationError.self) { try tokenizer.encode(text) }
      #expect(error?.description.contains("0x61, byte \(text.utf8.filter { $0 > 32 }.count) of") == true)
      #expect(error?.hint != nil)
    }
    let error = #expect(throws: TokenizationError.self) {
      try tokenizer.encodeWithOffsets(Array("b\u{9}".utf8))
    }
    #expect(error?.description.contains("0x09, byte 2 of") == true)
    #expect(try tokenizer.retokenize(Array("b".utf8)) == [1])
    #expect(try tokenizer.retokenize(Array("ba".utf8)) == nil)
  }

  /// RWKV's tokenizer fails where no token begins, also at a byte that is only within tokens.
  @Test func aPlaceWhereNoTokenBeginsIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("rwkv_vocab_x.txt", "1 'a' 1\n2 'ab' 2\n3 'bc' 2\n4 b'\\xc3' 1\n")
    let tokenizer = try Tokenizer(try TokenizerLoader.load(path))
    #expect(try tokenizer.encode("aabbc") == [1, 2, 3])
    for (text, place) in [("abc", "0x63, byte 3"), ("bb", "0x62, byte 1"), ("a\u{e9}", "0xA9, byte 3")] {
      let error = #expect(throws: TokenizationError.self) { try tokenizer.encode(text) }
      #expect(error?.description.contains(place) == true, "\(text): \(String(describing: error))")
    }
    #expect(try tokenizer.retokenize([0xC3]) == [4])
    #expect(try tokenizer.retokenize([0xA9]) == nil)
    #expect(try tokenizer.retokenize(Array("abc".utf8)) == nil)
  }

  /// A token that a file beside the trie calls special is still its longest match.
  @Test func aTokenThatIsMarkedStaysInTheTrie() throws {
    let folder = try TemporaryFolder()
    try folder.write("m/rwkv_vocab_x.txt", "1 'a' 1\n2 'ab' 2\n3 'c' 1\n")
    try folder.write("m/tokenizer_config.json", #"{"eos_token":"ab"}"#)
    let tokenizer = try Tokenizer(try TokenizerLoader.load(folder.path + "/m"))
    #expect(tokenizer.description.vocabulary.kind(2) == .special)
    let literal = EncodingOptions(addsSpecial: false, parsesSpecial: false)
    #expect(try tokenizer.encode("caab", options: literal) == [3, 1, 2])
  }

  /// An added token that wants to be a word of its own is not found inside longer words, on neither side.
  @Test func aSingleWordTouchesNoOther() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "t/tokenizer.json",
      #"{"added_tokens":[{"id":5,"content":"cat","single_word":true,"special":false}],"#
        + #""model":{"type":"BPE","vocab":{"c":0,"a":1,"t":2,"s":3," ":4},"merges":[]}}"#)
    let tokenizer = try Tokenizer(try TokenizerLoader.load(path))
    #expect(try tokenizer.encode("cat s") == [5, 4, 3])
    #expect(try tokenizer.encode("s cat") == [3, 4, 5])
    #expect(try tokenizer.encode("cats") == [0, 1, 2, 3])
    #expect(try tokenizer.encode("scat") == [3, 0, 1, 2])
  }
}
