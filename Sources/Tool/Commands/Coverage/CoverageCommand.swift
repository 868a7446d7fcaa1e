internal import ArgumentParser
internal import CMCAlignment
internal import CMCHashing
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
      own, without its end. Files that gzip or zstd has compressed are read as what they were. With --field they are JSON \
      lines, and the text of each record is taken by itself. Special tokens count no bytes; what a tokenizer puts before a text, such as a space, is part of its first token's. --source and --target may be left out where \
      the names that the map gives its tokenizers are paths from the current folder.

      A corpus of any size is read as a stream. With -o what is counted is kept every half a minute, and the same \
      command goes on from there. With --shard k/n every n-th file is counted, and cmc merge joins the counts; a corpus \
      of one large file is to be split first.

      EXAMPLES
        cmc coverage map.json --source mistral/ --target llama-2/ --corpus book.txt
        cmc coverage map.json --source a/ --target b/ --corpus code.txt law.txt
        cmc coverage map.json --source a/ --target b/ --corpus - --lines --top 50
        cmc coverage map.json --source a/ --target b/ --corpus c4/*.json.gz \\
          --field text -o c4.json
        cmc coverage map.json --source a/ --target b/ --corpus c4/*.json.gz \\
          --field text --shard 0/64 -o 0.shard
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

  @Option(
    help: ArgumentHelp(
      "The files are JSON lines, and this member of each record is the text: text, or document.body inside objects.",
      valueName: "name"),
    transform: CoverageCommand.field)
  var field: CorpusField?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the result as JSON, and keep what is counted on the way; with --shard the counts of the shard.",
      valueName: "file"))
  var output: String?

  @Flag(help: "Take each line as a text of its own.")
  var lines = false

  @Flag(help: "Turn special tokens that are written out in the text into their ids.")
  var parseSpecial = false

  @Option(help: "What becomes of bytes that are not UTF-8: replace (by U+FFFD) or error.")
  var invalid = InvalidUTF8Policy.replace

  @OptionGroup var sharding: ShardOptions
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !corpus.isEmpty else { throw ValidationError("--corpus needs a file.") }
    guard corpus.count(where: { $0 == "-" }) < 2 else {
      throw ValidationError("Standard input can be read once.")
    }
    guard top >= 0 else { throw ValidationError("--top must not be negative.") }
    if output?.isEmpty == true { throw ValidationError("--output must not be empty.") }
    if sharding.shard != nil {
      guard output != nil, !corpus.contains("-") else {
        throw ValidationError("--shard is for files, and needs --output.")
      }
    }
  }

  private static func field(_ text: String) throws -> CorpusField {
    if let field = CorpusField(text) { return field }
    throw ValidationError("a field is a name, or names with dots between.")
  }

  private var files: [CorpusFile] { corpus.map { $0 == "-" ? .standardInput : CorpusFile($0) } }
  private var unit: CorpusTextCutter.Unit { lines ? .line : .passage }
  private var options: CoverageOptions {
    CoverageOptions(parsesSpecial: parseSpecial, invalid: invalid, top: top, threads: threading.threads)
  }

  func run() throws {
    try prepareOutputs(
      output, form: .marked(kind: sharding.shard == nil ? CoverageJSON.schema : "cmc.shard"))
    let pair = try self.pair()
    let observer = common.observer
    func report(_ coverage: CorpusCoverage, _ settings: CoverageSettings) -> CoverageReport {
      CoverageReport(
        coverage: coverage, map: path, source: CoverageSide(pair.source), target: CoverageSide(pair.target),
        settings: settings)
    }
    if let output, let run = try CoverageRun(pair, map: path, corpus: files, output: output) {
      return try count(run, observer, report)
    }
    if let shard = sharding.shard {
      throw ValidationError("shard \(shard): a part of the corpus is no file.")
    }
    let coverage = try pair.coverage(
      of: files, unit: unit, field: field, options: options, observer: observer)
    observer.finishProgress()
    let settings = try CoverageSettings(
      pair, corpus: files, counted: coverage, unit: unit, field: field, options: options)
    if let output { try writeResult(CoverageJSON.bytes(report(coverage, settings)), to: output) }
    try show(report(coverage, settings))
  }

  /// Counts to a file.
  private func count(
    _ run: CoverageRun, _ observer: RunObserver,
    _ report: (CorpusCoverage, CoverageSettings) -> CoverageReport
  ) throws {
    var run = run
    (run.unit, run.field, run.options) = (unit, field, options)
    (run.shard, run.replaces) = (sharding.shard, replacing.force)
    let settings = try run.settings()
    if run.shard == nil {
      // What would be refused at the end is refused before anything is counted.
      try prepareOutputs(output, form: .beginning(CoverageJSON.beginning(settings)))
    }
    Interrupt.catchOnce()
    let outcome = try run.run(observer: observer) { try CoverageJSON.bytes(report($0, settings)) }
    observer.finishProgress()
    switch outcome {
    case .finished(let coverage): try show(report(coverage, settings))
    case .cancelled(let done):
      let total = sharding.shard?.itemCount(of: corpus.count) ?? corpus.count
      common.noteBrokenOff("\(done) of \(total) files are counted", output: output ?? "")
      throw ExitCode(Interrupt.exitCode)
    }
  }

  private func show(_ report: CoverageReport) throws {
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
  let source: CoverageSide
  let target: CoverageSide
  let settings: CoverageSettings
}

extension CoverageSide {
  /// A tokenizer by its name and its vocabulary's fingerprint.
  init(_ tokenizer: TokenizerDescription) {
    self.init(name: tokenizer.name, fingerprint: tokenizer.vocabulary.fingerprint.hex)
  }
}
