public import CMCLogitShift
internal import CMCPrimitives
internal import CMCResultCoding

/// All shards of a captured run, each a folder, checked to belong together.
public struct RunShards: Sendable {
  /// The folders in the order of the shards.
  public let paths: [String]
  /// What the joined run is, but for the label where none was given.
  public let description: RunDescription
  private let settings: CaptureSettings
  private let isLabelled: Bool

  /// Whether a path is the folder of a run.
  public static func isRun(_ path: String) -> Bool { fileExists(path + "/run.json") }

  /// Reads what folders say of themselves, and makes sure that they are all shards of one run, and complete.
  ///
  /// - Parameter paths: The folders, in any order.
  /// - Throws: `FileError` with a ``ShardError``; ``ShardError/none`` of no folders.
  public init(_ paths: [String]) throws {
    var runs: [(path: String, description: RunDescription, part: RunDescription.Part)] = []
    for path in paths {
      let description = try CaptureRun.readDescription(path)
      guard let part = description.part else {
        throw FileError(path: path, underlying: ShardError.notAShard)
      }
      FileRoles.shared.readFolder(path)
      runs.append((path, description, part))
    }
    guard let first = runs.first else { throw ShardError.none }
    let settings = try Self.settings(first.path)
    for run in runs.dropFirst() {
      guard run.part.shard.count == first.part.shard.count else {
        throw FileError(
          path: run.path,
          underlying: ShardError.otherCount(
            first: first.path, count: first.part.shard.count, found: run.part.shard.count))
      }
      let found = try Self.settings(run.path)
      let difference =
        try found.difference(from: settings) ?? Self.whole(run).difference(from: Self.whole(first))
      if let difference {
        throw FileError(
          path: run.path,
          underlying: ShardError.otherRun(
            first: first.path, field: difference.field, there: difference.before ?? "nothing",
            here: difference.now ?? "nothing"))
      }
    }
    let order = try ShardSet.order(runs.map { ($0.path, $0.part.shard) })
    for run in runs {
      let missing = run.description.ownPrompts.count { !fileExists(CaptureRun.promptPath(run.path, $0)) }
      if missing > 0 {
        throw FileError(path: run.path, underlying: ShardError.unfinished)
      }
    }
    self.paths = order.map { runs[$0].path }
    self.settings = settings
    let leading = runs[order[0]]
    isLabelled = leading.part.isLabelled
    description = leading.description
  }

  /// What shards of one run have in common.
  private struct Whole: RunSettings {
    static let kind = "run"
    var description: RunDescription
  }

  private static func whole(
    _ run: (path: String, description: RunDescription, part: RunDescription.Part)
  ) -> Whole {
    var description = run.description
    description.part = nil
    // The same tokenizer may lie elsewhere on another machine.
    description.tokenizerPath = nil
    if !run.part.isLabelled { description.label = "" }
    return Whole(description: description)
  }

  private static func settings(_ folder: String) throws -> CaptureSettings {
    let file = folder + "/run.json"
    return try withFile(file) {
      let run = try? ResultCoding.decode(
        RunFile<CaptureSettings>.self, from: try readFile(file, limit: 1 << 30))
      guard let settings = run?.capturedWith else { throw LogitShiftError.settingsUnknown }
      return settings
    }
  }

  /// Copies all prompts into one folder; what an earlier try has copied is kept.
  ///
  /// - Parameters:
  ///   - output: The run's folder: one without a run, or with this one.
  ///   - observer: Hears how many prompts are there; asked before each whether to go on.
  /// - Returns: The run, and how many of its prompts are there.
  /// - Throws: `FileError` with a ``ShardError``, or with what keeps a folder from getting this run.
  public func join(to output: String, observer: RunObserver = .silent) throws -> CaptureOutcome {
    let real = resolvedPath(output)
    if paths.contains(where: { resolvedPath($0) == real }) {
      throw FileError(path: output, underlying: ShardError.intoPart)
    }
    var description = description
    description.part = nil
    if !isLabelled { description.label = CaptureConfiguration.name(of: output) }
    let writer = try RunWriter(
      path: output, description: description, settings: settings,
      names: (isLabelled ? description.label : nil, description.task),
      tokenTexts: try CaptureRun.tokenTexts(paths[0])
    ) { earlier in
      if let difference = try settings.difference(from: earlier) { throw difference }
    }
    return try CaptureOutcome(capturing: writer, observer) { prompt in
      try readFile(CaptureRun.promptPath(paths[prompt % paths.count], prompt), limit: 1 << 40)
    }
  }
}
