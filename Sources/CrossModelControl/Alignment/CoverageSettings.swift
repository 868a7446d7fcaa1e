public import CMCAlignment
public import CMCPrimitives
internal import CMCTokenization
internal import CMCVocabulary

/// What counting a corpus was started with.
public struct CoverageSettings: NamedRunSettings {
  /// As part files name it.
  public static let kind = "cmc.coverage"

  /// A file of the corpus: its content is too long to be hashed before it is read.
  public struct File: Codable, Sendable, Equatable {
    /// The name in results.
    public var name: String
    /// The size as it lies there; of what can be read only once, such as a pipe, that of the text that was counted.
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

extension CoverageSettings {
  /// Those of a corpus that was counted, whatever it was read from.
  ///
  /// - Parameters:
  ///   - pair: The map and its tokenizers.
  ///   - corpus: Its parts.
  ///   - coverage: What was counted of them.
  ///   - unit: What is one text.
  ///   - field: The member that holds the text, where the files are JSON lines.
  ///   - options: How it was counted.
  /// - Throws: `FileError` for a file that cannot be read any more.
  public init(
    _ pair: MappedPair, corpus: [CorpusFile], counted coverage: CorpusCoverage,
    unit: CorpusTextCutter.Unit, field: CorpusField?, options: CoverageOptions
  ) throws {
    let files = try zip(corpus, coverage.domains).map { file, domain in
      File(name: file.name, size: try file.size() ?? domain.figures.text.bytes)
    }
    try self.init(pair, files: files, unit: unit, field: field, options: options, shard: nil)
  }

  init(
    _ pair: MappedPair, files: [File], unit: CorpusTextCutter.Unit, field: CorpusField?,
    options: CoverageOptions, shard: Shard?
  ) throws {
    self.init(
      tool: CrossModelControlVersion.tool, map: pair.map.contentDigest,
      source: try TokenizerIdentity(pair.source), target: try TokenizerIdentity(pair.target), corpus: files,
      unit: unit.rawValue, field: field?.description, parsesSpecial: options.parsesSpecial,
      invalid: options.invalid.rawValue, top: options.top, shard: shard)
  }
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
