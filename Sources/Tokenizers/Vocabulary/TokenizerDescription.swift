/// A vocabulary and how to encode with it, as plain values: what the readers of all formats give.
///
/// The pipeline is in the order of the HF library: added tokens are cut out, the rest is normalised, pre-tokenised,
/// encoded by the algorithm and post-processed; decoders run on the way back. The tokenization module executes it; the
/// readers only transcribe, and transcribe what they do not know as `.unknown` with its name.
public struct TokenizerDescription: Sendable {
  /// A short name for people: the model's own, or the folder or file it was read from.
  public var name: String
  /// The known family, such as `llama-3`, or nil.
  public var family: String?
  /// The container it was read from.
  public var format: TokenizerFormat
  /// The files that were read, the main one first.
  public var files: [String]
  /// The tokens.
  public var vocabulary: Vocabulary
  /// How many logits a model with this tokenizer gives, where a file says so.
  public var logitsWidth: LogitsWidth?
  /// How text becomes tokens.
  package var algorithm: EncodingAlgorithm
  /// Applied to text before it is split, in order.
  package var normalizers: [Normalizer] = []
  /// Cuts text into words, in order.
  package var preTokenizers: [PreTokenizer] = []
  /// Puts tokens around an encoded text, in order.
  package var postProcessors: [PostProcessor] = []
  /// Turns tokens back into text, in order; empty where canonical bytes joined are the text.
  package var decoders: [Decoder] = []
  /// Why text without a token is an error, where it has neither bytes nor an unknown token; nil where it is dropped.
  package var missingUnknown: String?
  /// The ids of added tokens that are no pieces of the model: text becomes them by the search for added tokens alone.
  package var addedOnlyIDs: Set<Int32> = []
  /// The ids of special tokens that are pieces of the model nevertheless, so that text becomes them by merging, too.
  ///
  /// Files beside the tokenizer may call any piece special; the model knows nothing of it.
  package var markedPieceIDs: Set<Int32> = []
  /// How many holes the library counts as pieces where it numbers added tokens: the empty line of a `vocab.txt`.
  package var emptyPieces = 0
  /// The ids that only files beside the tokenizer's own add.
  ///
  /// A model that was not resized for them has no logits there.
  package var besideIDs: Set<Int32> = []
  /// How a SentencePiece model shows its unknown token, and that it has a denormaliser.
  package var sentencePiece = SentencePieceDecoding()
  /// Tokens found in the text before everything else.
  package var addedTokens: [AddedToken] = []
  /// The model's own template of a conversation, in Jinja's language, where a file has one.
  public var chatTemplate: String?
  /// The texts of special tokens that a template knows, such as `bos_token`, as far as files and the tokenizer's class say.
  ///
  /// Nil under a name is that there is none; a name without an entry is left to the roles.
  package var templateTokens: [String: String?] = [:]
  /// Disagreements between files and other things the user should know; one sentence each.
  public var notes: [String] = []

  /// The highest id that the tokenizer's own file gives; a model must have a logit for it.
  package var lastOwnID: Int {
    (0..<vocabulary.idLimit).last { !besideIDs.contains(Int32($0)) } ?? -1
  }

  /// The ids that files beside the tokenizer add and a model of some width has no logits for.
  package func idsWithoutLogit(width: Int) -> Set<Int32> { besideIDs.filter { Int($0) >= width } }

  /// Collects the parts that every format has.
  package init(
    name: String, format: TokenizerFormat, files: [String], vocabulary: Vocabulary,
    algorithm: EncodingAlgorithm
  ) {
    self.name = name
    self.format = format
    self.files = files
    self.vocabulary = vocabulary
    self.algorithm = algorithm
  }
}

/// What SentencePiece needs beside its pieces to turn ids into text.
package struct SentencePieceDecoding: Sendable, Hashable {
  /// What an unknown token is shown as.
  package var unknownSurface = " \u{2047} "
  /// Whether `\u{2581}` at the very beginning is no part of the text.
  package var dropsFirstSpaces = false
  /// Whether all of them at the beginning are, not the first alone.
  package var dropsAllSpaces = false
  /// Whether the text would be rewritten by a denormaliser.
  package var hasDenormalizer = false

  /// SentencePiece's defaults.
  package init() {}
}

/// How many logits a model gives, and who says so.
public struct LogitsWidth: Sendable, Hashable {
  /// The number of rows.
  public let count: Int
  /// For example `config.json: vocab_size`.
  public let source: String

  /// Notes a width.
  public init(count: Int, source: String) {
    self.count = count
    self.source = source
  }
}

/// A container of tokenizers that can be read.
public enum TokenizerFormat: String, Sendable, CaseIterable {
  /// Hugging Face `tokenizer.json`.
  case tokenizerJSON = "tokenizer.json"
  /// `vocab.json` with `merges.txt`.
  case vocabAndMerges = "vocab.json + merges.txt"
  /// A SentencePiece model, a protocol buffer.
  case sentencePiece = "SentencePiece"
  /// Lines of base64 and rank.
  case tiktoken = "tiktoken"
  /// Mistral's Tekken JSON.
  case tekken = "Tekken"
  /// `vocab.txt`, a WordPiece a line.
  case wordPieceText = "vocab.txt"
  /// RWKV's lines of id, Python literal and length.
  case rwkv = "RWKV"
  /// The metadata of a GGUF file.
  case gguf = "GGUF"
  /// The `tokenizer.bin` of llama2.c.
  case llama2c = "llama2.c"
}
