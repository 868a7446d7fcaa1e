/// Makes small vocabulary-only GGUF files.
package struct GGUFVocabularyFixture {
  /// `tokenizer.ggml.model`.
  package var model: String
  /// The tokens as the file spells them, with their types.
  package var tokens: [(piece: [UInt8], type: Int32)] = []
  /// One score a token; left out where empty.
  package var scores: [Float] = []
  /// The merges; left out where nil.
  package var merges: [[UInt8]]?
  /// Entries of type uint32, by their whole key.
  package var numbers: [(key: String, value: UInt32)] = []
  /// Entries of text, by their whole key.
  package var texts: [(key: String, value: String)] = []
  /// Truth values, by their whole key.
  package var flags: [(key: String, value: Bool)] = []
  /// Rows of a tensor `output.weight`; no tensor where nil.
  package var outputRows: UInt64?

  /// A vocabulary without tokens.
  package init(model: String) { self.model = model }

  /// Adds a token.
  package mutating func add(_ piece: String, _ type: Int32 = 1) { tokens.append((Array(piece.utf8), type)) }

  /// The file.
  package var bytes: [UInt8] {
    let entries =
      3 + (scores.isEmpty ? 0 : 1) + (merges == nil ? 0 : 1) + numbers.count + texts.count + flags.count
    var file = GGUFWriter(tensors: outputRows == nil ? 0 : 1, entries: UInt64(entries))
    file.entry("tokenizer.ggml.model", model)
    file.entry("tokenizer.ggml.tokens", strings: tokens.map(\.piece))
    file.entry("tokenizer.ggml.token_type", int32s: tokens.map(\.type))
    if !scores.isEmpty { file.entry("tokenizer.ggml.scores", floats: scores) }
    if let merges { file.entry("tokenizer.ggml.merges", strings: merges) }
    for (key, value) in numbers { file.entry(key, value) }
    for (key, value) in texts { file.entry(key, value) }
    for (key, value) in flags { file.entry(key, value) }
    if let outputRows { file.tensor("output.weight", shape: [32, outputRows], type: 8) }
    return file.bytes
  }

  /// Byte-level BPE: letters, merges, a special, a user-defined token, padding.
  package static var byteLevel: GGUFVocabularyFixture {
    var fixture = GGUFVocabularyFixture(model: "gpt2")
    for piece in ["a", "b", "\u{120}", "ab", "\u{120}a", "\u{FF}"] { fixture.add(piece) }
    fixture.add("<|end|>", 3)
    fixture.add("ø", 4)
    fixture.add("[PAD8]", 4)
    fixture.merges = ["a b", "\u{120} a", "b b", "ab"].map { Array($0.utf8) }
    fixture.numbers = [("tokenizer.ggml.eos_token_id", 6), ("tokenizer.ggml.bos_token_id", 99)]
    fixture.texts = [("tokenizer.ggml.pre", "llama-bpe"), ("general.name", "tiny")]
    return fixture
  }

  /// SentencePiece BPE with bytes and scores.
  package static var sentencePiece: GGUFVocabularyFixture {
    var fixture = GGUFVocabularyFixture(model: "llama")
    fixture.add("<unk>", 2)
    fixture.add("<s>", 3)
    fixture.add("</s>", 3)
    fixture.add("<0x0A>", 6)
    fixture.add("\u{2581}the")
    fixture.add("gone", 5)
    fixture.scores = [0, 0, 0, 0, -1, -2]
    fixture.numbers = [("tokenizer.ggml.bos_token_id", 1), ("tokenizer.ggml.eos_token_id", 2)]
    return fixture
  }

  /// BPE over SentencePiece's spelling, with pieces that are white space themselves.
  package static var gemma: GGUFVocabularyFixture {
    var fixture = GGUFVocabularyFixture(model: "gemma4")
    for piece in ["\n", "\n\n", "\u{2581}", "\u{2581}\u{2581}", " ", " \n"] { fixture.add(piece) }
    fixture.add("<0x0A>", 6)
    fixture.merges = ["\n \n", "\u{2581} \u{2581}", "  \n"].map { Array($0.utf8) }
    return fixture
  }

  /// WordPiece in GGUF's spelling.
  package static var wordPiece: GGUFVocabularyFixture {
    var fixture = GGUFVocabularyFixture(model: "bert")
    fixture.add("[CLS]", 3)
    fixture.add("[SEP]", 3)
    fixture.add("\u{2581}the")
    fixture.add("s")
    fixture.add("\u{2581},")
    fixture.add("[unused0]")
    fixture.numbers = [("tokenizer.ggml.cls_token_id", 0), ("tokenizer.ggml.seperator_token_id", 1)]
    return fixture
  }
}
