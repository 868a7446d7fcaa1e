import CMCVocabulary

/// How a configuration file names a token.
enum TokenReference: Hashable {
  /// By its id.
  case id(Int)
  /// By its text.
  case content([UInt8])
}

/// What a configuration file says of a token.
struct SideStatement {
  /// The role; nil where it only says that the token is special.
  var role: TokenRole?
  /// The token.
  var token: TokenReference
  /// The file's name.
  var file: String
  /// The member that says so.
  var key: String

  /// File and member, as it is shown.
  var source: String { "\(file): \(key)" }
}

/// A token that a configuration file lists with its id.
struct SideToken {
  var id: Int
  var content: [UInt8]
  /// Nil where the file does not say.
  var isSpecial: Bool?
  var file: String
  var key: String
}

/// Everything the files beside a tokenizer say, the more authoritative files first.
struct SideFiles {
  var statements: [SideStatement] = []
  var tokens: [SideToken] = []
  var widths: [LogitsWidth] = []
  /// What `tokenizer_config.json` says of BERT's clean-up.
  var bertCleanup = BertCleanup()
  /// The template of a conversation, from a file of its own or from `tokenizer_config.json`.
  var chatTemplate: String?
  /// Why no template is taken although there are some; nil otherwise.
  var templateNote: String?
  /// What is added to a `tokenizer.json`, with flags.
  var stated = StatedTokens()
  /// What is stated as texts of special tokens for a template.
  var templateTokens = TemplateTokens()
  /// What is stated of the class of transformers.
  var classFiles = ClassFiles()
  /// The pieces of a `vocab.txt`, by its lines.
  var pieceLines: [[UInt8]]?
  /// Fields of `tokenizer_config.json` of which nothing is known.
  var unknownFields: [String] = []
  /// The paths of the files that were read.
  var paths: [String] = []
}

/// BERT's clean-up as the slow tokenizers' configuration states it; nil where it does not.
struct BertCleanup {
  var lowercase: Bool?
  var stripAccents: Bool?
  var handleChineseCharacters: Bool?
}
