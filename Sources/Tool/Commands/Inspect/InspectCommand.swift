internal import ArgumentParser
internal import CMCAlignment
internal import CMCTokenMapFormats
internal import CMCVocabulary
internal import CrossModelControl

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
    let listing = try filter.filter()
    let isListing = listing.isActive || tsv
    switch try Inspection(path, from: from, observer: common.observer) {
    case .map(let map) where isListing:
      try StandardOutput.write(MapListing.bytes(listing.rows(of: map), tsv: tsv, json: common.json))
    case .map(let map): try StandardOutput.write(MapOverview.bytes(map, json: common.json))
    case .vocabulary(let description) where isListing:
      guard !listing.needsMap else { throw TokenFilterOptions.mapNeeded }
      let tokens = listing.tokens(of: description.vocabulary)
      try StandardOutput.write(TokenListing.bytes(tokens, tsv: tsv, json: common.json))
    case .vocabulary(let description):
      try StandardOutput.write(VocabularyOverview.bytes(description, json: common.json))
    }
  }
}
