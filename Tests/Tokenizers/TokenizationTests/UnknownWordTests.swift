import CMCTokenization
import CMCTokenizerFormats
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
