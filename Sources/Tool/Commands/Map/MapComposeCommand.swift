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
      """)

  @Argument(help: ArgumentHelp("The map from A to B.", valueName: "first"))
  var first: String

  @Argument(help: ArgumentHelp("The map from B to C.", valueName: "second"))
  var second: String

  @OptionGroup var input: MapInputOptions
  @OptionGroup var output: MapWritingOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let known = try input.vocabularies.load(common)
    let start = try input.load(first, MapVocabularies(source: known.source, target: nil), common)
    let end = try input.load(second, MapVocabularies(source: nil, target: known.target), common)
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
