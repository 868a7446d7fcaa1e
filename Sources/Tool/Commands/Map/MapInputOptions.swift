internal import ArgumentParser
internal import CMCAlignment
internal import CMCPrimitives
internal import CMCTokenMapFormats
internal import CMCTokenizerFormats
internal import CMCVocabulary

/// How a map is read, and which vocabularies it belongs to.
struct MapInputOptions: ParsableArguments {
  @Option(help: "The format of a map that cannot be told from its content.")
  var from: TokenMapFormat?

  @OptionGroup var vocabularies: MapVocabularyOptions

  /// Reads a map and checks that it belongs to the vocabularies that are given.
  func load(_ path: String, _ known: MapVocabularies, _ common: CommonOptions) throws -> TokenMap {
    let map = try read(path, known, common)
    let notes = try withFile(path) { try map.validate(source: known.source, target: known.target) }
    for note in notes { common.note(note) }
    return map
  }

  /// Reads a map as it is.
  func read(_ path: String, _ known: MapVocabularies, _ common: CommonOptions) throws -> TokenMap {
    let input = try TokenMapReader.load(path, from: from, options: known.readOptions)
    for note in input.notes { common.note(note) }
    return input.map
  }
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
    let known = MapVocabularies(
      source: try source.map { try TokenizerLoader.load($0) },
      target: try target.map { try TokenizerLoader.load($0) })
    for side in [known.source, known.target].compactMap({ $0 }) {
      for note in side.notes { common.note("\(side.name): \(note)") }
    }
    return known
  }
}

/// The tokenizers of a map's two sides, so far as they are given.
struct MapVocabularies {
  var source: TokenizerDescription?
  var target: TokenizerDescription?

  /// What readers of maps take from them.
  var readOptions: TokenMapReadOptions { TokenMapReadOptions(source: source, target: target) }
}
