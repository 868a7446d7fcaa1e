internal import ArgumentParser
internal import CMCAlignment
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCVocabulary

/// `cmc coverage`: how much of real text a map covers.
struct CoverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Measure a map on text: which tokens really occur, and how they map.",
    discussion: """
      A map's own figures count each token once; here each counts as often as the source tokenizer gives it on the \
      corpus. Shown are the shares by method and script, what each file adds (so a subject, a language, a specialised \
      vocabulary can be judged), tokens per byte on both sides, the text that does not survive encoding and decoding, \
      and the unmatched tokens that occur most, with an example.

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

  @Option(help: ArgumentHelp("How many unmatched tokens to name.", valueName: "n"))
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
    let tokenizers = try MapTokenizers(path, input, common)
    let (source, target) = try concurrently(threads: threading.threads) {
      try Tokenizer(tokenizers.source)
    } _: {
      try Tokenizer(tokenizers.target)
    }
    var counter = try CorpusCoverageCounter(
      tokenizers.map, source: source, target: target,
      options: CoverageOptions(
        parsesSpecial: parseSpecial, invalid: invalid, top: top, threads: threading.threads))
    for file in corpus {
      counter.beginDomain(file == "-" ? "standard input" : file)
      try count(file, &counter)
    }
    let coverage = counter.finish()
    let report = CoverageReport(
      coverage: coverage, map: path, source: tokenizers.source, target: tokenizers.target,
      unit: lines ? .line : .passage)
    try StandardOutput.write(common.json ? CoverageJSON.bytes(report) : Array(CoverageText.text(report).utf8))
  }

  /// Counts one file, holding a few megabytes of it at a time.
  private func count(_ file: String, _ counter: inout CorpusCoverageCounter) throws {
    let name = file == "-" ? "standard input" : file
    var cutter = CorpusTextCutter(lines ? .line : .passage)
    var batch: [CorpusText] = []
    var bytes = 0
    func take(_ text: CorpusText) throws {
      batch.append(text)
      bytes += text.bytes.count
      guard bytes >= 1 << 22 else { return }
      try counter.add(batch)
      batch.removeAll(keepingCapacity: true)
      bytes = 0
    }
    try withFile(name) {
      try forEachBlock(of: file == "-" ? nil : file) { try cutter.append($0, take) }
      try cutter.finish(take)
      try counter.add(batch)
    }
    if cutter.cutLines > 0 {
      common.note(
        "\(name): \(CoverageText.counted(cutter.cutLines, "line")) longer than \(CorpusTextCutter.limit) bytes, taken in parts"
      )
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
