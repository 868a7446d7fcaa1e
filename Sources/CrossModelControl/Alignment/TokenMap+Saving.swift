public import CMCAlignment
internal import CMCPrimitives
public import CMCTokenMapFormats
internal import CMCVocabulary

extension TokenMap {
  /// Writes the map in a format, all its files or none, and makes the folder they go to.
  ///
  /// - Parameters:
  ///   - path: The file, the folder (`tokenkit`), or the prefix where a format has several files.
  ///   - format: The format.
  ///   - options: What the format needs beside the map.
  ///   - observer: Hears what the format does not keep; not asked of the own format, which leaves out what it is told to.
  /// - Returns: The paths written.
  /// - Throws: `TokenMapFormatError`, `FileError`.
  public func save(
    to path: String, as format: TokenMapFormat = .json,
    options: TokenMapWriteOptions = TokenMapWriteOptions(),
    observer: RunObserver = .silent
  ) throws -> [String] {
    let made = try TokenMapWriter.files(for: self, format: format, at: path, options: options)
    for note in made.notes where format != .json { observer.note("\(format.rawValue): \(note)") }
    for file in made.files {
      if let slash = file.path.lastIndex(of: "/"), slash > file.path.startIndex {
        try makeDirectory(String(file.path[..<slash]))
      }
    }
    try AtomicFile.writeAll(made.files)
    return made.files.map(\.path)
  }
}

extension PairAlignment {
  /// What a writer takes from the pair; the caller adds how the file is to be.
  ///
  /// - Complexity: O(bytes of both vocabularies) for formats that name pieces, else O(1).
  public func writeOptions(for format: TokenMapFormat) -> TokenMapWriteOptions {
    var options = TokenMapWriteOptions(source: nil, target: nil)
    if [.cmcOneToOne, .cmcOneToMany, .fusellm, .pairs].contains(format) {
      options.sourcePieces = ReferencePieces.table(source)
      options.targetPieces = ReferencePieces.table(target)
    }
    options.unknownTargetID = target.vocabulary.ids(of: .unk).first
    let nearest = NearestTarget(source: source.vocabulary, target: target.vocabulary)
    options.fillNearest = { nearest.id(of: $0) }
    return options
  }
}
