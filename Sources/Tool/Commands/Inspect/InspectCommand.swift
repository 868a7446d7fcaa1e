internal import ArgumentParser
internal import CMCAlignment
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCTokenMapFormats
internal import CMCTokenizerFormats
internal import CMCVocabulary

/// `cmc inspect`: what a vocabulary or a map holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Look into a vocabulary or a token map; filter, sort and list its tokens.",
    discussion: """
      Without a filter: an overview. With a filter, --sort or --limit: the tokens, one a line. A space is shown as ␣, \
      control and invisible characters as \\n, \\t, \\u{…}, bytes that are no character as \\xNN, byte tokens as <0xNN>.

      EXAMPLES
        cmc inspect llama-2/tokenizer.json
        cmc inspect llama-2/tokenizer.json --script Han --sort length --limit 20
        cmc inspect map.json --unmatched --limit 50
        cmc inspect map.json --method prefix --min-distance 5 --sort distance --tsv
        cmc inspect map.json --match '^ [a-z]+ing$' --json
      """)

  @Argument(
    help: ArgumentHelp(
      "A tokenizer, a model directory, a Hugging Face id, or a map in any format.", valueName: "vocab|map"))
  var path: String

  @OptionGroup var filter: TokenFilterOptions

  @Option(help: "The format of a map that cannot be told from its content.")
  var from: TokenMapFormat?

  @Flag(help: "Print tab-separated values.")
  var tsv = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if tsv, common.json { throw ValidationError("Choose one of --tsv and --json.") }
  }

  func run() throws {
    if let map = try loadMap() {
      if filter.isActive || tsv {
        let rows = try filter.rows(of: map)
        try StandardOutput.write(MapListing.bytes(rows, tsv: tsv, json: common.json))
      } else {
        try StandardOutput.write(MapOverview.bytes(map, json: common.json))
      }
      return
    }
    let description = try TokenizerLoader.load(path)
    for note in description.notes { common.note("\(description.name): \(note)") }
    if filter.isActive || tsv {
      try filter.refuseMapFilters()
      let tokens = try filter.tokens(of: description.vocabulary)
      try StandardOutput.write(TokenListing.bytes(tokens, tsv: tsv, json: common.json))
    } else {
      try StandardOutput.write(VocabularyOverview.bytes(description, json: common.json))
    }
  }

  /// The map at the path, or nil where a tokenizer is there.
  private func loadMap() throws -> TokenMap? {
    guard from != nil || TokenMapReader.isMap(path) else { return nil }
    let input = try TokenMapReader.load(path, from: from)
    for note in input.notes { common.note(note) }
    return input.map
  }
}
