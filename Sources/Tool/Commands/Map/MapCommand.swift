internal import ArgumentParser

/// `cmc map`: work with token maps that are there already.
struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "Convert, invert, compose, compare, check and shuffle token maps.",
    discussion: """
      A MAP is a file, a tokenkit folder, or the prefix P of CMC's P_id.json. Its format is told by its content; \
      what content cannot tell apart (dskd, tokalign, fusellm) needs --from.

      EXAMPLES
        cmc map convert map.json -o map.npy
        cmc map convert maps/one2one -o map.json --source mistral/ --target llama-2/
        cmc map invert map.json -o back.json
        cmc map compose a-b.json b-c.json -o a-c.json
        cmc map diff old.json new.json
        cmc map check map.json --require-coverage 0.95 --require-roles bos,eos \\
          --source mistral/
      """,
    subcommands: [
      MapConvertCommand.self, MapInvertCommand.self, MapComposeCommand.self, MapDiffCommand.self,
      MapCheckCommand.self, MapShuffleCommand.self,
    ])
}
