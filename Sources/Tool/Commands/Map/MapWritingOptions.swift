internal import ArgumentParser
internal import CMCAlignment
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCTokenMapFormats
internal import CrossModelControl

/// Where the map that a command makes goes, and in which format.
struct MapWritingOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file, the folder (tokenkit), or the prefix where a format has several files; - for standard output.",
      valueName: "path"))
  var output: String

  @Option(
    name: .customLong("format"),
    help:
      "The format of the map; by the output's ending (.npy, .safetensors, .tsv) where left out, else json.")
  var statedFormat: TokenMapFormat?

  /// The format that is written.
  var format: TokenMapFormat { statedFormat ?? TokenMapFormat(ofFile: output) }

  @Flag(help: "Leave the tokens' text out of a JSON map.")
  var noPieces = false

  @Flag(help: "Write pieces instead of ids (format pairs).")
  var pieces = false

  @Option(help: "What to put where a format cannot say 'unmatched' (default: error).")
  var fill: FillPolicy?

  @OptionGroup var replacing: ReplacingOptions

  func validate() throws {
    if output.isEmpty { throw ValidationError("--output must not be empty.") }
    try MapOutputOptions.check(format, fill: fill, noPieces: noPieces, pieces: pieces)
  }

  /// Writes a map whose vocabularies are known in part.
  ///
  /// - Returns: The paths written.
  func write(_ map: TokenMap, _ known: MapVocabularies, _ common: CommonOptions) throws -> [String] {
    var options = known.writeOptions
    options.includesPieces = !noPieces
    options.pairsOfPieces = pieces
    options.fill = fill ?? .error
    options.tool = ToolVersion.tool
    try MapOutputOptions.validate(output, common)
    return try MapOutputOptions.write(map, format: format, to: output, options, common)
  }

  /// Prints figures and the files written.
  func report(
    _ schema: String, _ figures: [(key: String, label: String, count: Int)], written: [String],
    _ common: CommonOptions
  ) throws {
    if output == "-" { return }
    guard common.json else {
      if common.quiet {
        let line =
          figures.map { "\($0.label) \(grouped($0.count))" } + ["written: \(written.joined(separator: ", "))"]
        return try StandardOutput.write(terminalText(line.joined(separator: ", ")) + "\n")
      }
      var table = TextTable([("", .left), ("", .right)])
      for figure in figures { table.add([figure.label, grouped(figure.count)]) }
      return try StandardOutput.write(
        table.text() + (figures.isEmpty ? "" : "\n")
          + "Written: \(terminalText(written.joined(separator: ", ")))\n")
    }
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", schema)
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      for figure in figures { json.member(figure.key, figure.count) }
      json.key("written")
      json.array { json in for path in written { json.value(path) } }
    }
    try StandardOutput.write(json.bytes + [UInt8(ascii: "\n")])
  }
}
