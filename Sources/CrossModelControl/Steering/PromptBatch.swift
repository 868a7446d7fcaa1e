internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCHashing
public import CMCPrimitives
public import CMCRecords

/// What a batch of prompts was started with.
public struct GenerationSettings: RunSettings {
  /// As part files name it.
  public static let kind = "cmc.batch"

  /// The version of the program.
  public var tool: String
  /// SHA-256 of the file of prompts.
  public var prompts: String
  /// The models and how they are joined.
  public var steering: SteeringSettings
  /// How tokens are chosen and what ends a text.
  public var options: GenerationOptions
  /// Which part of the prompts; nil for all.
  public var shard: Shard?
}

/// Many prompts, several at a time, to a file; what is done survives being killed at any moment.
///
/// Each finished item is a line of the output's ``PartFile``. The same run finds it and goes on behind the last whole one;
/// a run with other settings is refused.
public struct PromptBatch: Sendable {
  /// The prompts.
  public let items: [PromptItem]
  /// Where the answers go: `.jsonl` for lines, anything else for AlpacaEval's array; of a shard its own file.
  public let output: String
  /// Which part of the prompts is done here; nil for all.
  public let shard: Shard?
  let model: SteeredModel
  let options: GenerationOptions
  private let digest: String
  private let replaces: Bool
  /// The places of the prompts that are done here, ascending.
  let own: [Int]

  /// How many prompts are done here: all, or those of the shard.
  public var count: Int { own.count }

  /// Reads the prompts; nothing is computed yet.
  ///
  /// - Parameters:
  ///   - prompts: The file of prompts.
  ///   - output: Where the answers go.
  ///   - model: Who answers.
  ///   - options: How tokens are chosen and what ends a text.
  ///   - replaces: Whether an output that is there already is written over.
  ///   - shard: Only a part of the prompts, to a file that ``ShardSet`` joins with the others.
  /// - Throws: `FileError` with what is wrong with the prompts.
  public init(
    prompts: String, output: String, _ model: SteeredModel,
    _ options: GenerationOptions = GenerationOptions(),
    replaces: Bool = false, shard: Shard? = nil
  ) throws {
    let bytes = try readFile(prompts, limit: PromptFile.sizeLimit)
    items = try withFile(prompts) { try PromptFile.parse(bytes) }
    digest = SHA256Digest(hashing: bytes).hex
    self.output = output
    self.model = model
    self.options = options
    self.replaces = replaces
    self.shard = shard
    own = shard.items(of: items.count)
  }

  /// What decides what the batch gives.
  ///
  /// - Parameter parallel: How many texts are written together.
  /// - Throws: `FileError` for a file of a model that cannot be read any more.
  public func settings(parallel: Int = 1) throws -> GenerationSettings {
    var options = options
    // Traces go nowhere here.
    options.traceTop = 0
    return GenerationSettings(
      tool: CrossModelControlVersion.tool, prompts: digest,
      steering: try SteeringSettings(model, parallel: parallel), options: options, shard: shard)
  }

