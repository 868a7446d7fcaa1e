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
    try sideFiles.applyMarks(to: &description, path: location.path)
    sideFiles.prepareModelClass(of: description)
    let index = try sideFiles.applyTokens(to: &description)
    sideFiles.applySurroundings(to: &description)
    try sideFiles.applyModelClass(to: &description)
    sideFiles.applyRoles(to: &description, index: index)
    sideFiles.applyWidth(to: &description)
    sideFiles.applyNormalization(to: &description)
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
    let kind = mapped.withUnsafeBytes { FileKind.withoutParsing($0) }
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
