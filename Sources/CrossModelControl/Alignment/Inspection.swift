public import CMCAlignment
public import CMCTokenMapFormats
internal import CMCTokenizerFormats
public import CMCVocabulary

/// What a path holds, to be looked into.
public enum Inspection: Sendable {
  /// A token map.
  case map(TokenMap)
  /// A tokenizer.
  case vocabulary(TokenizerDescription)

  /// Reads a map in any format, or a tokenizer.
  ///
  /// - Parameters:
  ///   - path: A tokenizer's file, a model folder, an id in the local hub cache, or a map.
  ///   - format: The format of a map that cannot be told from its content, and that it is a map.
  ///   - vocabularies: The tokenizers of a map, for what its file does not tell.
  ///   - observer: Hears what the files leave open.
  /// - Throws: `FileError` naming the file and the place in it.
  public init(
    _ path: String, from format: TokenMapFormat? = nil, vocabularies: MapVocabularies = .init(),
    observer: RunObserver = .silent
  ) throws {
    if format != nil || TokenMapReader.isMap(path) {
      self = .map(try vocabularies.readOwnMap(path, from: format, observer: observer))
    } else {
      let description: TokenizerDescription
      do {
        description = try TokenizerLoader.load(path)
      } catch {
        // No tokenizer, but of the shape of maps that do not say what they are.
        if let ambiguity = TokenMapReader.ambiguity(of: path) {
          throw UntoldMapFormat(ambiguity).map { FileError(path: path, underlying: $0) }
            ?? FileError(path: path, underlying: ambiguity)
        }
        throw error
      }
      observer.hear(description)
      self = .vocabulary(description)
    }
  }
}