  /// Runs what is not done yet, and writes the output when all is.
  ///
  /// A prompt that the models or their templates cannot take is an item with an `error` in the output; the others are done.
  ///
  /// - Parameters:
  ///   - parallel: How many texts are written together, reading the weights once for all. With precision `exact` the output
  ///     is the same for every number; with `fast` for every number above 1.
  ///   - observer: Hears how many items are done, and that some were done before.
  ///   - onFailure: Called at the end for each item that could not be done, with its number from 1 and the reason.
  /// - Returns: How many items are done: ``count``, or fewer after a cancellation.
  /// - Throws: `FileError` with a ``SettingsDifference`` for a part file of another run, with ``OutputError/exists`` for an
  ///   output that is not this run's whole one, and what the models throw, with the number of the prompt.
  public func run(
    parallel: Int = 1, observer: RunObserver = .silent, onFailure: (Int, String) -> Void = { _, _ in }
  ) throws -> Int {
    let settings = try settings(parallel: parallel)
    let header = try header(settings)
    if let header, !replaces, try ShardFile.isFinished(output, as: header) {
      observer.note("\(output) is finished already")
      try forEachFailure(onFailure)
      return count
    }
    // With its part file it is the output of this run, which was killed between the two.
    if header == nil, !replaces, holdsSomething(output),
      !fileExists(PartFile<GenerationSettings>.path(of: output))
    {
      let answers = try BatchOutput.answers(output, ofRun: try run(settings))
      guard answers.count == count else { throw FileError(path: output, underlying: OutputError.exists) }
      observer.note("\(output) is finished already")
      for (place, answer) in answers.enumerated() {
        if let error = BatchOutput.error(of: answer) { onFailure(own[place] + 1, error) }
      }
      return count
    }
    let part = PartFile(output: output, settings: settings)
    var done = try part.resumeCounting(limit: count) { isItem(own[$0], $1) }
    if holdsSomething(output), !replaces, done < count {
      throw FileError(path: output, underlying: OutputError.exists)
    }
    if done > 0 { observer.note("\(done) of \(count) are done already") }
    if done < count { observer.progress.progress("", done: done, total: count) }
    let mark = Array(#","run":"\#(try run(settings))"}"#.utf8)
    try forEachAnswer(from: done, parallel: parallel, observer) { answer in
      if let note = answer.note { observer.note(note) }
      try part.append(Array(answer.line.dropLast()) + mark)
      done += 1
      if done < count { observer.progress.progress("", done: done, total: count) }
    }
    guard done == count else { return done }
    try part.finish { try finish(part, header, onFailure) }
    return done
  }

  /// What each answer says of the run that it is of: the same for those of a shard.
  private func run(_ settings: GenerationSettings) throws -> String {
    var settings = settings
    settings.shard = nil
    return try RunDigest.short(of: settings)
  }

  /// What a shard's file says of itself; nil where all prompts are done here.
  private func header(_ settings: GenerationSettings) throws -> ShardHeader? {
    guard let shard else { return nil }
    var settings = settings
    settings.shard = nil
    return try ShardHeader(shard, of: items.count, settings: settings, context: [String: String]())
  }

  /// Writes the output, in parts: nothing is held of a batch but its prompts.
  private func finish(
    _ part: PartFile<GenerationSettings>, _ header: ShardHeader?, _ onFailure: (Int, String) -> Void
  ) throws {
    func tell(_ place: Int, _ line: ArraySlice<UInt8>) {
      if let error = BatchOutput.error(of: Array(line)) { onFailure(own[place] + 1, error) }
    }
    if let header {
      var file = try ShardWriter(output: output, header)
      try part.forEachItem { place, line in
        try file.add(line)
        tell(place, line)
      }
      return try file.finish()
    }
    var file = try BatchOutput(output)
    try part.forEachItem { place, line in
      try file.add(line)
      tell(place, line)
    }
    try file.finish()
  }

  /// Tells what could not be done of a shard that is finished.
  private func forEachFailure(_ onFailure: (Int, String) -> Void) throws {
    var file = try ShardFile(output, isOwn: true)
    for index in own {
      if let error = BatchOutput.error(of: try file.require()) { onFailure(index + 1, error) }
    }
  }

  /// The answer to a prompt; nil after a cancellation.
  ///
  /// - Parameter generate: Writes a text; asks its argument after each token whether to go on.
  /// - Throws: ``ItemError`` for what spoils every item.
  func answer(
    _ index: Int, _ observer: RunObserver, _ generate: (() -> Bool) throws -> GenerationResult
  ) throws -> BatchAnswer? {
    do {
      let result = try ItemError.naming("prompt", index + 1) { try generate { !observer.isCancelled() } }
      // A text cut short by the interrupt is no output: it is made anew next time.
      if observer.isCancelled() { return nil }
      let line = line(items[index], String(decoding: result.text, as: UTF8.self)) { json in
        json.member("tokens", result.ids.count)
        json.member("stop", result.stop.name)
        if let exactness = result.exactness {
          json.member("exactness", exactness.name)
          if exactness.bound > 0 { json.member("bound", exactness.bound) }
        }
        // What was received is kept; the item counts as one that could not be done.
        if let failure = result.stop.failure { json.member("error", failure) }
      }
      return BatchAnswer(line: line, note: result.stop.warning.map { "prompt \(index + 1): \($0)" })
    } catch let error as ItemError where error.isOfItemAlone {
      let line = line(items[index], "") { $0.member("error", "\(error.underlying)") }
      return BatchAnswer(line: line, note: "\(error)")
    }
  }

  private func line(
    _ item: PromptItem, _ text: String, _ outcome: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("instruction", item.instruction)
      if !item.input.isEmpty { json.member("input", item.input) }
      json.member("output", text)
      json.member("generator", "cmc \(model.user.name)" + (model.deltas.map { " + \($0.name)" }.joined()))
      json.member("dataset", item.dataset ?? "cmc")
      json.member("datasplit", "eval")
      outcome(&json)
    }
    return json.bytes
  }

  /// Whether a line is the answer to the prompt of that number.
  private func isItem(_ index: Int, _ line: [UInt8]) -> Bool {
    guard let root = try? JSONDocument(line).root, root["output"]?.string != nil else { return false }
    return root["instruction"]?.string == items[index].instruction
      && (root["input"]?.string ?? "") == items[index].input
  }
}
