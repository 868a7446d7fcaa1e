package import CMCPrimitives
internal import CMCResultCoding
internal import CMCSafetensors

/// A run in its folder: what tuning did to a model's logits, prompt by prompt.
public struct CaptureRun: Sendable {
  /// The folder, as whoever opened it named it.
  public let path: String
  /// What it is.
  public let description: RunDescription
  /// The tokens in visible form, a row an id; nil where the run has none.
  package let tokenTexts: ByteTable?
  /// The prompts that could not be captured, and why.
  public let failures: [Int: String]

  /// Opens a run that is complete.
  ///
  /// - Throws: `FileError` naming the file: ``LogitShiftError/incomplete(missing:of:)``,
  ///   ``LogitShiftError/badRun(reason:)``, ``ResultCodingError``.
  public init(path: String) throws {
    let description = try Self.readDescription(path)
    if let part = description.part {
      throw FileError(path: path, underlying: LogitShiftError.isShard(part.shard))
    }
    let missing = description.prompts.indices.filter { !fileExists(Self.promptPath(path, $0)) }
    // A mean over the prompts that happen to be there would look like any other: such a run is refused.
    guard missing.isEmpty else {
      throw FileError(
        path: path,
        underlying: LogitShiftError.incomplete(missing: missing.count, of: description.prompts.count))
    }
    self.path = path
    self.description = description
    failures = try Self.failures(path, description)
    tokenTexts = try Self.tokenTexts(path)
  }

  /// The tokens of a run in visible form, a row an id; nil where the folder does not have them.
  ///
  /// - Throws: `FileError`.
  package static func tokenTexts(_ folder: String) throws -> ByteTable? {
    let texts = folder + "/tokens.safetensors"
    return fileExists(texts) ? try withFile(texts) { try readTexts(texts) } : nil
  }

  private static func failures(_ path: String, _ description: RunDescription) throws -> [Int: String] {
    var failures: [Int: String] = [:]
    for index in description.prompts.indices {
      failures[index] = try CapturedPrompt(path: promptPath(path, index), width: description.width).error
    }
    return failures
  }

  /// The short name of the run.
  public var label: String { description.label }
  /// What results say of it.
  public var summary: RunSummary { description.summary(path: path) }

  /// Opens what was captured of a prompt.
  ///
  /// - Throws: `FileError`.
  public func prompt(_ index: Int) throws -> CapturedPrompt {
    try CapturedPrompt(path: Self.promptPath(path, index), width: description.width)
  }

  /// The visible form of a token; `#id` where it is not known.
  public func text(of id: Int32) -> String {
    guard let tokenTexts, id >= 0, Int(id) < tokenTexts.count, !tokenTexts[Int(id)].isEmpty else {
      return "#\(id)"
    }
    return String(decoding: tokenTexts[Int(id)], as: UTF8.self)
  }

  /// The file of a prompt.
  package static func promptPath(_ folder: String, _ index: Int) -> String {
    let digits = String(index)
    return "\(folder)/prompt-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).safetensors"
  }

  /// What a folder says of its run.
  ///
  /// - Throws: `FileError` with ``LogitShiftError/badRun(reason:)`` where it has none.
  package static func readDescription(_ folder: String, isOwn: Bool = false) throws -> RunDescription {
    let file = folder + "/run.json"
    guard PathKind(file) != .missing else {
      try refuseBrokenLink(folder)
      let reason = PathKind(folder) == .missing ? "there is no such folder" : "it has no run.json"
      throw FileError(path: folder, underlying: LogitShiftError.badRun(reason: reason))
    }
    return try withFile(file) {
      let description = try ResultCoding.decode(
        RunDescription.self, from: try readFile(file, limit: 1 << 30, isOwn: isOwn))
      guard description.schema == "cmc.run", description.version == 1 else {
        throw LogitShiftError.badRun(
          reason: "schema \(description.schema), version \(description.version); cmc.run 1 is read")
      }
      guard description.width > 0, description.width < 1 << 31, !description.prompts.isEmpty else {
        throw LogitShiftError.badRun(reason: "it has no columns or no prompts")
      }
      return description
    }
  }

  private static func readTexts(_ path: String) throws -> ByteTable {
    let file = try MappedFile(path: path)
    return try file.withUnsafeBytes { bytes in
      let header = try SafetensorsHeader(parsing: bytes)
      guard let starts = header["starts"], let texts = header["bytes"] else {
        throw SafetensorsError.missingTensor("starts")
      }
      guard texts.bytes.count < 1 << 31 else {
        throw LogitShiftError.badRun(reason: "the tokens' texts are too long")
      }
      let places = try header.integers(starts, in: bytes).map { Int($0) }
      var table = ByteTable(rows: places.count, bytes: texts.bytes.count)
      for (start, end) in zip(places, places.dropFirst()) {
        guard start >= 0, start <= end, end <= texts.bytes.count else {
          throw LogitShiftError.badRun(reason: "the tokens' texts are out of order")
        }
        table.appendRow { row in
          row.append(contentsOf: bytes[texts.bytes.lowerBound + start..<texts.bytes.lowerBound + end])
        }
      }
      return table
    }
  }
}
