internal import CMCHashing
internal import CMCPrimitives
package import CMCVocabulary

/// Turns matrices of logits that were computed elsewhere into a run.
package struct LogitImporter: Sendable {
  /// Which pair of a manifest.
  package enum Side: String, Sendable {
    /// The pair whose columns are kept when both are compared.
    case first
    /// The pair that is compared with it, in the manifests that have one.
    case second
  }

  /// What names prompts and files.
  package let manifest: LogitManifest
  /// The folder that files are named from.
  package let folder: String

  /// Prepares an import; files are opened when their prompt comes.
  package init(_ manifest: LogitManifest, folder: String) {
    self.manifest = manifest
    self.folder = folder
  }

  /// The width of a side's logits: the columns of its first matrix.
  ///
  /// - Throws: `FileError`.
  package func width(_ side: Side) throws -> Int {
    guard let place = logits(side, 0)?.base else { return 0 }
    return try matrix(place).columns
  }

  /// Makes sure that every matrix of a side is there and has its shape, before anything is written of one.
  ///
  /// - Parameters:
  ///   - side: Which pair.
  ///   - width: How many columns there must be.
  /// - Throws: As ``record(_:prompt:width:kept:)``.
  package func check(_ side: Side, width: Int) throws {
    var (baseFile, tunedFile) = (OpenFile(), OpenFile())
    for prompt in manifest.prompts.indices {
      guard let places = logits(side, prompt) else { continue }
      try requireShapes(
        prompt, places, base: try baseFile.matrix(path(of: places.base), places.base.array),
        tuned: try tunedFile.matrix(path(of: places.tuned), places.tuned.array), width: width)
    }
  }

  /// Makes sure that two matrices have the same shape, and so many columns.
  private func requireShapes(
    _ prompt: Int, _ places: LogitManifest.Logits, base: LogitMatrix, tuned: LogitMatrix, width: Int
  ) throws(LogitShiftError) {
    guard base.columns == width, base.rows > 0 else {
      throw .shapesDiffer(
        prompt: prompt, what: places.base.file, found: [base.rows, base.columns],
        wanted: [max(1, base.rows), width])
    }
    guard tuned.rows == base.rows, tuned.columns == base.columns else {
      throw .shapesDiffer(
        prompt: prompt, what: places.tuned.file, found: [tuned.rows, tuned.columns],
        wanted: [base.rows, base.columns])
    }
  }

  /// Records a prompt.
  ///
  /// - Parameters:
  ///   - side: Which pair.
  ///   - prompt: Its number.
  ///   - width: How many columns there must be.
  ///   - kept: The best so many columns of each ranking are kept, or nil for all.
  /// - Returns: The prompt's file.
  /// - Throws: `FileError`, ``LogitShiftError``.
  package func record(_ side: Side, prompt: Int, width: Int, kept: Int?) throws -> [UInt8] {
    guard let places = logits(side, prompt) else { return [] }
    let (base, tuned) = (try matrix(places.base), try matrix(places.tuned))
    try requireShapes(prompt, places, base: base, tuned: tuned, width: width)
    var recorder = PromptRecorder(width: width, kept: kept)
    var rows = ([Float](repeating: 0, count: width), [Float](repeating: 0, count: width))
    for step in 0..<base.rows {
      base.read(row: step, into: &rows.0)
      tuned.read(row: step, into: &rows.1)
      do {
        try recorder.add(step: step, prefix: nil, token: -1, base: rows.0, tuned: rows.1)
      } catch {
        throw Self.placed(error, prompt, places)
      }
    }
    return recorder.encoded(response: Array((manifest.prompts[prompt].response ?? "").utf8), skipped: [])
  }

  /// Describes a side's run.
  ///
  /// - Parameters:
  ///   - settings: The digest of everything that makes two imports the same.
  ///   - tokenizer: The side's tokenizer, where it is known.
  package func describe(
    _ side: Side, tool: String, label: String, width: Int, kept: Int?, settings: String,
    tokenizer: TokenizerDescription?
  ) -> RunDescription {
    let models = side == .first ? manifest.first : manifest.second ?? manifest.first
    return RunDescription(
      tool: tool, label: label, task: manifest.task, base: models.base, tuned: models.tuned,
      tokenizer: tokenizer?.name ?? models.tokenizer ?? "unknown", tokenizerPath: models.tokenizer,
      fingerprint: tokenizer?.vocabulary.fingerprint.hex, width: width, kept: kept,
      settings: settings, prompts: manifest.prompts.map(\.prompt))
  }

  /// An error of a step with the prompt and the file it is of.
  private static func placed(_ error: LogitShiftError, _ prompt: Int, _ places: LogitManifest.Logits)
    -> LogitShiftError
  {
    guard case .notFinite(let what, let step, let column) = error else { return error }
    let file = what == PromptRecorder.baseName ? places.base.file : places.tuned.file
    return .notFinite(what: "prompt \(prompt + 1), \(file)", step: step, column: column)
  }

  private func logits(_ side: Side, _ prompt: Int) -> LogitManifest.Logits? {
    side == .first ? manifest.prompts[prompt].first : manifest.prompts[prompt].second
  }

  /// The files of a side, each once, in the order in which prompts come to them.
  package func files(_ side: Side) -> [String] {
    var seen: Set<String> = []
    return manifest.prompts.indices.flatMap { prompt in
      [logits(side, prompt)?.base, logits(side, prompt)?.tuned].compactMap { $0.map { path(of: $0) } }
    }.filter { seen.insert($0).inserted }
  }

  private func path(of place: LogitManifest.Place) -> String {
    place.file.hasPrefix("/") || folder.isEmpty ? place.file : folder + "/" + place.file
  }

  private func matrix(_ place: LogitManifest.Place) throws -> LogitMatrix {
    var file = OpenFile()
    return try file.matrix(path(of: place), place.array)
  }
}

/// The file that was opened last: many prompts may have their matrices in one.
private struct OpenFile {
  private var last: (path: String, file: LogitFile)?

  /// A matrix of a file.
  ///
  /// - Throws: `FileError`.
  mutating func matrix(_ path: String, _ array: String?) throws -> LogitMatrix {
    let file: LogitFile
    if let last, last.path == path {
      file = last.file
    } else {
      file = try LogitFile(path: path)
      last = (path, file)
    }
    return try withFile(path) { try file.matrix(array) }
  }
}
