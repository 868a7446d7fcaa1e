internal import ArgumentParser
internal import CMCAlignment
internal import CMCTokenMapFormats
internal import CrossModelControl

/// How a map is read, and which vocabularies it belongs to.
struct MapInputOptions: ParsableArguments {
  @Option(help: "The format of a map that cannot be told from its content.")
  var from: TokenMapFormat?

  @OptionGroup var vocabularies: MapVocabularyOptions

  /// Reads a map and checks that it belongs to the vocabularies that are given.
  ///
  /// - Parameter own: The format of this map, where a command takes several.
  func load(
    _ path: String, _ known: MapVocabularies, from own: TokenMapFormat? = nil, _ common: CommonOptions
  ) throws -> TokenMap {
    try known.readOwnMap(path, from: own ?? from, observer: common.observer)
  }
}

/// The formats of two maps that are of different kinds.
struct TwoMapFormats: ParsableArguments {
  @Option(help: "The format of the first map, where it is another than that of --from.")
  var fromFirst: TokenMapFormat?

  @Option(help: "The format of the second map, where it is another than that of --from.")
  var fromSecond: TokenMapFormat?
}

/// The vocabularies of a map, for what its file does not tell.
struct MapVocabularyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The tokenizer of the map's source: a file, a folder, or a Hugging Face id.", valueName: "vocab"))
  var source: String?

  @Option(help: ArgumentHelp("The tokenizer of the map's target.", valueName: "vocab"))
  var target: String?

  /// Loads what is named.
  func load(_ common: CommonOptions) throws -> MapVocabularies {
    try MapVocabularies(loading: source, target, observer: common.observer)
  }
}
