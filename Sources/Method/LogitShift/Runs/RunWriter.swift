public import CMCPrimitives
internal import CMCResultCoding
internal import CMCSafetensors

/// Writes a run prompt by prompt; one that was interrupted goes on where it stopped.
///
/// The folder holds nothing but whole files: each is written beside its name and renamed.
public struct RunWriter {
  /// The folder.
  public let path: String
  /// What the run is.
  public let description: RunDescription

  /// Begins a run, or opens the one that is there.
  ///
  /// - Parameter tokenTexts: The tokens in visible form, for people.
  /// - Throws: `FileError` with ``LogitShiftError/otherRun`` where the folder has another run; nothing of it is touched.
  public init(path: String, description: RunDescription, tokenTexts: ByteTable?) throws {
    self.path = path
    self.description = description
    if fileExists(path + "/run.json") {
      let found = try CaptureRun.readDescription(path)
      guard found.settings == description.settings, found.prompts == description.prompts else {
        throw FileError(path: path, underlying: LogitShiftError.otherRun)
      }
      return
    }
    try makeDirectory(path)
    if let tokenTexts {
      try AtomicFile.write(Self.encoded(tokenTexts), to: path + "/tokens.safetensors")
    }
    try AtomicFile.write(try ResultCoding.encode(description), to: path + "/run.json")
  }

  /// Whether a prompt is captured already.
  public func has(_ prompt: Int) -> Bool { fileExists(CaptureRun.promptPath(path, prompt)) }

  /// Writes a prompt's file.
  ///
  /// - Throws: `FileError`.
  public func write(_ prompt: Int, _ bytes: [UInt8]) throws {
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
