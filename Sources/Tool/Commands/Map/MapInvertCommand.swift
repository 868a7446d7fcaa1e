internal import ArgumentParser
internal import CMCAlignment
internal import CrossModelControl

/// `cmc map invert`: the way back.
struct MapInvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invert",
    abstract: "Turn a map round: for each target token the best source token.",
    discussion: """
      Of several source tokens that go to one target the exact one is kept, then the one at the least distance, then \
      the lowest id. Alignment in the other direction (cmc align TARGET SOURCE) finds more, since it sees the tokens.
      """)

  @Argument(help: ArgumentHelp("The map.", valueName: "map"))
  var path: String

  @OptionGroup var input: MapInputOptions
  @OptionGroup var output: MapWritingOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let known = try input.vocabularies.load(common)
    let inverse = try input.load(path, known, common).inverted()
    let written = try output.write(
      inverse.map, MapVocabularies(source: known.target, target: known.source), common)
    try output.report(
      "cmc.map.invert",
      [
        ("rows", "rows", inverse.map.count),
        ("mapped", "with a target", inverse.map.count - inverse.unreached),
        ("unreached", "that nothing went to", inverse.unreached),
        ("lost", "source tokens that gave way to a better one", inverse.lost),
        ("sequences", "source tokens with several targets, left out", inverse.sequences),
      ], written: written, common)
  }
}
