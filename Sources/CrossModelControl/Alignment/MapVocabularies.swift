public import CMCAlignment
internal import CMCPrimitives
public import CMCTokenMapFormats
internal import CMCTokenizerFormats
public import CMCVocabulary

/// The tokenizers of a map's two sides, so far as they are known; files of most formats say little of them.
public struct MapVocabularies: Sendable {
  /// The tokenizer of the map's source.
  public var source: TokenizerDescription?
  /// The tokenizer of the map's target.
  public var target: TokenizerDescription?

  /// Tokenizers that are loaded already.
  public init(source: TokenizerDescription? = nil, target: TokenizerDescription? = nil) {
    self.source = source
    self.target = target
  }

  /// Loads what is named: files, model folders, ids in the local hub cache.
  ///
  /// - Throws: `FileError` naming the file and the place in it.
  public init(loading source: String?, _ target: String?, observer: RunObserver = .silent) throws {
    self.source = try source.map { try TokenizerLoader.load($0) }
    self.target = try target.map { try TokenizerLoader.load($0) }
    for side in [self.source, self.target].compactMap({ $0 }) {
      observer.hear(side)
    }
  }

  /// Reads a map that may be of any vocabularies.
  ///
  /// - Parameters:
  ///   - path: As for `TokenMapReader.load`.
  ///   - format: Needed where the content does not tell it.
  ///   - observer: Hears what the file leaves open.
  /// - Throws: `FileError` around `TokenMapFormatError` or a container's error.
  public func readMap(
    _ path: String, from format: TokenMapFormat? = nil, observer: RunObserver = .silent
  ) throws -> TokenMap {
    try readInput(path, from: format, observer: observer).map
  }

  /// Reads a map that may be of any vocabularies, and says what of it is not its own.
  ///
  /// - Throws: As ``readMap(_:from:observer:)``.
  package func readInput(_ path: String, from format: TokenMapFormat?, observer: RunObserver) throws
    -> TokenMapInput
  {
    let options = TokenMapReadOptions(source: source, target: target)
    let input = try UntoldMapFormat.asking {
      try TokenMapReader.load(path, from: format, options: options)
    }
    for note in input.notes { observer.note(note) }
    return input
  }

  /// Reads a map and checks that it belongs to the vocabularies that are known.
  ///
  /// - Throws: As ``readMap(_:from:observer:)``, and `FileError` around `TokenMapToolError` for a map of others.
  public func readOwnMap(
    _ path: String, from format: TokenMapFormat? = nil, observer: RunObserver = .silent
  ) throws -> TokenMap {
    let map = try readMap(path, from: format, observer: observer)
    let notes = try withFile(path) { try map.validate(source: source, target: target) }
    for note in notes { observer.note(note) }
    return map
  }

  /// What writers of maps take from both; the caller adds how the file is to be.
  public var writeOptions: TokenMapWriteOptions {
    var options = TokenMapWriteOptions(source: source, target: target)
    if let source = source?.vocabulary, let target = target?.vocabulary {
      let nearest = NearestTarget(source: source, target: target)
      options.fillNearest = { nearest.id(of: $0) }
    }
    return options
  }
}
