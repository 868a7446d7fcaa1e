internal import CMCAlignment
internal import CMCControlledDecoding
internal import CMCHashing
internal import CMCLanguageModel
internal import CMCLinearAlgebra
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCRecords
internal import CMCTokenization
internal import CMCTokenizerFormats
internal import CMCVocabulary

/// Captures a run with models that are computed here.
final class ModelCapture {
  private let command: CaptureCommand
  private let base: LanguageModelSession
  private let tuned: LanguageModelSession
  private let names: (base: String, tuned: String)
  private let tokenizer: Tokenizer
  private let tokenizerPath: String
  private let templates: (base: PromptTemplate, tuned: PromptTemplate)
  private let prompts: [String]
  private let responses: [String]?
  private let followed: CaptureRun?
  private let wanted: WantedColumns?
  private let mapDigest: String?
  private let kept: Int?

  /// Loads everything; nothing is computed yet.
  init(_ command: CaptureCommand) throws {
    self.command = command
    let path = command.base ?? ""
    let tunedPath = command.tuned ?? path
    let baseModel = try LanguageModel.load(path)
    let tunedModel = tunedPath == path ? baseModel : try LanguageModel.load(tunedPath)
    let precision = command.computing.precision
    let tunedPrecision = command.tunedPrecision ?? precision
    let threads = command.computing.threadOptions.threads
    base = LanguageModelSession(baseModel, precision: precision, threads: threads)
    tuned = LanguageModelSession(tunedModel, precision: tunedPrecision, threads: threads)
    names = Self.names(baseModel, tunedModel, command, precision, tunedPrecision)
    tokenizerPath = LanguageModel.splitArgument(command.tokenizer ?? path).model
    let description = try TokenizerLoader.load(tokenizerPath)
    for note in description.notes { command.common.note("\(description.name): \(note)") }
    guard description.vocabulary.idLimit <= baseModel.logitsWidth else {
      throw FileError(
        path: tokenizerPath,
        underlying: ControlError.tokenizerBeyondLogits(
          tokenizer: description.name, id: description.vocabulary.idLimit - 1, width: baseModel.logitsWidth))
    }
    templates.base = try TemplateArgument.load(command.baseTemplate, description)
    templates.tuned =
      try command.tunedTemplate.map { try TemplateArgument.load($0, description) } ?? templates.base
    tokenizer = try withFile(tokenizerPath) { try Tokenizer(description) }
    kept = command.keep.map(\.count) ?? 200
    followed = try command.prefixOf.map { try CaptureRun(path: $0) }
    if let followed {
      prompts = Array(followed.description.prompts.prefix(command.limit ?? .max))
      responses = nil
    } else {
      let items = try PromptFile.load(command.prompts ?? "")
      prompts = items.prefix(command.limit ?? .max).map(\.prompt)
      responses = try command.responses.map { try ResponseFile.load($0) }
      if let responses, responses.count < prompts.count {
        throw FileError(
          path: command.responses ?? "",
          underlying: LogitShiftError.badSetting("\(responses.count) responses for \(prompts.count) prompts"))
      }
    }
    (wanted, mapDigest) = try Self.wanted(followed, description, baseModel.logitsWidth, kept, command)
  }

  /// The models' names, with what tells two versions of one model apart.
  private static func names(
    _ base: LanguageModel, _ tuned: LanguageModel, _ command: CaptureCommand, _ precision: Precision,
    _ tunedPrecision: Precision
  ) -> (base: String, tuned: String) {
    var name = tuned.name
    if let template = command.tunedTemplate, template != command.baseTemplate {
      name += ", template \(template.split(separator: "/").last ?? "")"
    }
    if precision != tunedPrecision { name += ", \(tunedPrecision.rawValue)" }
    return (base.name, name)
  }

  /// The columns that comparing with the run that is followed needs.
  private static func wanted(
    _ followed: CaptureRun?, _ tokenizer: TokenizerDescription, _ width: Int, _ kept: Int?,
    _ command: CaptureCommand
  ) throws -> (WantedColumns?, String?) {
    guard let followed, let kept else { return (nil, nil) }
    let own = RunDescription(
      tool: "", label: command.name, base: "", tuned: "", tokenizer: tokenizer.name,
      tokenizerPath: command.tokenizer ?? command.base, fingerprint: tokenizer.vocabulary.fingerprint.hex,
      width: width, kept: kept, settings: "", prompts: [])
    let maps = try RunMaps(
      command.map.map { [$0] } ?? [], threads: command.computing.threadOptions.threads, command.common)
    guard let map = try maps.map(followed.description, own) else {
      guard followed.description.fingerprint == own.fingerprint else {
        throw LogitShiftError.mapNeeded(first: followed.label, second: own.label)
      }
      return (WantedColumns(ColumnMapping(identity: width), seeds: [], kept: kept), nil)
    }
    for note in try RunPair.check(map.map, from: followed.description, to: own) { command.common.note(note) }
    let seeds = (0..<command.shuffles).map { command.seed &+ UInt64($0) }
    let digest = map.map.ids.withUnsafeBytes { SHA256Digest(hashing: Array($0)).hex }
    return (WantedColumns(ColumnMapping(map.map, secondWidth: width), seeds: seeds, kept: kept), digest)
  }

  /// Captures what is not there yet.
  ///
  /// - Parameter isShown: Whether the run is printed.
  func run(isShown: Bool = true) throws {
    let writer = try RunWriter(
      path: command.output, description: description(), tokenTexts: MapSide(tokenizer.description).pieces)
    let recorder = try PairRecorder(base: base, tuned: tuned, kept: kept)
    try PromptLoop(writer: writer, common: command.common).run { prompt in
      if let followed { return try follow(followed, prompt, recorder) }
      return try lead(prompt, recorder)
    }
    if isShown { try CaptureRendering.write([(command.output, writer.description)], common: command.common) }
  }

