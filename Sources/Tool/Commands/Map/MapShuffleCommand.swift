internal import ArgumentParser
internal import CMCAlignment

/// `cmc map shuffle`: a control for experiments.
struct MapShuffleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shuffle",
    abstract: "Permute a map's targets: the control that shows what a map is worth.",
    discussion: """
      Targets change places among the entries of equal method; what is unmatched stays so, every target is used as \
      often as before, and special tokens that met by role keep theirs, so that text can still end. The entries of the new map are called imported, so a delta model still reads the true text, and \
      only the columns of its logits go astray.

      EXAMPLES
        cmc map shuffle map.json --seed 1 -o shuffled.json
        cmc evaluate --user mistral/ --delta delta/ --map shuffled.json \\
          --data test.jsonl
      """)

  @Argument(help: ArgumentHelp("The map.", valueName: "map"))
  var path: String

  @Option(help: ArgumentHelp("Decides the permutation.", valueName: "n"))
  var seed: UInt64 = 1

  @OptionGroup var input: MapInputOptions
  @OptionGroup var output: MapWritingOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let known = try input.vocabularies.load(common)
    let map = try input.load(path, known, common)
    let shuffled = map.shuffled(seed: seed, keepsRoles: true)
    let written = try output.write(shuffled, known, common)
    try output.report(
      "cmc.map.shuffle",
      [
        ("rows", "rows", map.count),
        ("mapped", "with a target", map.ids.count { $0 >= 0 }),
        (
          "moved", "with another target than before",
          map.ids.indices.count { map.ids[$0] != shuffled.ids[$0] }
        ),
      ], written: written, common)
  }
}
