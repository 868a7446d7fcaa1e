internal import CMCAlignment
internal import CMCHashing
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCTokenizerFormats
internal import CMCVocabulary

/// Makes runs of logits that were computed elsewhere, as a manifest names them.
public struct LogitImport {
  /// What is imported, and where to.
  public struct Configuration: Sendable {
    /// The manifest, a file in YAML.
    public var manifest: String
    /// The tokenizer of both sides, where the manifest does not name theirs.
    public var tokenizer: String?
    /// How much of a step is kept.
    public var kept = CaptureConfiguration.KeptColumns.all
    /// Only the first prompts; nil for all.
    public var limit: Int?
    /// The run's short name; nil for its folder's.
    public var label: String?
    /// What the tuning was for, in place of what the manifest says.
    public var task: String?
    /// The run's folder; a manifest of two pairs makes the runs `first` and `second` in it.
    public var output: String

    /// All columns of all prompts.
    public init(manifest: String, output: String) { (self.manifest, self.output) = (manifest, output) }
  }

  private let configuration: Configuration
  private let observer: RunObserver
  private let importer: LogitImporter
  private let digest: String

  /// Reads the manifest; files of logits are opened when their prompt comes.
  ///
  /// - Throws: `FileError` naming the manifest and the place in it.
  public init(_ configuration: Configuration, observer: RunObserver = .silent) throws {
    self.configuration = configuration
    self.observer = observer
    let path = configuration.manifest
    let bytes = try readFile(path, limit: LogitManifest.sizeLimit)
    digest = SHA256Digest(hashing: bytes).hex
    var manifest = try withFile(path) { try LogitManifest(parsing: bytes) }
    if let task = configuration.task { manifest.task = task }
    if let limit = configuration.limit { manifest.prompts = Array(manifest.prompts.prefix(limit)) }
    importer = LogitImporter(manifest, folder: path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "")
  }

  /// Imports what is not there yet: a run, or one for each of two pairs.
  ///
  /// - Returns: The runs that were come to; after a cancellation the last one is not complete.
  /// - Throws: `FileError` naming the file of logits, or with a ``SettingsDifference`` the folder of another run.
  public func run() throws -> [CaptureOutcome] {
    let name = configuration.label ?? CaptureConfiguration.name(of: configuration.output)
    guard importer.manifest.second != nil else {
      return [try capture(try source(.first), to: configuration.output, label: name)]
    }
    // Both are looked at before anything is written: a manifest that has to be mended is another run.
    let sources = try [LogitImporter.Side.first, .second].map(source)
    var outcomes: [CaptureOutcome] = []
    for source in sources {
      let side = source.side.rawValue
      let outcome = try capture(source, to: "\(configuration.output)/\(side)", label: "\(name)-\(side)")
      outcomes.append(outcome)
      if !outcome.isComplete { break }
    }
    return outcomes
  }

  /// A pair of models whose matrices are all there.
  private struct Source {
    let side: LogitImporter.Side
    let tokenizer: TokenizerDescription?
    let width: Int
  }

  /// Looks at the tokenizer and the matrices of a pair.
  ///
  /// - Throws: `FileError`.
  private func source(_ side: LogitImporter.Side) throws -> Source {
    let path = configuration.manifest
    let models = side == .first ? importer.manifest.first : importer.manifest.second
    let tokenizer = try (models?.tokenizer ?? configuration.tokenizer).map {
      try TokenizerLoader.load(located($0))
    }
    if let tokenizer { observer.hear(tokenizer) }
    let width = try importer.width(side)
    if let tokenizer, tokenizer.lastOwnID >= width {
      throw FileError(
        path: path,
        underlying: LogitShiftError.badSetting(
          "the tokenizer \(tokenizer.name) has ids up to \(tokenizer.lastOwnID), the logits \(width) columns"
        ))
    }
    try withFile(path) { try importer.check(side, width: width) }
    return Source(side: side, tokenizer: tokenizer, width: width)
  }

  private func capture(_ source: Source, to output: String, label: String) throws -> CaptureOutcome {
    let path = configuration.manifest
    let (side, tokenizer, width) = (source.side, source.tokenizer, source.width)
    let settings = ImportSettings(
      manifest: digest, side: side.rawValue,
      logits: try importer.files(side).map { try FileIdentity($0, contentLimit: FileIdentity.headerSize) },
      tokenizer: try tokenizer.map { try TokenizerIdentity($0) }, width: width,
      kept: configuration.kept.count,
      prompts: RunDigest.of(importer.manifest.prompts.map(\.prompt)))
    let description = importer.describe(
      side, tool: CrossModelControlVersion.tool, label: label, width: width, kept: configuration.kept.count,
      settings: try RunDigest.of(settings), tokenizer: tokenizer)
    let writer = try RunWriter(
      path: output, description: description, settings: settings,
      names: (configuration.label == nil ? nil : label, configuration.task),
      tokenTexts: tokenizer.flatMap { MapSide($0).pieces }
    ) { earlier in
      if let difference = try settings.difference(from: earlier) { throw difference }
    }
    return try CaptureOutcome(capturing: writer, observer) { prompt in
      try withFile(path) {
        try importer.record(side, prompt: prompt, width: width, kept: configuration.kept.count)
      }
    }
  }

  /// A tokenizer is named from the manifest's folder, or from here.
  private func located(_ name: String) -> String {
    let beside = importer.folder.isEmpty || name.hasPrefix("/") ? name : importer.folder + "/" + name
    return fileExists(beside) ? beside : name
  }
}
