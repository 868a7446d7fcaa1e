import CMCFastJSON
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@Suite struct HFTokenizerReaderTests {
  private func read(_ json: String) throws -> TokenizerDescription {
    try readBytes(Array(json.utf8)) { try HFTokenizerReader.read($0, name: $1) }
  }

  /// A file of the given model and further members.
  private func file(_ model: String, _ rest: String = "") -> String {
    #"{"version":"1.0","added_tokens":[]\#(rest),"model":\#(model)}"#
  }

  private let byteLevel = #","pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"#

  @Test func `byte-level BPE, merges as texts and as pairs`() throws {
    for merges in [#"["Ġ a","Ġa b"]"#, #"[["Ġ","a"],["Ġa","b"]]"#] {
      let json = file(
        #"{"type":"BPE","vocab":{"a":0,"b":1,"Ġ":2,"Ġa":3,"Ġab":4,"Ã":5},"merges":\#(merges)}"#, byteLevel)
      let description = try read(json)
      #expect(description.vocabulary.text(4) == " ab")
      #expect(description.vocabulary.kind(5) == .fragment)
      #expect(description.vocabulary.canonical[5] == [0xC3])
      guard case .bpe(let model) = description.algorithm else { Issue.record("no BPE"); return }
      #expect(
        model.merges == [BPEMerge(left: 2, right: 0, result: 3), BPEMerge(left: 3, right: 1, result: 4)])
      #expect(description.preTokenizers == [.byteLevel(addPrefixSpace: false, useRegex: true)])
    }
  }

  @Test(arguments: [
    #","normalizer":{"type":"Replace","pattern":{"String":" "},"content":"▁"}"#,
    #","pre_tokenizer":{"type":"Metaspace","replacement":"▁","add_prefix_space":true}"#,
    #","decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}"#,
    #","decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "}]}"#,
  ])
  func `byte fallback with spaces replaced`(_ rest: String) throws {
    let description = try read(
      file(
        #"{"type":"BPE","byte_fallback":true,"unk_token":"<unk>","fuse_unk":true,"#
          + #""vocab":{"<unk>":0,"<0x0A>":1,"▁a":2,"▁":3,"a":4},"merges":["▁ a"]}"#, rest))
    #expect(description.vocabulary.kinds == [.special, .byte, .text, .text, .text])
    #expect(description.vocabulary.canonical[1] == [0x0A])
    #expect(description.vocabulary.text(2) == " a")
    #expect(description.vocabulary.source(.unk, 0) == "tokenizer.json: model.unk_token")
  }

  @Test func `without byte fallback a byte's name is text`() throws {
    let description = try read(
      file(#"{"type":"WordLevel","vocab":{"<0x0A>":0,"[UNK]":1},"unk_token":"[UNK]"}"#))
    #expect(description.vocabulary.kinds == [.text, .special])
    #expect(description.notes.count == 1)
    guard case .wordLevel(let unknown) = description.algorithm else { Issue.record("no WordLevel"); return }
    #expect(unknown == 1)
  }

  @Test func `unigram`() throws {
    let description = try read(
      file(
        #"{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["▁the",-3.5],["▁",-4]],"byte_fallback":false}"#,
        #","pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":false}"#))
    guard case .unigram(let model) = description.algorithm else { Issue.record("no Unigram"); return }
    #expect(model.scores == [0, -3.5, -4])
    #expect(model.unknown == 0)
    #expect(description.vocabulary.text(1) == " the")
    #expect(description.preTokenizers == [.metaspace(replacement: "▁", prepend: .always, split: false)])
  }

  @Test func `WordPiece`() throws {
    let description = try read(
      file(
        ###"{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":9,"###
          + ###""vocab":{"[UNK]":0,"un":1,"##able":2,",":3}}"###,
        ###","decoder":{"type":"WordPiece","prefix":"##","cleanup":true}"###))
    #expect((1...3).map { description.vocabulary.text($0) } == [" un", "able", " ,"])
    #expect(description.vocabulary.optionalSpaceIDs == [3])
    guard case .wordPiece(let model) = description.algorithm else { Issue.record("no WordPiece"); return }
    #expect(model.unknown == 0 && model.maximumWordLength == 9)
    #expect(description.decoders == [.wordPiece(prefix: "##", cleanup: true)])
  }

  @Test func `a suffix that ends words is a space`() throws {
    let description = try read(
      file(#"{"type":"BPE","end_of_word_suffix":"</w>","vocab":{"a":0,"a</w>":1},"merges":[]}"#))
    #expect(description.vocabulary.text(1) == "a ")
    #expect(description.vocabulary.piece(1) == "a</w>")
  }

  @Test func `added tokens are literal, and get the ids that the library gives them`() throws {
    let json =
      #"{"added_tokens":[{"id":1,"content":"<x>","special":true,"lstrip":true},{"id":3,"content":"Ġq","special":false},"#
      + #"{"id":9,"content":"a","special":false}],"model":{"type":"BPE","vocab":{"a":0,"old":1},"merges":[]}"#
      + byteLevel + "}"
    let description = try read(json)
    #expect(description.vocabulary.kinds == [.text, .text, .special, .text])
    #expect(description.vocabulary.text(2) == "<x>")
    #expect(description.vocabulary.text(3) == "Ġq")
    #expect(description.addedTokens.map(\.id) == [2, 3, 0])
    #expect(description.addedTokens[0].leftStrip)
    // What the file leaves open: special tokens are found in the text as it is, others in normalised text.
    #expect(description.addedTokens.map(\.isNormalized) == [false, true, true])
    #expect(description.notes.count == 2)
    #expect(description.notes.contains { $0.contains("<x>") })
    #expect(description.notes.contains { $0.contains("gives \"a\" the id 9") })
  }

  @Test func `the prefix of continuing pieces is no part of what merges make`() throws {
    let description = try read(
      file(
        ###"{"type":"BPE","continuing_subword_prefix":"##","vocab":{"a":0,"##b":1,"ab":2},"merges":["a ##b"]}"###
      ))
    guard case .bpe(let model) = description.algorithm else { Issue.record("no BPE"); return }
    #expect(model.merges == [BPEMerge(left: 0, right: 1, result: 2)])
  }

  @Test func `an added token's block is a space where the model's is`() throws {
    let description = try read(
      #"{"added_tokens":[{"id":1,"content":"▁▁","special":false}],"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"#
        + #""decoder":{"type":"Metaspace","replacement":"▁"}}"#)
    #expect(description.vocabulary.text(1) == "  ")
  }

  @Test func `what is not known is transcribed by its name`() throws {
    let description = try read(
      file(
        #"{"type":"Novel","vocab":{"a":0}}"#,
        #","normalizer":{"type":"N"},"pre_tokenizer":{"type":"P"},"post_processor":{"type":"O"},"decoder":{"type":"D"}"#
      ))
    #expect(description.algorithm.name == "Novel")
    #expect(description.normalizers == [.unknown("N")])
    #expect(description.preTokenizers == [.unknown("P")])
    #expect(description.postProcessors == [.unknown("O")])
    #expect(description.decoders == [.unknown("D")])
  }

  @Test func `a model without a type is told by its members`() throws {
    #expect(try read(file(#"{"vocab":{"a":0},"merges":[]}"#)).algorithm.name == "BPE")
    #expect(try read(file(#"{"vocab":[["a",0]]}"#)).algorithm.name == "Unigram")
    #expect(
      try read(file(###"{"vocab":{"a":0},"continuing_subword_prefix":"##"}"###)).algorithm.name == "WordPiece"
    )
    #expect(try read(file(#"{"vocab":{"a":0}}"#)).algorithm.name == "WordLevel")
  }
}
