internal import ArgumentParser
internal import CMCAlignment
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCVocabulary
internal import CrossModelControl

/// `cmc coverage`: how much of real text a map covers.
struct CoverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Measure a map on text: which tokens really occur, and how they map.",
    discussion: """
      A map's own figures count each token once; here each counts as often as the source tokenizer gives it on the \
      corpus. Shown are the shares by method and script, what each file adds (so a subject, a language, a specialised \
      vocabulary can be judged), tokens per byte on both sides, the text that does not survive encoding and decoding, \
      the tokens that change most of the text, and the unmatched tokens that occur most, with an example.

      Text is taken as it runs, in passages of about 4 KiB that end with a line; --lines makes each line a text of its \
      own, without its end. Special tokens count no bytes. --source and --target may be left out where \
      the names that the map gives its tokenizers are paths from the current folder.

      EXAMPLES
        cmc coverage map.json --source mistral/ --target llama-2/ --corpus book.txt
        cmc coverage map.json --source a/ --target b/ --corpus code.txt law.txt
        cmc coverage map.json --source a/ --target b/ --corpus - --lines --top 50
        xz -dc dump.xz | cmc coverage map.json --corpus - --json
      """)

  @Argument(help: ArgumentHelp("The map, in any format.", valueName: "map"))
  var path: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files of text, each reported by itself and all together; - is standard input.", valueName: "file"))
  var corpus: [String]

  @OptionGroup var input: MapInputOptions

  @Option(help: ArgumentHelp("How many tokens to name in each list.", valueName: "n"))
  var top = 20

  @Flag(help: "Take each line as a text of its own.")
  var lines = false

  @Flag(help: "Turn special tokens that are written out in the text into their ids.")
  var parseSpecial = false

  @Option(help: "What becomes of bytes that are not UTF-8: replace (by U+FFFD) or error.")
  var invalid = InvalidUTF8Policy.replace

  @OptionGroup var threading: ThreadOptions

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !corpus.isEmpty else { throw ValidationError("--corpus needs a file.") }
    guard corpus.count(where: { $0 == "-" }) < 2 else {
      throw ValidationError("Standard input can be read once.")
    }
    guard top >= 0 else { throw ValidationError("--top must not be negative.") }
  }

  func run() throws {
    let pair = try self.pair()
    let unit = lines ? CorpusTextCutter.Unit.line : .passage
    let coverage = try pair.coverage(
      of: corpus.map { $0 == "-" ? .standardInput : CorpusFile($0) }, unit: unit,
      options: CoverageOptions(
        parsesSpecial: parseSpecial, invalid: invalid, top: top, threads: threading.threads),
      observer: common.observer)
    let report = CoverageReport(
      coverage: coverage, map: path, source: pair.source, target: pair.target, unit: unit)
    try common.show(
      CoverageText.line(report), text: CoverageText.text(report), json: CoverageJSON.bytes(report))
  }

  private func pair() throws -> MappedPair {
    let known = try input.vocabularies.load(common)
    do {
      return try MappedPair(path, from: input.from, vocabularies: known, observer: common.observer)
    } catch let error as MapTokenizerError {
      throw MissingTokenizerError(error: error)
    }
  }
}

/// A tokenizer that a map does not lead to, with the options that would name it.
struct MissingTokenizerError: DescribedError {
  let error: MapTokenizerError

  var description: String { error.description }

  var hint: String? {
    let option = "--\(error.side.rawValue)"
    return switch error.reason {
    case .unnamed, .notFound: "name a tokenizer file, a model directory or a Hugging Face id with \(option)"
    case .mismatch:
      "give the tokenizer the map was made for with \(option), or make the map anew with cmc align"
    case .otherSide: "exchange --source and --target"
    }
  }
}

/// What the renderers of `cmc coverage` need.
struct CoverageReport {
  let coverage: CorpusCoverage
  let map: String
  let source: TokenizerDescription
  let target: TokenizerDescription
  let unit: CorpusTextCutter.Unit
}
