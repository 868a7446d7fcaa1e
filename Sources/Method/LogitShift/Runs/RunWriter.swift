package import CMCPrimitives
internal import CMCResultCoding
internal import CMCSafetensors

/// Writes a run prompt by prompt; one that was interrupted goes on where it stopped.
///
/// The folder holds nothing but whole files: each is written beside its name and renamed.
package final class RunWriter {
  /// The folder that prompts go to.
  package let path: String
  /// What the run is.
  package let description: RunDescription
  /// One process at a time writes a run.
  private let lock: FileLock

  /// Begins a run, or opens the one that is there, by the digest of its settings alone.
  ///
  /// - Parameter tokenTexts: The tokens in visible form, for people.
  /// - Throws: `FileError` with ``LogitShiftError/otherRun`` where the folder has another run; nothing of it is touched.
  package init(path: String, description: RunDescription, tokenTexts: ByteTable?) throws {
    lock = try Self.lock(path)
    if fileExists(path + "/run.json") {
      let found = try CaptureRun.readDescription(path, isOwn: true)
      guard found.settings == description.settings, found.prompts == description.prompts else {
        throw FileError(path: path, underlying: LogitShiftError.otherRun)
      }
      try withFile(path) { try Self.check(found, description) }
    } else {
      try Self.begin(path, try ResultCoding.encode(description), tokenTexts)
    }
    (self.path, self.description) = (path, description)
  }

  /// Begins a run, or opens the one that is there and was captured with the same settings.
  ///
  /// - Parameters:
  ///   - settings: All that changes what is captured; `run.json` keeps it.
  ///   - names: The label and the task that an earlier run gets from now on; nil keeps its own.
  ///   - tokenTexts: The tokens in visible form, for people.
  ///   - compare: Throws what differs from the settings of the run that is there.
  /// - Throws: `FileError` with what `compare` throws; with ``LogitShiftError/settingsUnknown`` where the run that is there
  ///   does not tell its settings in this form. Nothing of it is touched then.
  package init<Settings: Codable & Sendable>(
    path: String, description: RunDescription, settings: Settings, names: (label: String?, task: String?),
    tokenTexts: ByteTable?, compare: (_ earlier: Settings) throws -> Void
  ) throws {
    lock = try Self.lock(path)
    let file = path + "/run.json"
    var description = description
    if fileExists(file) {
      var found = try CaptureRun.readDescription(path, isOwn: true)
      let bytes = try readFile(file, limit: 1 << 30, isOwn: true)
      try withFile(path) {
        guard let earlier = try? ResultCoding.decode(RunFile<Settings>.self, from: bytes).capturedWith else {
          throw LogitShiftError.settingsUnknown
        }
        try compare(earlier)
        guard found.prompts == description.prompts else { throw LogitShiftError.otherRun }
        try Self.check(found, description)
        let before = found
        found.label = names.label ?? found.label
        found.task = names.task ?? found.task
        if names.label != nil { found.part?.isLabelled = true }
        if found != before {
          try AtomicFile.write(ResultCoding.encode(RunFile(found, capturedWith: earlier)), to: file)
        }
        description = found
      }
    } else {
      try Self.begin(
        path, try ResultCoding.encode(RunFile(description, capturedWith: settings)), tokenTexts)
    }
    (self.path, self.description) = (path, description)
  }

  /// A folder has one part of a run, or all of it.
  private static func check(_ found: RunDescription, _ wanted: RunDescription) throws {
    guard found.part?.shard == wanted.part?.shard else {
      throw LogitShiftError.otherShard(found: found.part?.shard, wanted: wanted.part?.shard)
    }
  }

  /// Locks the folder, which is made, and takes away what a run that was killed had not finished writing.
  private static func lock(_ path: String) throws -> FileLock {
    let lock = try FileLock(folder: path)
    try FileRoles.shared.own(folder: path)
    for name in namesInFolder(path) where isLeftover(name) { removeFile(path + "/" + name) }
    return lock
  }

  /// Whether a file is one of a run's that was not whole yet: its name and six letters more.
  private static func isLeftover(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2].utf8.count == 6 else { return false }
    return ["run.json", "tokens.safetensors"].contains("\(parts[0]).\(parts[1])")
      || (parts[0].hasPrefix("prompt-") && parts[1] == "safetensors")
  }

  /// The description comes last: a folder without it has no run.
  ///
  /// - Throws: `FileError` with ``LogitShiftError/notDescribed(file:)`` where prompts are there all the same, which would count
  ///   as this run's.
  private static func begin(_ path: String, _ description: [UInt8], _ tokenTexts: ByteTable?) throws {
    let prompts = namesInFolder(path).filter { $0.hasPrefix("prompt-") && $0.hasSuffix(".safetensors") }
    if let first = prompts.min() {
      throw FileError(path: path, underlying: LogitShiftError.notDescribed(file: first))
    }
    if let tokenTexts { try AtomicFile.write(encoded(tokenTexts), to: path + "/tokens.safetensors") }
    try AtomicFile.write(description, to: path + "/run.json")
  }

  /// Whether a prompt is captured already.
  package func has(_ prompt: Int) -> Bool { fileExists(CaptureRun.promptPath(path, prompt)) }

  /// Whether a prompt that is there could not be captured.
  ///
  /// - Throws: What reading its file throws.
  package func hasFailed(_ prompt: Int) throws -> Bool {
    try CapturedPrompt(path: CaptureRun.promptPath(path, prompt), width: description.width, isOwn: true).error
      != nil
  }

  /// Writes a prompt's file.
  ///
  /// - Throws: `FileError`.
  package func write(_ prompt: Int, _ bytes: [UInt8]) throws {
    try AtomicFile.write(bytes, to: CaptureRun.promptPath(path, prompt))
  }

  private static func encoded(_ texts: ByteTable) -> [UInt8] {
    var starts: [Int64] = [0]
    var bytes: [UInt8] = []
    for row in 0..<texts.count {
      bytes += texts[row]
      starts.append(Int64(bytes.count))
    }
    var writer = SafetensorsWriter()
    writer.add("starts", starts)
    writer.add("bytes", bytes)
    return writer.encoded()
  }
}
