import CMCFastJSON
import CMCPrimitives
import TestSupport
import Testing

@testable import CMCTraining

/// The special tokens of a result are those that the files of its beginning state, to the letter.
@Suite struct SpecialTokensTests {
  private func tokens(_ json: String) throws -> SpecialTokens {
    let folder = try TemporaryFolder()
    return try SpecialTokens(file: try folder.write("config.json", json))
  }

  private func written(_ tokens: SpecialTokens) -> String {
    var json = JSONWriter(.compact)
    json.object { tokens.write(to: &$0) }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("{}", "{}"), (#"{"eos_token_id":2}"#, #"{"eos_token_id":2}"#),
    (#"{"eos_token_id":[2,4],"pad_token_id":null}"#, #"{"eos_token_id":[2,4],"pad_token_id":null}"#),
    (#"{"pad_token_id":0,"bos_token_id":1}"#, #"{"bos_token_id":1,"pad_token_id":0}"#),
    (
      #"{"eos_token_id":[1,106],"pad_token_id":null,"text_config":{"eos_token_id":1,"pad_token_id":0}}"#,
      #"{"eos_token_id":[1,106],"pad_token_id":0}"#
    ),
  ])
  func membersStayAsTheyAre(_ json: String, _ wanted: String) throws {
    #expect(written(try tokens(json)) == wanted)
  }

  @Test func endsAreThoseThatAreStated() throws {
    #expect(try tokens(#"{"eos_token_id":[2,4]}"#).ends == [2, 4])
    #expect(try tokens(#"{"eos_token_id":null}"#).ends == [])
    #expect(try tokens("{}").ends == nil)
    #expect(SpecialTokens(bos: 1, eos: [2], pad: 0) == SpecialTokens(bos: 1, eos: [2], pad: 0))
    #expect(SpecialTokens(bos: 1, eos: [2]) != SpecialTokens(bos: 1, eos: [2], pad: 0))
    #expect(throws: FileError.self) { try tokens(#"{"eos_token_id":"two"}"#) }
  }

  /// What says how to generate is that of the model, not of a tokenizer beside it.
  @Test func theFilesAreThoseOfTheModel() throws {
    let folder = try TemporaryFolder()
    let model = RealData.checkout + "/Vocabs/demo/models/base-one/"
    for name in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
      try folder.write("model/" + name, bytes: try readFile(model + name))
    }
    #expect(try ModelFiles(model: folder.path("model")).generation == nil)
    try folder.write("model/generation_config.json", #"{"eos_token_id": 2}"#)
    let files = try ModelFiles(model: folder.path("model"))
    #expect(files.configuration == folder.path("model/config.json"))
    try makeDirectory(folder.path("out"))
    try files.copyGeneration(to: folder.path("out"))
    #expect(try readFile(folder.path("out/generation_config.json")) == Array(#"{"eos_token_id": 2}"#.utf8))
    let beside = try ModelFiles(tokenizer: folder.path("model"))
    #expect(beside.configuration == nil && beside.generation == folder.path("model/generation_config.json"))
  }
}
