internal import ArgumentParser
internal import CMCAlignment
internal import CMCPrimitives
internal import CMCReporting
internal import CMCTokenMapFormats
internal import CMCVocabulary
internal import CrossModelControl

/// `cmc align`: the token map of two tokenizers.
struct AlignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "align",
    abstract: "Align two tokenizers: print how their tokens meet, and write the token map.",
    discussion: """
      Every token of SOURCE gets a token of TARGET: by an override, by role (special tokens), by equal bytes, by prefix \
      match with minimal edit distance, or none. The table shows how many went which way, by script, and the worst.

      EXAMPLES
        cmc align mistral.model llama-2/tokenizer.json
        cmc align model.gguf org/name -o maps/mine.json --fallback mined
        cmc align a/ b/ --format cmc-one2one -o maps/one2one
        cmc align a/ b/ --report
            a page with figures and all tokens, to search and sort
        cmc align a/ b/ --write-overrides specials.yaml      then edit it, and
        cmc align a/ b/ --overrides specials.yaml

      An override file:
        version: 1
        entries:
          - source: {piece: "<|im_end|>"}     # piece | id | byte: 0x0A | role: eos | glob: "<|reserved_*|>"
            target: {role: eos}               # one of the same, null (leave unmatched), or a list
      """)

  @OptionGroup var pair: PairOptions
  @OptionGroup var output: MapOutputOptions
  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp(
      "Write a first override file for the special tokens that found no place.", valueName: "file"))
  var writeOverrides: String?

  @Option(
    defaultAsFlag: ReportPath.standard,
    help: ArgumentHelp(
      "Write an HTML page as well. Default: Reports/SOURCE--TARGET.html.", valueName: "file.html"))
  var report: ReportPath?

  @Flag(help: "Write no map; only print the table.")
  var noMap = false

  @Option(help: ArgumentHelp("How many of the worst matches to print.", valueName: "n"))
  var worst = 10

  func validate() throws {
    guard (0...1_000_000).contains(worst) else { throw ValidationError("--worst must be from 0 to 1000000.") }
    if !noMap { try output.validatePath() }
    try MapOutputOptions.validate(output.output, common)
    if noMap {
      try refuseIdle(
        "is for a map that is written: --no-map writes none",
        [
          "output": output.output != nil, "format": output.statedFormat != nil, "fill": output.fill != nil,
          "pieces": output.pieces, "no-pieces": output.noPieces,
        ])
    }
  }

  func run() throws {
    try requireDifferentNames([output.output, report?.path, writeOverrides])
    try prepareOutputs(report?.path, form: .marked(kind: "page"))
    let alignment = try pair.align(common)
    var written: [String] = []
    if !noMap { written = try output.write(alignment, common) }
    let summary = AlignmentSummary(alignment.map, worstCount: worst)
    if let report {
      let path = report.path ?? "Reports/\(MapOutputOptions.stem(alignment)).html"
      try writeResult(alignment.report(summary, rules: pair.rules.rules.inWords).html(), to: path)
      written.append(path)
    }
    if let path = writeOverrides {
      try writeNewFile(
        OverrideStarter.text(for: alignment.map, source: alignment.source, target: alignment.target), to: path
      )
      written.append(path)
    }
    if output.output == "-" { return }
    try common.show(
      SummaryTable.line(summary, alignment, written: written),
      text: SummaryTable.text(summary, alignment, written: written),
      json: SummaryJSON.bytes(summary, alignment, written: written))
  }
}

/// What keeps a starter file from being written.
private enum StarterError: DescribedError {
  case exists

  var description: String { "exists already and is never replaced: someone may have filled it in" }
  var hint: String? { "name another file, or move this one away" }
}

/// Writes a file that must not exist yet, but as it would be: a starter file never replaces one that someone has filled in.
func writeNewFile(_ text: String, to path: String) throws {
  guard fileExists(path) else { return try writeResult(Array(text.utf8), to: path) }
  guard let found = try? readFile(path, isOwn: true), found == Array(text.utf8) else {
    throw FileError(path: path, underlying: StarterError.exists)
  }
}
