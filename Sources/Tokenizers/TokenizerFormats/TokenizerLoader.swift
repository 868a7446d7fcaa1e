import CMCFastJSON
package import CMCModelFiles
import CMCPrimitives
package import CMCVocabulary

/// From what a user names to a tokenizer: the one entry to all formats.
package enum TokenizerLoader {
  /// Finds, detects and reads a tokenizer, with the configuration files beside it and the table of known families.
  ///
  /// - Parameter argument: A file in any supported format, the folder of a model, or an id in the local hub cache.
  /// - Throws: `ModelLocationError`, or `FileError` naming the file that could not be read.
  package static func load(_ argument: String) throws -> TokenizerDescription {
    try load(try ModelLocation.resolve(argument))
  }

  /// Reads the tokenizer at a place.
  ///
  /// - Throws: `FileError` naming the file that could not be read.
  package static func load(_ location: ModelLocation) throws -> TokenizerDescription {
    var description = try withFile(location.path) { try readMain(location) }
    description.name = location.name
    if description.files.isEmpty { description.files = [location.path] }
    var sideFiles = SideFiles()
    if location.ownsDirectory, readsSideFiles(description.format) {
      sideFiles = try SideFiles(beside: location)
    }
    let rule = try sideFiles.plainFileRule(of: &description)
    if let rule {
      try sideFiles.prepare(rule, of: &description, path: location.path)
    } else {
      try sideFiles.applyMarks(to: &description, path: location.path)
    }
    sideFiles.prepareModelClass(of: description)
    let index = try sideFiles.applyTokens(to: &description)
    if let rule {
      try sideFiles.apply(rule, to: &description)
    } else {
      sideFiles.applySurroundings(to: &description)
      sideFiles.applyNormalization(to: &description)
    }
    try sideFiles.applyModelClass(to: &description)
    sideFiles.applyRoles(to: &description, index: index)
    sideFiles.applyWidth(to: &description)
    if !sideFiles.unknownFields.isEmpty {
      description.notes.append(
        "tokenizer_config.json has fields that are not known and not used: "
          + sideFiles.unknownFields.prefix(20).map { oneLine($0, limit: 60) }.joined(separator: ", ") + ".")
    }
    if let template = sideFiles.chatTemplate { description.chatTemplate = template }
    if let note = sideFiles.templateNote { description.notes.append(note) }
    description.templateTokens = sideFiles.templateTokens.texts(
      isByteLevel: description.preTokenizers.contains { if case .byteLevel = $0 { true } else { false } })
    if let note = try ClassPipeline.note(sideFiles.classFiles, description) {
      description.notes.append(note)
    }
    if let note = sideFiles.otherPieces(description) { description.notes.append(note) }
    description.notes += OtherSources.notes(location, description)
    description.files += sideFiles.paths
    KnownFamilies.apply(to: &description)
    return description
  }

  /// GGUF and llama2.c files say everything themselves; a configuration beside them speaks of something else.
  private static func readsSideFiles(_ format: TokenizerFormat) -> Bool {
    format != .gguf && format != .llama2c
  }

  private static func readMain(_ location: ModelLocation) throws -> TokenizerDescription {
    let mapped = try MappedFile(path: location.path)
    var kind = mapped.withUnsafeBytes { FileKind.withoutParsing($0) }
    if kind == .unknown || kind == .merges, try isVocabularyText(location) { kind = .vocabularyText }
    // Only containers of weights are read through the mapping; a text is copied once and no longer depends on the file.
    if let kind {
      guard kind.isTokenizer else { throw NotATokenizerError(kind: kind) }
      // Words line by line are in files of any name but of one that says what else is in it.
      if kind == .vocabularyText, claimsAnotherKind(location.path) {
        throw NotATokenizerError(kind: .unknown)
      }
      let description =
        kind == .gguf
        ? try mapped.withUnsafeBytes { try readPlain(kind, $0, name: location.name) }
        : try readFile(location.path).withUnsafeBytes { try readPlain(kind, $0, name: location.name) }
      guard let description else { throw NotATokenizerError(kind: kind) }
      return description
    }
    let document = try JSONDocument(try readFile(location.path))
    return try read(FileKind.of(document.root), document, location)
  }

  /// Whether a file whose lines are not all words is a `vocab.txt` nevertheless: its folder names a class that reads one,
  /// or one of BERT's marks is a line.
  private static func isVocabularyText(_ location: ModelLocation) throws -> Bool {
    guard lastComponent(location.path) == "vocab.txt" else { return false }
    if location.ownsDirectory,
      let choice = ClassChoice(try SideFiles(beside: location).classFiles, namesByteLevel: false),
      try PlainFileRule(choice, format: .wordPieceText) != nil
    {
      return true
    }
    let marks = WordPieceTextReader.marks.values.map { Array($0.utf8) }
    return try readFile(location.path, limit: 1 << 28).split(separator: UInt8(ascii: "\n")).contains { line in
      let word = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      return marks.contains { $0.elementsEqual(word) }
    }
  }

  private static func claimsAnotherKind(_ path: String) -> Bool {
    [".json", ".jsonl"].contains { path.lowercased().hasSuffix($0) }
  }

  private static func read(
    _ kind: FileKind, _ document: JSONDocument, _ location: ModelLocation
  ) throws -> TokenizerDescription {
    switch kind {
    case .tokenizerJSON: return try HFTokenizerReader.read(document, name: location.name)
    case .tekkenJSON: return try TekkenReader.read(document, name: location.name)
    case .vocabularyJSON: return try readVocabulary(document, location)
    default: throw NotATokenizerError(kind: kind)
    }
  }

  private static func readVocabulary(
    _ document: JSONDocument, _ location: ModelLocation
  ) throws -> TokenizerDescription {
    guard let merges = location.sibling("merges.txt") else { throw VocabAndMergesError.missingMerges }
    var description = try VocabAndMergesReader.read(
      document, merges: try readFile(merges), mergesPath: merges, name: location.name)
    description.files = [location.path, merges]
    return description
  }
}
