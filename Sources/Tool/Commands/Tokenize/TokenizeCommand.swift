public import ArgumentParser
internal import CMCPrimitives
public import CMCTokenization
internal import CMCVocabulary
internal import CrossModelControl

extension InvalidUTF8Policy: ExpressibleByArgument {}

/// `cmc tokenize`: a text as the tokens of a tokenizer, or tokens as text.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Encode text, or decode ids, exactly as the tokenizer's own library does.",
    discussion: """
      By default nothing is added, special tokens in the text are plain text, and a file is one text. The output is a \
      table of the tokens; --ids prints one line of numbers a text. With --ids and with the table a large file is read \
      and written in parts, in memory that does not grow with it; only texts of Unigram tokenizers and of those that \
      look at the surroundings of added tokens are held whole.

      EXAMPLES
        cmc tokenize llama-2/ 'Hello world'
        cmc tokenize model.gguf --file book.txt --ids
        cmc tokenize qwen/ '<|im_start|>user' --parse-special --special
        generate-lines | cmc tokenize cl100k.tiktoken - --lines --json
        cmc tokenize llama-2/ --decode '15043 3186'
        cmc tokenize llama-2/ -- '-x, a text that begins with a dash'
      """)

  @Argument(
    help: ArgumentHelp("A tokenizer, a model directory or a Hugging Face id.", valueName: "vocab"))
  var path: String

  @Argument(help: ArgumentHelp("The text, or - for standard input.", valueName: "text"))
  var text: String?

  @Option(help: ArgumentHelp("Take the text from a file.", valueName: "file"))
  var file: String?

  @Flag(help: "Print the ids, separated by blanks, one line a text.")
  var ids = false

  @Flag(help: "Print the pieces in their visible form, separated by blanks, one line a text.")
  var pieces = false

  @Flag(help: "Add the tokens that the tokenizer puts around a text; with --decode, show special tokens.")
  var special = false

  @Flag(help: "Turn special tokens that are written out in the text into their ids.")
  var parseSpecial = false

  @Flag(help: "The text is ids, separated by blanks: print what they stand for.")
  var decode = false

  @Flag(help: "Take each line of the file or of standard input as a text of its own.")
  var lines = false

  @Option(
    help: ArgumentHelp(
      "The regular expression that cuts text into words, for a tiktoken file of no known family.",
      valueName: "expression"))
  var splitPattern: String?

  @Option(help: "What becomes of bytes that are not UTF-8: replace (by U+FFFD) or error (default: replace).")
  var invalid: InvalidUTF8Policy?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard text == nil || file == nil else { throw ValidationError("Give a text or --file, not both.") }
    guard [ids, pieces, common.json].filter({ $0 }).count < 2 else {
      throw ValidationError("Choose one of --ids, --pieces and --json.")
    }
    if decode, ids || pieces || parseSpecial {
      throw ValidationError("--decode prints text: it takes no --ids, --pieces or --parse-special.")
    }
    if decode { try refuseIdle("is for texts: --decode takes ids", ["invalid": invalid != nil]) }
    if lines, file == nil, text != nil, text != "-" {
      throw ValidationError("--lines is for --file and standard input.")
    }
  }

  func run() throws {
    let tokenizer = try Tokenizer.load(path, splitPattern: splitPattern, observer: common.observer)
    let source = TextSource(text: text, file: file, lines: lines)
    if decode {
      try source.forEachText { try write(decoding: $0, tokenizer) }
      return
    }
    let options = EncodingOptions(
      addsSpecial: special, parsesSpecial: parseSpecial, invalid: invalid ?? .replace)
    var dropped = 0
    if lines || common.json || pieces {
      try source.forEachText { bytes in
        try withFile(source.name) { dropped += try show(encoding(of: bytes, tokenizer, options), tokenizer) }
      }
    } else {
      dropped = try withFile(source.name) { try showInParts(source, tokenizer, options) }
    }
    if dropped > 0 {
      common.note(
        "\(dropped) bytes have no token in \(tokenizer.description.name) and are missing from the result.")
    }
  }

  /// Ids alone where nothing else is shown, which is faster.
  private func encoding(of bytes: [UInt8], _ tokenizer: Tokenizer, _ options: EncodingOptions) throws
    -> Encoding
  {
    guard ids else { return try tokenizer.encodeWithOffsets(bytes, options: options) }
    var encoding = Encoding()
    encoding.ids = try tokenizer.encode(bytes, options: options)
    return encoding
  }

  /// Prints a whole text.
  ///
  /// - Returns: How many of its bytes have no token.
  private func show(_ encoding: Encoding, _ tokenizer: Tokenizer) throws -> Int {
    if ids {
      try StandardOutput.write(TokenizeRendering.ids(encoding.ids[...]) + "\n")
    } else if common.json {
      try StandardOutput.write(TokenizeRendering.json(encoding, tokenizer))
    } else if pieces {
      try StandardOutput.write(TokenizeRendering.pieces(encoding, tokenizer))
    } else {
      try StandardOutput.write(
        common.quiet
          ? "\(encoding.ids.count) tokens\n" : TokenizeRendering.table(encoding, tokenizer))
    }
    return encoding.dropped.reduce(0) { $0 + $1.count }
  }

  /// Prints a text while it is read, as ids or as a table.
  ///
  /// - Returns: How many of its bytes have no token.
  private func showInParts(_ source: TextSource, _ tokenizer: Tokenizer, _ options: EncodingOptions) throws
    -> Int
  {
    var encoder = tokenizer.makeStreamingEncoder(options: options, tracksOffsets: !ids)
    var dropped = 0
    var count = 0
    func show(_ part: Encoding) throws {
      dropped += part.dropped.reduce(0) { $0 + $1.count }
      guard !part.ids.isEmpty else { return }
      count += part.ids.count
      if !ids, common.quiet { return }
      try StandardOutput.write(
        ids
          ? (count > part.ids.count ? " " : "") + TokenizeRendering.ids(part.ids[...])
          : TokenizeRendering.rows(part, tokenizer))
    }
    try source.forEachBlock { try show(encoder.append($0)) }
    try show(encoder.finish())
    try StandardOutput.write(ids ? "\n" : "\(count) tokens\n")
    return dropped
  }

  private func write(decoding bytes: [UInt8], _ tokenizer: Tokenizer) throws {
    let ids = try bytes.split(whereSeparator: { $0 == 0x20 || (0x09...0x0D).contains($0) }).map { word in
      guard let id = Int32(String(decoding: word, as: UTF8.self)) else {
        throw TokenizeError.notAnID(String(decoding: word.prefix(20), as: UTF8.self))
      }
      return id
    }
    let text = try tokenizer.decode(ids, showsSpecial: special)
    if common.json {
      try StandardOutput.write(TokenizeRendering.json(ids: ids, text: text))
    } else {
      try StandardOutput.write(String(decoding: text, as: UTF8.self) + "\n")
    }
  }
}

/// Why input of `cmc tokenize` cannot be used.
enum TokenizeError: DescribedError {
  case notAnID(String)
  case noText

  var description: String {
    switch self {
    case .notAnID(let word): "'\(word)' is not an id; --decode takes whole numbers separated by blanks"
    case .noText: "there is no text; give one, --file, or - for standard input"
    }
  }
}
