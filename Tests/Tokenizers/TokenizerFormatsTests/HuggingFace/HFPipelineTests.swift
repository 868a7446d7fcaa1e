import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@Suite struct HFPipelineTests {
  private func read(_ members: String) throws -> TokenizerDescription {
    let json = #"{"model":{"type":"BPE","vocab":{"<s>":0,"</s>":1,"a":2},"merges":[]},\#(members)}"#
    return try readBytes(Array(json.utf8)) { try HFTokenizerReader.read($0, name: $1) }
  }

  @Test func `normalizers`() throws {
    let description = try read(
      #""normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"NFD"},{"type":"NFKC"},{"type":"NFKD"},"#
        + #"{"type":"Lowercase"},{"type":"StripAccents"},{"type":"Nmt"},{"type":"ByteLevel"},"#
        + #"{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"x"},{"type":"Prepend","prepend":"p"},"#
        + #"{"type":"Strip","strip_left":true,"strip_right":false},"#
        + #"{"type":"Precompiled","precompiled_charsmap":"AQI="},{"type":"BertNormalizer","clean_text":true,"#
        + #""handle_chinese_chars":false,"strip_accents":null,"lowercase":false}]}"#)
    #expect(
      description.normalizers == [
        .nfc, .nfd, .nfkc, .nfkd, .lowercase, .stripAccents, .nmt, .byteLevel,
        .replace(.regex(" {2,}"), with: "x"), .prepend("p"), .strip(left: true, right: false),
        .precompiled([1, 2]),
        .bert(cleanText: true, handleChineseCharacters: false, stripAccents: nil, lowercase: false),
      ])
  }

  @Test func `pre-tokenizers`() throws {
    let description = try read(
      #""pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"String":"-"},"#
        + #""behavior":"MergedWithNext","invert":true},{"type":"Digits","individual_digits":true},"#
        + #"{"type":"Punctuation"},{"type":"Punctuation","behavior":"Contiguous"},{"type":"Whitespace"},"#
        + #"{"type":"WhitespaceSplit"},{"type":"BertPreTokenizer"},{"type":"CharDelimiterSplit","delimiter":"|"},"#
        + #"{"type":"UnicodeScripts"},{"type":"Metaspace","replacement":"_","add_prefix_space":false}]}"#)
    #expect(
      description.preTokenizers == [
        .split(.literal("-"), behavior: .mergedWithNext, invert: true), .digits(individual: true),
        .punctuation(.isolated), .punctuation(.contiguous), .whitespace, .whitespaceSplit, .bert,
        .charDelimiter("|"), .unicodeScripts, .metaspace(replacement: "_", prepend: .never, split: true),
      ])
    #expect(description.notes.count == 1)
  }

  @Test func `decoders`() throws {
    let description = try read(
      #""decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"},{"type":"ByteLevel"},"#
        + #"{"type":"Strip","content":" ","start":1,"stop":0},{"type":"BPEDecoder","suffix":"</w>"},{"type":"CTC","pad_token":"<pad>","word_delimiter_token":"|","cleanup":true}]}"#
    )
    #expect(
      description.decoders == [
        .byteFallback, .fuse, .byteLevel, .strip(content: " ", start: 1, stop: 0), .bpe(suffix: "</w>"),
        .ctc(padding: "<pad>", wordDelimiter: "|", cleanup: true),
      ])
  }

  @Test func `a template suggests the beginning and the end`() throws {
    let description = try read(
      #""post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},"#
        + #"{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],"pair":[],"#
        + #""special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]},"</s>":{"id":"</s>","ids":[1],"tokens":[]}}}"#
    )
    #expect(
      description.postProcessors == [
        .template(single: [.special([0]), .sequence("A"), .special([1])], pair: [])
      ])
    #expect(description.vocabulary.ids(of: .bos) == [0])
    #expect(description.vocabulary.ids(of: .eos) == [1])
  }

  @Test func `a post-processor that names an id without a token is noted`() throws {
    let description = try read(
      #""post_processor":{"type":"RobertaProcessing","sep":["</s>",77],"cls":["<s>",0]}"#)
    #expect(description.postProcessors == [.roberta(cls: 0, sep: 77)])
    #expect(description.vocabulary.ids(of: .cls) == [0])
    #expect(description.vocabulary.ids(of: .sep) == [])
    #expect(description.notes.count == 1)
  }
}
