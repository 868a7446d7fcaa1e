internal import ArgumentParser
internal import CMCAlignment
internal import CMCHashing
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
        cmc inspect map.json --duplicates   tokens that share their target
        cmc inspect map.tsv --from pairs --source a/ --target b/
      """)

  @Argument(
    help: ArgumentHelp(
      "A tokenizer, a model directory, a Hugging Face id, or a map in any format.", valueName: "vocab|map"))
  var path: String

  @OptionGroup var filter: TokenFilterOptions

  @Option(help: "The format of a map that cannot be told from its content.")
  var from: TokenMapFormat?

  @OptionGroup var vocabularies: MapVocabularyOptions

  @Flag(help: "Print tab-separated values.")
  var tsv = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if tsv, common.json { throw ValidationError("Choose one of --tsv and --json.") }
  }

  func run() throws {
    let listing = try filter.filter()
    let isListing = listing.isActive || tsv
    let known = try vocabularies.load(common)
    let inspection = try Inspection(path, from: from, vocabularies: known, observer: common.observer)
    if case .vocabulary = inspection, vocabularies.source != nil || vocabularies.target != nil {
      throw ValidationError("--source and --target are for maps; \(terminalText(path)) is a tokenizer.")
    }
    switch inspection {
    case .map(let map) where isListing:
      let rows = try listing.rows(of: map)
      try show(MapListing.table(rows.shown, tsv: tsv), rows.matching) { MapListing.json(rows.shown) }
    case .map(let map):
      try common.show(
        SummaryTable.figuresLine(AlignmentSummary(map)), text: MapOverview.text(map),
        json: MapOverview.json(map))
    case .vocabulary(let description) where isListing:
      guard !listing.needsMap else { throw TokenFilterOptions.mapNeeded }
      let rows = listing.tokens(of: description.vocabulary)
      try show(TokenListing.table(rows.shown, tsv: tsv), rows.matching) { TokenListing.json(rows.shown) }
    case .vocabulary(let description):
      try common.show(
        "\(description.name): \(grouped(description.vocabulary.tokenCount)) tokens, "
          + "fingerprint \(description.vocabulary.fingerprint.short)",
        text: VocabularyOverview.text(description), json: VocabularyOverview.json(description))
    }
  }

  /// Writes a list, and how many tokens it is of.
  private func show(_ table: TextTable, _ matching: Int, json: () -> [UInt8]) throws {
    if matching == 0, filter.match?.contains(where: { "▁ĠĊ".contains($0) }) == true {
      common.note(
        "--match sees texts, not the pieces of a model's file: write a blank for ▁ and Ġ, \\n for Ċ")
    }
    if tsv { return try StandardOutput.write(table.tabSeparated()) }
    let count =
      filter.limit.map { $0 < matching } == true
      ? "\(grouped(matching)) tokens, \(grouped(filter.limit ?? 0)) of them shown"
      : "\(grouped(matching)) tokens"
    try common.show(count, text: table.text() + "\n\(count)\n", json: json())
  }
}
