internal import CMCHashing
public import CMCVocabulary

/// The files that decide how a tokenizer encodes.
public struct TokenizerIdentity: Codable, Sendable, Equatable {
  /// What the vocabulary is, whatever format it came in.
  public var fingerprint: String
  /// All files that were read: merges, special tokens and the model's own template are not in the fingerprint.
  public var files: [FileIdentity]

  /// Reads the files of a tokenizer again.
  ///
  /// - Throws: `FileError`.
  public init(_ description: TokenizerDescription) throws {
    var reader = IdentityReader()
    try self.init(description, &reader)
  }

  init(_ description: TokenizerDescription, _ reader: inout IdentityReader) throws {
    fingerprint = description.vocabulary.fingerprint.hex
    files = try description.files.map { try reader.file($0) }
  }
}
