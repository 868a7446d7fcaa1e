internal import ArgumentParser
internal import CMCAlignment
internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCHashing
internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCPrompts

/// Many prompts, one after the other, to a file that survives being killed at any moment.
///
/// Each finished item is appended as one line to `OUTPUT.part`, whose first line says what was run. The same command
/// finds it, drops an unfinished line, and goes on behind the last whole one; when all are done, the output is written
/// and the part file removed.
struct BatchRun {
  private let items: [PromptItem]
  private let output: String
  private let setup: ControlSetup
  private let command: GenerateCommand
  private let header: String

  private var partPath: String { output + ".part" }

  /// Reads the prompts; nothing is computed yet.
  init(prompts: String, output: String, _ setup: ControlSetup, _ command: GenerateCommand) throws {
    items = try PromptFile.load(prompts)
    self.output = output
    self.setup = setup
    self.command = command
    header = Self.header(try readFile(prompts, limit: 1 << 30), setup, command)
    if fileExists(output) { throw FileError(path: output, underlying: OutputError.exists) }
  }

  /// What makes two runs the same: the prompts and every option that changes outputs.
  private static func header(_ prompts: [UInt8], _ setup: ControlSetup, _ command: GenerateCommand) -> String
  {
    let sampling = command.sampling
    let control = command.control
    let settings: [String] = [
      SHA256Digest(hashing: prompts).hex, setup.userName, control.mode.rawValue, control.unmatched.rawValue,
      control.computing.precision.rawValue, "\(setup.userTemplate.identity)", "\(command.alpha)",
      "\(control.parseSpecial)",
      "\(sampling.maxTokens) \(sampling.temperature) \(sampling.topK) \(sampling.topP) \(sampling.minP)",
      "\(sampling.repetitionPenalty) \(sampling.seed) \(sampling.stop) \(sampling.ignoreEOS) \(sampling.contextShift)",
      setup.deltas.map { delta in
        let digest = delta.map.map { map in
          map.ids.withUnsafeBytes { SHA256Digest(hashing: Array($0)).hex }
        }
        return
          "\(delta.name) \(delta.alpha ?? command.alpha) \(digest ?? "identity") \(delta.template.identity)"
      }.joined(separator: "\n"),
    ]
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("schema", "cmc.batch.part")
      json.member("version", 1)
      json.member("settings", SHA256Digest(hashing: Array(settings.joined(separator: "\n").utf8)).hex)
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// Runs what is not done yet.
  func run() throws {
    var done = try resume()
    if done.isEmpty { try AtomicFile.write(Array((header + "\n").utf8), to: partPath) }
    if !done.isEmpty { command.common.note("\(done.count) of \(items.count) are done already") }
    Interrupt.catchOnce()
    let progress = ProgressLine(total: items.count, isShown: !command.common.quiet)
    for index in done.count..<items.count {
      progress.show(index)
      let generator = try setup.generator(items[index].prompt, alpha: command.alpha)
      let result = try generator.generate(command.sampling.options(setup)) { _, _ in !Interrupt.hasCome }
      // A text cut short by the interrupt is no output: it is made anew next time.
      if Interrupt.hasCome { break }
      let line = line(items[index], result)
      try appendLine(line, to: partPath)
      done.append(line)
    }
    progress.finish(done.count)
    guard done.count == items.count else {
      command.common.note("\(done.count) of \(items.count) are done; the same command goes on from there")
      throw ExitCode(130)
    }
    try AtomicFile.write(finished(done), to: output)
    removeFile(partPath)
    guard command.common.json else { return try StandardOutput.write("\(output): \(done.count) outputs\n") }
    var json = JSONWriter(.readable)
    json.object {
      $0.member("version", 1)
      $0.member("file", output)
      $0.member("outputs", done.count)
    }
    json.endLine()
    try StandardOutput.write(json.bytes)
  }

  /// The whole lines of an earlier run of the same command.
  private func resume() throws -> [[UInt8]] {
    guard fileExists(partPath) else { return [] }
    let bytes = try readFile(partPath, limit: 1 << 34)
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    // What follows the last line end was not finished.
    let rest = lines.popLast() ?? []
    guard let first = lines.first, first == Array(header.utf8) else {
      throw FileError(path: partPath, underlying: BatchError.otherRun)
    }
    lines.removeFirst()
    guard lines.count <= items.count else { throw FileError(path: partPath, underlying: BatchError.otherRun) }
    if !rest.isEmpty {
      let kept = [Array(header.utf8)] + lines
      try AtomicFile.write(kept.flatMap { $0 + [0x0A] }, to: partPath)
    }
    return lines
  }

  private func line(_ item: PromptItem, _ result: GenerationResult) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("instruction", item.instruction)
      if !item.input.isEmpty { json.member("input", item.input) }
      json.member("output", String(decoding: result.text, as: UTF8.self))
      json.member("generator", "cmc \(setup.userName)" + (setup.deltas.map { " + \($0.name)" }.joined()))
      json.member("dataset", item.dataset ?? "cmc")
      json.member("datasplit", "eval")
      json.member("tokens", result.ids.count)
      json.member("stop", result.stop.name)
    }
    return json.bytes
  }

  private func finished(_ lines: [[UInt8]]) -> [UInt8] {
    if output.hasSuffix(".jsonl") { return lines.flatMap { $0 + [0x0A] } }
    return Array("[\n".utf8) + lines.joined(separator: Array(",\n".utf8)) + Array("\n]\n".utf8)
  }
}

/// Why a batch cannot go on.
enum BatchError: DescribedError, Equatable {
  case otherRun

  var description: String { "belongs to a run with other prompts or settings" }
  var hint: String? { "finish that run, remove the file, or name another --output" }
}
