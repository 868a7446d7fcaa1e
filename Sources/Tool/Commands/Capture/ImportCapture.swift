internal import CMCAlignment
internal import CMCFastJSON
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCTokenizerFormats
internal import CMCVocabulary

/// Makes runs of logits that were computed elsewhere.
struct ImportCapture {
  private let manifest: String
  private let command: CaptureCommand
  private let importer: LogitImporter
  private let bytes: [UInt8]

  init(_ manifest: String, _ command: CaptureCommand) throws {
    self.manifest = manifest
    self.command = command
    bytes = try readFile(manifest, limit: LogitManifest.sizeLimit)
    let bytes = bytes
    var parsed = try withFile(manifest) { try LogitManifest(parsing: bytes) }
    if let task = command.task { parsed.task = task }
    if let limit = command.limit { parsed.prompts = Array(parsed.prompts.prefix(limit)) }
    let folder = manifest.lastIndex(of: "/").map { String(manifest[..<$0]) } ?? ""
    importer = LogitImporter(parsed, folder: folder)
  }

  func run() throws {
    let isPair = importer.manifest.second != nil
    var sides: [(side: LogitImporter.Side, path: String)] = [
      (.first, isPair ? command.output + "/first" : command.output)
    ]
    if isPair { sides.append((.second, command.output + "/second")) }
    var rows: [(path: String, description: RunDescription)] = []
    for (side, path) in sides {
      rows.append(
        (path, try capture(side, path, label: isPair ? "\(command.name)-\(side.rawValue)" : command.name)))
    }
    try CaptureRendering.write(rows, common: command.common)
  }

  private func capture(_ side: LogitImporter.Side, _ path: String, label: String) throws -> RunDescription {
    let models = side == .first ? importer.manifest.first : importer.manifest.second
    let tokenizer = try (models?.tokenizer ?? command.tokenizer).map {
      try TokenizerLoader.load(self.path($0))
    }
    let width = try importer.width(side)
    let kept = command.keep?.count
    if let tokenizer, tokenizer.vocabulary.idLimit > width {
      throw FileError(
        path: manifest,
        underlying: LogitShiftError.badSetting(
          "the tokenizer \(tokenizer.name) has ids up to \(tokenizer.vocabulary.idLimit - 1), the logits \(width) columns"
        ))
    }
    let description = importer.describe(
      side, tool: ToolVersion.tool, label: label, width: width, kept: kept, manifestBytes: bytes,
      tokenizer: tokenizer)
    let writer = try RunWriter(
      path: path, description: description, tokenTexts: tokenizer.flatMap { MapSide($0).pieces })
    try PromptLoop(writer: writer, common: command.common).run { prompt in
      try withFile(manifest) { try importer.record(side, prompt: prompt, width: width, kept: kept) }
    }
    return description
  }

  /// A tokenizer is named from the manifest's folder, or from here.
  private func path(_ name: String) -> String {
    let beside = importer.folder.isEmpty || name.hasPrefix("/") ? name : importer.folder + "/" + name
    return fileExists(beside) ? beside : name
  }
}
