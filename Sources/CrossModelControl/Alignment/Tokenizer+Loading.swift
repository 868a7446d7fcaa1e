internal import CMCPrimitives
public import CMCTokenization
internal import CMCTokenizerFormats
internal import CMCVocabulary

extension Tokenizer {
  /// Loads a tokenizer that encodes and decodes.
  ///
  /// - Parameters:
  ///   - path: A file in any format, a model folder, or an id in the local hub cache.
  ///   - observer: Hears what its files leave open.
  /// - Throws: `FileError` naming the file and the place in it, or around a `TokenizationError` where its encoding is not
  ///   supported.
  public static func load(_ path: String, observer: RunObserver = .silent) throws -> Tokenizer {
    let description = try TokenizerLoader.load(path)
    observer.hear(description)
    return try withFile(path) { try Tokenizer(description) }
  }

  /// Loads a tokenizer whose file does not say how text is cut into words.
  ///
  /// - Parameters:
  ///   - path: As for ``load(_:observer:)``.
  ///   - splitPattern: The regular expression that does, for a tiktoken file of no known family.
  ///   - observer: Hears what its files leave open.
  /// - Throws: As ``load(_:observer:)``, and where the file or its family has a pattern already.
  package static func load(
    _ path: String, splitPattern: String?, observer: RunObserver
  ) throws -> Tokenizer {
    guard let splitPattern else { return try load(path, observer: observer) }
    return try withFile(path) {
      var description = try TokenizerLoader.load(path)
      try description.state(splitPattern: splitPattern)
      observer.hear(description)
      return try Tokenizer(description)
    }
  }
}
