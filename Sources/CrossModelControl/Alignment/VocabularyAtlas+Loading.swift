public import CMCAlignment
internal import CMCTokenizerFormats
internal import CMCVocabulary

/// A tokenizer of an atlas, and what it is called there.
public struct AtlasMember: Sendable, Equatable {
  /// A name in place of the tokenizer's own.
  public var name: String?
  /// A file, a model folder, or an id in the local hub cache.
  public var path: String

  /// A tokenizer, under its own name unless another is given.
  public init(name: String? = nil, path: String) {
    self.name = name
    self.path = path
  }
}

extension VocabularyAtlas {
  /// Loads tokenizers and aligns every ordered pair of them, without overrides.
  ///
  /// - Parameters:
  ///   - members: The tokenizers.
  ///   - threads: How many pairs are aligned at a time; the result does not depend on it.
  ///   - observer: Hears notes of the tokenizers and of each pair done; asked before each whether to go on.
  /// - Returns: The atlas, or nil where the observer cancelled.
  /// - Throws: `FileError` naming the file and the place in it.
  /// - Complexity: O(vocabularies · tokens of all).
  public static func aligning(
    _ members: [AtlasMember], threads: Int, observer: RunObserver = .silent
  ) throws -> VocabularyAtlas? {
    let loaded = try AtlasMember.load(members, observer)
    return try building(
      loaded.descriptions, names: loaded.names, threads: threads, observer: observer.progress,
      isCancelled: observer.isCancelled)
  }
}

extension AtlasMember {
  /// Loads tokenizers, and finds what they are called.
  static func load(
    _ members: [AtlasMember], _ observer: RunObserver
  ) throws -> (descriptions: [TokenizerDescription], names: [String]) {
    if let name = repeatedName(members) { throw AtlasNameError.repeated(name) }
    var descriptions: [TokenizerDescription] = []
    for member in members {
      let description = try TokenizerLoader.load(member.path)
      observer.hear(
        description.notes, of: member.name ?? description.name, at: description.files.first ?? member.path)
      descriptions.append(description)
    }
    let names = distinctNames(members, own: descriptions.map(\.name))
    return (descriptions, names)
  }
}
