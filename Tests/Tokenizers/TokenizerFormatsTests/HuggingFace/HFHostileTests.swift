import CMCFastJSON
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@Suite struct HFHostileTests {
  private func read(_ json: String) throws -> TokenizerDescription {
    try readBytes(Array(json.utf8)) { try HFTokenizerReader.read($0, name: $1) }
  }

  private func bpe(_ vocab: String, _ merges: String) -> String {
    #"{"model":{"type":"BPE","vocab":\#(vocab),"merges":\#(merges)}}"#
  }

  @Test(arguments: [
    (#"{"a":0,"b":1,"ab":2}"#, #"["a  b"]"#, "model.merges[0]: \"a␣␣b\" is not two parts"),
    (#"{"a":0,"b":1,"ab":2}"#, #"["a b","ab"]"#, "model.merges[1]: \"ab\" is not two parts"),
    (#"{"a":0}"#, #"["a "]"#, "model.merges[0]: \"a␣\" has an empty part"),
    (#"{"a":0}"#, #"["a a"]"#, "model.merges[0]: \"a␣a\" needs \"aa\", which is not in the vocabulary"),
    (#"{"ab":0,"b":1}"#, #"["a b"]"#, "model.merges[0]: \"a␣b\" needs \"a\", which is not in the vocabulary"),
    (#"{"a":0,"aa":1}"#, #"[["a","a","a"]]"#, "model.merges[0]: an array of 3 values is not two parts"),
    (#"{"a":0}"#, #"[["a",1]]"#, "model.merges[0]: an array of 2 values is not two parts"),
    (#"{"a":0}"#, #"[7]"#, "model.merges[0]: a merge expected, found an integer"),
    (#"{"a":0,"a":1}"#, "[]", "model.vocab: \"a\" is there twice, as id 0 and 1"),
    (#"{"a":0,"b":0}"#, "[]", "token id 0 is given to two tokens"),
    (#"{"a":-1}"#, "[]", "model.vocab[\"a\"]: a token id expected, found -1"),
    (#"{"a":2147483648}"#, "[]", "model.vocab[\"a\"]: a token id expected, found 2147483648"),
    (
      #"{"a":18446744073709551615}"#, "[]",
      "model.vocab[\"a\"]: a token id expected, found 1.8446744073709552e+19"
    ),
    (#"{"a":1.5}"#, "[]", "model.vocab[\"a\"]: a token id expected, found 1.5"),
    (#"{"a":"1"}"#, "[]", "model.vocab[\"a\"]: a token id expected, found \"1\""),
    ("{}", "[]", "has no tokens"),
    (#"[["a"]]"#, "[]", "model.vocab[0]: piece and score expected, found 1 values"),
    ("7", "[]", "model.vocab: an object expected, found an integer"),
  ])
  func `what is wrong is named with its place`(_ vocab: String, _ merges: String, _ wanted: String) {
    do {
      _ = try read(bpe(vocab, merges))
      Issue.record("no error")
    } catch {
      #expect("\(error)" == wanted)
    }
  }

  @Test func `numbers beyond the vocabulary`() {
    #expect(throws: HFTokenizerError.unknownIDOutOfRange(id: 1, count: 1)) {
      try read(#"{"model":{"type":"Unigram","unk_id":1,"vocab":[["a",0]]}}"#)
    }
    #expect(throws: HFTokenizerError.badID(path: "added_tokens[0].id", found: "-1")) {
      try read(#"{"added_tokens":[{"id":-1,"content":"x"}],"model":{"vocab":{"a":0}}}"#)
    }
  }

  /// The library counts on from the model's ids, whatever the file says.
  @Test func `added tokens of one id`() throws {
    let read = try read(
      #"{"added_tokens":[{"id":5,"content":"x"},{"id":5,"content":"y"}],"model":{"vocab":{"a":0}}}"#)
    #expect((0..<3).map { read.vocabulary.text($0) } == ["a", "x", "y"])
  }

  @Test func `deep nesting and invalid UTF-8 are JSON errors`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try read(#"{"model":\#(deep)"#) }
    var nested = #"{"type":"NFC"}"#
    for _ in 0..<100 { nested = #"{"type":"Sequence","normalizers":[\#(nested)]}"# }
    #expect(throws: Never.self) { try read(#"{"normalizer":\#(nested),"model":{"vocab":{"a":0}}}"#) }
    #expect(throws: JSONError.self) {
      try readBytes(Array(#"{"model":{"vocab":{""#.utf8) + [0xFF] + Array(#"":0}}}"#.utf8)) {
        try HFTokenizerReader.read($0, name: $1)
      }
    }
  }

  @Test func `damaged files are read or refused in one line`() {
    let file =
      #"{"added_tokens":[{"id":6,"content":"<s>","special":true}],"normalizer":{"type":"Prepend","prepend":"▁"},"#
      + #""post_processor":{"type":"BertProcessing","sep":["<s>",6],"cls":["<s>",6]},"#
      + #""decoder":{"type":"Strip","content":" ","start":1,"stop":0},"model":{"type":"BPE","byte_fallback":true,"#
      + #""unk_token":"u","vocab":{"a":0,"b":1,"ab":2,"<0x0A>":3,"u":4},"merges":["a b"]}}"#
    var hostile = Hostile()
    hostile.truncations(of: Array(file.utf8)) { try HFTokenizerReader.read($0, name: $1) }
    hostile.bitFlips(of: Array(file.utf8)) { try HFTokenizerReader.read($0, name: $1) }
    #expect(hostile.complaints.prefix(5) == [])
    #expect(hostile.accepted > 100 && hostile.refused > 1000)
  }
}
