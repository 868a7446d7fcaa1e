public import CMCPrimitives

/// What counting a corpus was started with.
public struct CoverageSettings: RunSettings {
  /// As part files name it.
  public static let kind = "cmc.coverage"

  /// A file of the corpus: its content is too long to be hashed before it is read.
  public struct File: Codable, Sendable, Equatable {
    /// The name in results.
    public var name: String
    /// The size as it lies there.
    public var size: Int
  }

  /// The version of the program.
  public var tool: String
  /// SHA-256 of the map.
  public var map: String
  /// The tokenizer whose tokens are counted.
  public var source: TokenizerIdentity
  /// The tokenizer of the map's target.
  public var target: TokenizerIdentity
  /// The files of the corpus.
  public var corpus: [File]
  /// What is one text.
  public var unit: String
  /// The member that holds the text; nil where the files are text.
  public var field: String?
  /// Whether special tokens written out in the text are read as such.
  public var parsesSpecial: Bool
  /// What becomes of bytes that are not UTF-8.
  public var invalid: String
  /// How many tokens the lists name.
  public var top: Int
  /// Which part of the files; nil for all.
  public var shard: Shard?
}

/// What a result of coverage says beside its figures: the context of a shard's file.
struct CoverageContext: Codable, Equatable {
  /// The map's path.
  var map: String
  /// The tokenizers.
  var source: CoverageSide
  /// See `source`.
  var target: CoverageSide
}

/// A tokenizer as results of coverage name it.
public struct CoverageSide: Codable, Sendable, Equatable {
  /// Its short name.
  public var name: String
  /// The fingerprint of its vocabulary.
  public var fingerprint: String

  /// A name and a fingerprint in hexadecimal digits.
  public init(name: String, fingerprint: String) { (self.name, self.fingerprint) = (name, fingerprint) }
}
