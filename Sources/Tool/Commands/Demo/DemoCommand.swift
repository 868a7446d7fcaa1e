internal import ArgumentParser
internal import CMCAlignment
internal import CMCDemonstration
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCReporting
internal import CMCResultCoding
internal import CMCTokenMapFormats
internal import CMCVocabulary
internal import CrossModelControl

/// `cmc demo`: the whole method on models and vocabularies that come with the tool.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Run the whole method on small models that come with the tool, and write a page about it.",
    discussion: """
      Two small language models with different vocabularies are the users; a still smaller delta model was trained for a \
      task beside the first. The demonstration aligns the vocabularies, lets the delta model steer both users on prompts \
      that none has seen, the second through the token map, and compares that with LoRA, with the delta model alone, \
      with other maps and with shuffled ones. It also measures how alike what tuning did to the two users' logits is.

      Models and text were made by this program: `cmc train data` and Vocabs/demo/train-models. They lie in the checkout; a \
      program that was copied elsewhere is told where by --models or CMC_SHARE. With --align two small vocabularies are \
      aligned, and nothing else: 'harbor', a BPE with byte fallback, and 'meadow', a byte-level BPE.

      EXAMPLES
        cmc demo
        cmc demo --seed 7 --prompts 500       prompts and controls drawn anew
        cmc demo --models my-models/   models that Vocabs/demo/train-models made
        cmc demo --align
        cmc demo --regenerate /tmp/demo
            train both small vocabularies again and write them there
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder for page, result, maps and every single answer. Default: Reports/demo; with --align Reports.",
      valueName: "folder"))
  var output: String?

  @Option(help: ArgumentHelp("The models, as Vocabs/demo/train-models makes them.", valueName: "folder"))
  var models: String?

  @Option(help: ArgumentHelp("How many prompts each system answers (default: 200).", valueName: "n"))
  var prompts: Int?

  @Option(help: ArgumentHelp("Decides prompts, shuffled maps and resamples (default: 1).", valueName: "n"))
  var seed: UInt64?

  @Flag(help: "Only align two small vocabularies.")
  var align = false

  @Option(
    help: ArgumentHelp(
      "Train both small vocabularies again and write them to this folder; nothing else is done.",
      valueName: "folder"))
  var regenerate: String?

  @OptionGroup var threading: ThreadOptions
  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if output == "" { throw ValidationError("--output must not be empty.") }
    guard (2...100_000).contains(prompts ?? 2) else {
      throw ValidationError("--prompts must be from 2 to 100000.")
    }
    let ofLoop: KeyValuePairs = ["models": models != nil, "prompts": prompts != nil, "seed": seed != nil]
    if align { try refuseIdle("is for the whole method: --align only aligns", ofLoop) }
    if regenerate != nil {
      try refuseIdle("does not go with --regenerate", ["align": align, "output": output != nil])
      try refuseIdle("is for the whole method: --regenerate only writes vocabularies", ofLoop)
    }
  }

  func run() throws {
    if let regenerate { return try train(into: regenerate) }
    if align { return try alignVocabularies() }
    try closeLoop(try models.map(ClosedLoopFolder.init) ?? ClosedLoopFolder.shipped())
  }

  // MARK: - The whole loop

  private func closeLoop(_ folder: ClosedLoopFolder) throws {
    let output = output ?? "Reports/demo"
    let (page, file) = (output + "/demo.html", output + "/demo.json")
    try prepareOutputs(page, form: .marked(kind: "page"))
    try prepareOutputs(file, form: .marked(kind: "cmc.demo"))
    var run = ClosedLoopRun(folder, output: output, threads: threading.threads)
    (run.prompts, run.seed, run.replaces) = (prompts ?? 200, seed ?? 1, replacing.force)
    Interrupt.catchOnce()
    let observer = common.observer
    let result: ClosedLoopResult
    do {
      result = try run.run(observer: observer)
    } catch is CancellationError {
      observer.finishProgress()
      throw ExitCode(Interrupt.exitCode)
    }
    observer.finishProgress()
    let bytes = try ResultCoding.encode(result)
    try writeResult(bytes, to: file)
    try writeResult(try ClosedLoopReport(result).html(), to: page)
    try common.show(
      "\(result.claims.count) claims, \(result.claims.count { !$0.holds }) of them do not hold; written: \(file), \(page)",
      text: ClosedLoopRendering.text(result, page: page), json: bytes)
  }

  // MARK: - Two vocabularies

  private func alignVocabularies() throws {
    let folder = try SharedData.folder("demo") ?? trainVocabularies()
    let paths = ("\(folder)/harbor", "\(folder)/meadow")
    let alignment = try PairAlignment(
      paths.0, paths.1, rules: AlignmentRules(threads: threading.threads), observer: common.observer)
    let path = "\(output ?? "Reports")/\(MapOutputOptions.stem(alignment)).json"
    var options = alignment.writeOptions(for: .json)
    options.tool = CrossModelControlVersion.tool
    let written = try alignment.map.save(to: path, options: options, observer: common.observer)
    let summary = AlignmentSummary(alignment.map)
    try common.show(
      SummaryTable.line(summary, alignment, written: written),
      text: SummaryTable.text(summary, alignment, written: written),
      json: SummaryJSON.bytes(summary, alignment, written: written))
    guard !common.json, !common.quiet else { return }
    try StandardOutput.write(
      """

      Try next:
        cmc inspect \(written.first ?? "MAP") --unmatched
        cmc inspect \(written.first ?? "MAP") --method prefix --sort distance --limit 20
        cmc explain \(paths.0) \(paths.1) '<|end|>'
        cmc map convert \(written.first ?? "MAP") -o demo.npy
        cmc align YOUR/tokenizer.json OTHER/tokenizer.model

      """)
  }

  /// The vocabularies for a program far from its checkout: trained again, to the same bytes.
  private func trainVocabularies() throws -> String {
    let folder = "\(output ?? "Reports")/vocabularies"
    _ = try writeVocabularies(to: folder)
    common.note("both vocabularies were trained again and written to \(folder)")
    return folder
  }

  private func train(into folder: String) throws {
    try common.showWritten(try writeVocabularies(to: folder), schema: "cmc.demo.vocabularies")
  }

  /// Writes the vocabularies.
  private func writeVocabularies(to folder: String) throws -> [String] {
    let files = DemoVocabularies.generate().map { (path: "\(folder)/\($0.path)", bytes: $0.bytes) }
    // All or none: half of another's files would be neither's.
    try writeResults(files)
    return files.map(\.path)
  }
}