  /// A prompt of the first pair: its response, in the tokens it was made of.
  private func lead(_ prompt: Int, _ recorder: PairRecorder) throws -> [UInt8] {
    let text = prompts[prompt]
    let (ids, steps) = try response(prompt)
    return try recorder.record(
      prompt: prompt, steps: steps,
      baseHistories: steps.histories(prompt: try promptIDs(templates.base, text), ids: ids),
      tunedHistories: steps.histories(prompt: try promptIDs(templates.tuned, text), ids: ids))
  }

  /// A prompt of the second pair: the same text prefixes in its own tokens.
  private func follow(_ followed: CaptureRun, _ prompt: Int, _ recorder: PairRecorder) throws -> [UInt8] {
    let captured = try followed.prompt(prompt)
    guard captured.prefixes.count == captured.steps.count else {
      throw LogitShiftError.badSetting("\(followed.label) has no text prefixes to follow: it was imported")
    }
    let steps = ResponseSteps(captured)
    let text = prompts[prompt]
    return try recorder.record(
      prompt: prompt, steps: steps,
      baseHistories: try steps.histories(prompt: try promptIDs(templates.base, text), tokenizer: tokenizer),
      tunedHistories: try steps.histories(prompt: try promptIDs(templates.tuned, text), tokenizer: tokenizer)
    ) { index in
      guard let wanted else { return [] }
      return wanted.columns(for: try captured.step(index))
    }
  }

  private func promptIDs(_ template: PromptTemplate, _ text: String) throws -> [Int32] {
    try tokenizer.encode(
      prompt: try template.parts(text, parsesSpecial: command.parseSpecial),
      addsBeginning: template.takesBeginning)
  }

  /// The response's tokens and steps: given, or made by the tuned model.
  private func response(_ prompt: Int) throws -> ([Int32], ResponseSteps) {
    if let responses {
      let given = Array(responses[prompt].utf8)
      var options = EncodingOptions()
      options.isContinuation = true
      let ids = try tokenizer.encode(given, options: options)
      // What the tokens give back: a tokenizer may write a text its own way, and the steps are those of its tokens.
      let bytes = Self.text(ids, tokenizer)
      if bytes != given { command.common.note("response \(prompt) is taken as its tokens spell it") }
      return (ids, ResponseSteps(ids: ids, response: bytes, ends: true, tokenizer: tokenizer))
    }
    let combiner = ScoreCombiner(mode: .add, policy: .zero, terms: [])
    let generator = try ControlledGenerator(
      user: tuned, tokenizer: tokenizer, prompt: try promptIDs(templates.tuned, prompts[prompt]), deltas: [],
      combiner: combiner, matchKind: { MatchKind($0, in: nil) })
    var options = ControlledGenerator.Options()
    options.maxTokens = command.maxTokens
    options.sampling.temperature = command.temperature
    options.sampling.seed = command.seed &+ UInt64(prompt)
    let strings = (command.stop + templates.tuned.stops).map { Array($0.utf8) }
    options.stops = StopRules(user: tokenizer.description, delta: nil, map: nil, strings: strings)
    let result = try generator.generate(options) { _, _ in !Interrupt.hasCome }
    var bytes = Self.text(result.ids, tokenizer)
    var ends = false
    switch result.stop {
    case .endToken: ends = true
    case .stopString(let string):
      ends = true
      if let range = bytes.firstRange(of: Array(string.utf8)) { bytes.removeSubrange(range.lowerBound...) }
    default: break
    }
    return (result.ids, ResponseSteps(ids: result.ids, response: bytes, ends: ends, tokenizer: tokenizer))
  }

  /// The bytes that the tokens of a response add to its text.
  private static func text(_ ids: [Int32], _ tokenizer: Tokenizer) -> [UInt8] {
    let vocabulary = tokenizer.description.vocabulary
    return ids.flatMap { id -> [UInt8] in
      guard Int(id) < vocabulary.idLimit, vocabulary.kind(id) != .special else { return [] }
      return Array(vocabulary.canonical[Int(id)])
    }
  }

  private func description() -> RunDescription {
    let vocabulary = tokenizer.description.vocabulary
    let settings: [String] = [
      names.base, names.tuned, vocabulary.fingerprint.hex, "\(templates.base.identity)",
      "\(templates.tuned.identity)", "\(templates.tuned.stops) \(command.stop)",
      "\(command.computing.precision) \(command.tunedPrecision ?? command.computing.precision)",
      "\(command.maxTokens) \(command.temperature) \(command.seed) \(command.parseSpecial) \(kept ?? -1)",
      "\(command.base ?? "") \(command.tuned ?? "")", responses?.joined(separator: "\u{0}") ?? "generated",
      followed?.description.settings ?? "leads", mapDigest ?? "no map",
      "\(wanted == nil ? 0 : command.shuffles)",
    ]
    var description = RunDescription(
      tool: ToolVersion.tool, label: command.name, task: command.task, base: names.base, tuned: names.tuned,
      tokenizer: tokenizer.description.name, tokenizerPath: tokenizerPath,
      fingerprint: vocabulary.fingerprint.hex, width: base.logitsWidth, kept: kept,
      settings: SHA256Digest(hashing: Array(settings.joined(separator: "\n").utf8)).hex, prompts: prompts)
    description.follows = followed?.label
    description.map = mapDigest
    if mapDigest != nil {
      description.shuffleSeeds = (0..<command.shuffles).map { command.seed &+ UInt64($0) }
    }
    return description
  }
}
