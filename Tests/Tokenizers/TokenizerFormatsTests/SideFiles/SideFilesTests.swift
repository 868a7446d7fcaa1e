import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@Suite struct SideFilesTests {
  let folder: TemporaryFolder

  /// Ids 0 to 5; nothing is special by itself.
  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "m/tokenizer.json",
      #"{"added_tokens":[],"pre_tokenizer":{"type":"ByteLevel"},"#
        + #""model":{"type":"BPE","vocab":{"!":0,"<a>":1,"<b>":2,"<c>":3,"d":4,"e":5},"merges":[]}}"#)
  }

  private func load() throws -> TokenizerDescription { try TokenizerLoader.load(folder.path("m")) }

  /// A configuration that names an ordinary token by its id makes it special only where it looks like a marker.
  @Test func `brackets with nothing between them are no marker`() throws {
    try folder.write(
      "n/tokenizer.json",
      #"{"added_tokens":[],"pre_tokenizer":{"type":"ByteLevel"},"#
        + #""model":{"type":"BPE","vocab":{"<>":0,"[]":1,"<a>":2},"merges":[]}}"#)
    try folder.write("n/generation_config.json", #"{"eos_token_id":[0,1,2]}"#)
    let description = try TokenizerLoader.load(folder.path("n"))
    #expect(description.vocabulary.kinds == [.text, .text, .special])
    #expect(description.notes.filter { $0.contains("an ordinary token") }.count == 2)
  }

  @Test func `the more authoritative file names the primary token, and disagreement is noted`() throws {
    try folder.write("m/generation_config.json", #"{"eos_token_id":[3,2],"pad_token_id":-1}"#)
    try folder.write("m/config.json", #"{"eos_token_id":1,"vocab_size":8}"#)
    try folder.write("m/tokenizer_config.json", #"{"eos_token":{"content":"<b>"},"bos_token":"<a>"}"#)
    try folder.write("m/special_tokens_map.json", #"{"bos_token":{"content":"<b>"},"unk_token":null}"#)
    let description = try load()
    let vocabulary = description.vocabulary
    #expect(vocabulary.ids(of: .eos) == [3, 1, 2])
    #expect(vocabulary.ids(of: .bos) == [1, 2])
    #expect(vocabulary.kinds == [.text, .special, .special, .special, .text, .text])
    #expect(vocabulary.source(.eos, 3) == "generation_config.json: eos_token_id")
    #expect(vocabulary.source(.eos, 1) == "config.json: eos_token_id")
    #expect(description.logitsWidth == LogitsWidth(count: 8, source: "config.json: vocab_size"))
    #expect(
      description.notes == [
        "Files disagree on the bos token: tokenizer_config.json: bos_token is 1 (\"<a>\"), "
          + "special_tokens_map.json: bos_token is 2 (\"<b>\"); 1 is taken first.",
        "Files disagree on the eos token: generation_config.json: eos_token_id is 3 (\"<c>\"), "
          + "config.json: eos_token_id is 1 (\"<a>\"); 3 is taken first.",
      ])
    #expect(
      description.files.map { $0.split(separator: "/").last } == [
        "tokenizer.json", "generation_config.json", "config.json", "tokenizer_config.json",
        "special_tokens_map.json",
      ])
  }

  @Test func `what names no token is noted`() throws {
    try folder.write("m/config.json", #"{"bos_token_id":99,"text_config":{"eos_token_id":2,"vocab_size":3}}"#)
    try folder.write("m/tokenizer_config.json", #"{"pad_token":"<nowhere>"}"#)
    let description = try load()
    #expect(description.vocabulary.ids(of: .eos) == [2])
    #expect(description.vocabulary.ids(of: .bos) == [])
    #expect(description.logitsWidth?.source == "config.json: text_config.vocab_size")
    #expect(
      description.notes == [
        "tokenizer_config.json: pad_token adds \"<nowhere>\", which tokenizer.json does not list, as id 6.",
        "config.json: bos_token_id is 99, which no token has.",
        "config.json: text_config.vocab_size is 3, but the highest token id is 6: the tokens from 3 on have no logit.",
      ])
  }

  @Test func `a bare number does not make an ordinary token special`() throws {
    try folder.write("m/config.json", #"{"pad_token_id":0}"#)
    let description = try load()
    #expect(description.vocabulary.kind(0) == .text)
    #expect(description.vocabulary.ids(of: .pad) == [0])
    #expect(
      description.notes == ["config.json: pad_token_id names id 0, \"!\", an ordinary token; it stays one."])
  }

  @Test func `a token named by its text is special, whatever it looks like`() throws {
    try folder.write(
      "m/special_tokens_map.json", #"{"eos_token":"d","additional_special_tokens":["e",{"content":"<c>"}]}"#)
    let description = try load()
    #expect([4, 5, 3].map { description.vocabulary.kind($0) } == [.special, .special, .special])
    #expect(description.addedTokens.map(\.id) == [4, 5, 3])
    #expect(description.vocabulary.ids(of: .eos) == [4])
    #expect(description.vocabulary.roles(of: 5) == [])
  }

  @Test func `tokens that only the side files list are added`() throws {
    try folder.write(
      "m/tokenizer_config.json",
      #"{"pad_token":"<p>","added_tokens_decoder":{"7":{"content":"<p>","special":true},"1":{"content":"<a>","special":true}}}"#
    )
    try folder.write("m/added_tokens.json", #"{"<p>":7,"<q>":8,"<b>":9,"<z>":2}"#)
    let description = try load()
    let vocabulary = description.vocabulary
    // Of a list in tokenizer_config.json transformers takes neither the ids nor the older file.
    #expect(vocabulary.idLimit == 7)
    #expect(vocabulary.kinds[6...] == [.special])
    #expect(vocabulary.kind(1) == .special)
    #expect(vocabulary.ids(of: .pad) == [6])
    #expect(
      description.notes.contains {
        $0.contains(
          "<p>\" the id 7; it has 6, as transformers counts added tokens on from those of tokenizer.json.")
      })
    #expect(
      description.notes.contains {
        $0.contains("gives \"<b>\" the id 9; it has 2, as transformers takes that")
      })
    #expect(
      description.notes.contains {
        $0.contains(
          "gives \"<q>\" the id 8; it is not added, as transformers takes the list of tokenizer_config.json")
      })
  }

  @Test func `a class that builds other steps than the file is noted by the difference's name`() throws {
    func notes(_ name: String) throws -> [String] {
      try folder.write("m/tokenizer_config.json", #"{"tokenizer_class":"\#(name)"}"#)
      return try load().notes.filter { $0.contains("class-pipeline") }
    }
    #expect(try notes("GemmaTokenizerFast").count == 1)
    // Llama's class is given up where text is cut as GPT-2 does it, and the plain class builds nothing.
    #expect(try notes("LlamaTokenizer") == [])
    #expect(try notes("PreTrainedTokenizerFast") == [])
  }

  @Test func `ids that only the files beside add are told apart`() throws {
    try folder.write("m/tokenizer_config.json", #"{"pad_token":"<new>"}"#)
    let description = try load()
    #expect(description.besideIDs == [6])
    #expect(description.lastOwnID == 5)
    #expect(description.idsWithoutLogit(width: 6) == [6])
    #expect(description.idsWithoutLogit(width: 7) == [])
  }

  @Test func `scores keep up with tokens that are added`() throws {
    try folder.write("m/tokenizer.json", #"{"model":{"type":"Unigram","vocab":[["a",-1.5]]}}"#)
    try folder.write("m/added_tokens.json", #"{"<q>":3}"#)
    guard case .unigram(let model) = try load().algorithm else { Issue.record("no Unigram"); return }
    #expect(model.scores == [-1.5, 0])
  }

  @Test func `the configuration decides about the case of a vocab.txt`() throws {
    try folder.write("bert/vocab.txt", "[UNK]\nthe\n")
    try folder.write("bert/tokenizer_config.json", #"{"do_lower_case":false,"strip_accents":true}"#)
    #expect(
      try TokenizerLoader.load(folder.path("bert")).normalizers
        == [.bert(cleanText: true, handleChineseCharacters: true, stripAccents: true, lowercase: false)])
  }

  @Test(arguments: [
    ("unk_token", #""<nowhere>""#, "unk_token: \"<nowhere>\" is no line of vocab.txt"),
    ("unk_token", "null", "unk_token: the tokenizer cannot be used without one"),
    ("cls_token", "null", "cls_token: the tokenizer cannot be used without one"),
  ])
  func `a vocab.txt without a token that it needs is refused`(
    _ name: String, _ value: String, _ wanted: String
  )
    throws
  {
    try folder.write("bert/vocab.txt", "[UNK]\n[CLS]\n[SEP]\nthe\n")
    try folder.write("bert/tokenizer_config.json", #"{"\#(name)":\#(value)}"#)
    let error = #expect(throws: FileError.self) { try TokenizerLoader.load(folder.path("bert")) }
    #expect(error?.description.contains("tokenizer_config.json: \(wanted)") == true)
  }

  @Test func `a model file of another vocabulary is noted, one of the same is not`() throws {
    var model = SentencePieceFixture()
    model.add("<unk>", .unknown)
    for number in 1..<40 { model.add("piece\(number)", score: -Float(number)) }
    func notes(_ word: String) throws -> [String] {
      let vocabulary = (1..<40).map { #""\#(word)\#($0)":\#($0)"# }.joined(separator: ",")
      try folder.write(
        "two/tokenizer.json",
        #"{"model":{"type":"WordLevel","unk_token":"<unk>","vocab":{"<unk>":0,\#(vocabulary)}}}"#)
      try folder.write("two/tokenizer.model", bytes: model.bytes)
      return try TokenizerLoader.load(folder.path("two")).notes.filter { $0.contains("tokenizer.model") }
    }
    #expect(try notes("piece") == [])
    let others = try notes("word")
    #expect(others.count == 1)
    #expect(
      others.first?.hasPrefix("tokenizer.json and tokenizer.model are of different vocabularies: ") == true)
  }

  @Test func `a tekken file with another number of tokens is noted`() throws {
    try folder.write("m/tekken.json", #"{"config":{"default_vocab_size":131072},"vocab":[]}"#)
    #expect(
      try load().notes == [
        "tokenizer.json and tekken.json are of different vocabularies: 6 and 131072 ids; tokenizer.json is taken"
      ])
    try folder.write("m/tekken.json", #"{"config":{"default_vocab_size":7},"vocab":[]}"#)
    #expect(try load().notes == [])
  }

  @Test func `further templates without a default leave no template`() throws {
    try folder.write("m/tokenizer_config.json", #"{"chat_template":"own"}"#)
    try folder.write("m/additional_chat_templates/rag.jinja", "RAG")
    let description = try load()
    #expect(description.chatTemplate == nil)
    #expect(
      description.notes.contains { $0.hasPrefix("additional_chat_templates has rag.jinja and no default") })
    try folder.write("m/chat_template.jinja", "FILE")
    #expect(try load().chatTemplate == "FILE")
    try folder.write("m/additional_chat_templates/default.jinja", "DEFAULT")
    #expect(try load().chatTemplate == "DEFAULT")
    #expect(try load().notes == [])
  }

  @Test(arguments: [
    ("config.json", "{", "config.json: is not valid JSON"),
    ("generation_config.json", "[]", "generation_config.json: top level: an object expected, found an array"),
    (
      "config.json", #"{"eos_token_id":"x"}"#,
      "config.json: eos_token_id: a token id expected, found a string"
    ),
    ("config.json", #"{"vocab_size":-3}"#, "config.json: vocab_size: -3 is not a possible number of tokens"),
    (
      "special_tokens_map.json", #"{"eos_token":{}}"#, "special_tokens_map.json: eos_token.content is missing"
    ),
    (
      "tokenizer_config.json", #"{"added_tokens_decoder":{"x":{}}}"#,
      "added_tokens_decoder: \"x\" is not a token id"
    ),
    ("added_tokens.json", #"{"x":4194304}"#, "added_tokens.json: \"x\": token id 4194304 is out of range"),
    ("added_tokens.json", #"{"x":-9223372036854775808}"#, "is out of range"),
    ("added_tokens.json", "", "added_tokens.json: is not valid JSON"),
  ])
  func `a malformed file is named`(_ name: String, _ text: String, _ wanted: String) throws {
    try folder.write("m/\(name)", text)
    do {
      _ = try load()
      Issue.record("no error")
    } catch {
      #expect(error is FileError)
      #expect("\(error)".contains(wanted), "\(error)")
      #expect("\(error)".contains("m/\(name)"))
    }
  }
}
