internal import ArgumentParser
internal import CMCAlignment

/// `cmc map convert`: a map in another format.
struct MapConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a token map in another format.",
    discussion: """
      What the new format cannot hold is named on standard error. Of the formats about pieces, fusellm and pairs \
      with --pieces need both tokenizers, --source and --target, for their own spelling; cmc-one2one takes the text of \
      the map where they are not given.
      """)

  @Argument(help: ArgumentHelp("The map.", valueName: "map"))
  var path: String

  @OptionGroup var input: MapInputOptions
  @OptionGroup var output: MapWritingOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let known = try input.vocabularies.load(common)
    let map = try input.load(path, known, common)
    let written = try output.write(map, known, common)
    try output.report(
      "cmc.map.convert",
      [
        ("rows", "rows", map.count), ("mapped", "with a target", map.ids.count { $0 >= 0 }),
        ("sequences", "with several targets", map.sequences.count),
      ], written: written, common)
  }
}
