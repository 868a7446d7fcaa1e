internal import ArgumentParser
internal import CMCAlignment
internal import CMCPrimitives
internal import CMCTokenMapFormats
internal import CrossModelControl

/// `cmc map compose`: one map after another.
struct MapComposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compose",
    abstract: "Follow one map, then another: A to B and B to C give A to C.",
    discussion: """
      The vocabulary in the middle must be the same. Distances add up; of two methods the worse is kept. Alignment of \
      the two ends (cmc align) finds more, since it sees the tokens.

      EXAMPLES
        cmc map compose a-b.json b-c.json -o a-c.json
        cmc map compose a-b.tsv b-c.json --source a/ --middle b/ --target c/ \\
          -o a-c.json
      """)

  @Argument(help: ArgumentHelp("The map from A to B.", valueName: "first"))
  var first: String

  @Argument(help: ArgumentHelp("The map from B to C.", valueName: "second"))
  var second: String

  @OptionGroup var input: MapInputOptions

  @Option(
    help: ArgumentHelp(
      "The tokenizer between the two, for maps whose file does not tell its pieces.", valueName: "vocab"))
  var middle: String?

  @OptionGroup var formats: TwoMapFormats

  @OptionGroup var output: MapWritingOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let known = try input.vocabularies.load(common)
    let between = try MapVocabularies(loading: middle, nil, observer: common.observer).source
    let start = try input.load(
      first, MapVocabularies(source: known.source, target: between), from: formats.fromFirst, common)
    let end = try input.load(
      second, MapVocabularies(source: between, target: known.target), from: formats.fromSecond, common)
    let composed = try withFile(second) { try start.composed(with: end) }
    for note in composed.notes { common.note(note) }
    let written = try output.write(composed.map, known, common)
    try output.report(
      "cmc.map.compose",
      [
        ("rows", "rows", composed.map.count), ("mapped", "with a target", composed.map.ids.count { $0 >= 0 }),
        ("lost", "with a target in the first map only", composed.lost),
        ("sequences", "with several targets", composed.map.sequences.count),
      ], written: written, common)
  }
}
