internal import ArgumentParser
internal import CMCAlignment
internal import CMCPrimitives
internal import CMCReporting
internal import CrossModelControl

/// `cmc atlas`: every ordered pair of many vocabularies.
struct AtlasCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "atlas",
    abstract: "Align every ordered pair of many vocabularies: a matrix, how they group, one page.",
    discussion: """
      Each VOCAB is a tokenizer as for cmc align; NAME=VOCAB gives it a name of its own. The shares are of the tokens \
      that are not special: with equal bytes in the target, in a prefix relation with a token of the target, or \
      without a target. Override files take no part. Writes PREFIX.html and PREFIX.json.

      EXAMPLES
        cmc atlas mistral.model llama-2/ llama-3/ qwen.tiktoken
        cmc atlas 'Llama 2=llama-2/' 'GPT-2=gpt-2.gguf' -o Reports/old-and-new
        cmc atlas a/ b/ c/ --json
        cmc atlas a/ b/ c/ --shard 0/2 -o 0.shard

      With --shard the ordered pairs of that shard go to the file of -o, and cmc merge makes the atlas of all shards. An \
      interrupted shard goes on with the same command.
      """)

  @Argument(help: ArgumentHelp("Two or more tokenizers.", valueName: "[name=]vocab"))
  var vocabularies: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where the page and its data go (default: Reports/atlas, or another where that is of others); with --shard its one file.",
      valueName: "prefix"))
  var output: String?

  @OptionGroup var sharding: ShardOptions
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (2...500).contains(vocabularies.count) else {
      throw ValidationError("Give from 2 to 500 vocabularies.")
    }
    if let name = AtlasMember.repeatedName(vocabularies.map(Self.member)) {
      throw ValidationError("The name '\(name)' is given to more than one vocabulary; give each its own.")
    }
    guard output?.isEmpty != true, output?.hasSuffix("/") != true else {
      throw ValidationError("--output must be the beginning of file names.")
    }
    if sharding.shard != nil, output == nil { throw ValidationError("--shard needs --output.") }
  }

  func run() throws {
    if let shard = sharding.shard, let output { return try run(shard, to: output) }
    try Self.prepare(output ?? Self.defaultOutput)
    Interrupt.catchOnce()
    let observer = common.observer
    let atlas = try VocabularyAtlas.aligning(
      vocabularies.map(Self.member), threads: threading.threads, observer: observer)
    observer.finishProgress()
    guard let atlas else { throw ExitCode(Interrupt.exitCode) }
    let output = output ?? Self.place(of: atlas)
    let json = try Self.write(atlas, to: output)
    try common.show(
      "\(atlas.entries.count) vocabularies; written: \(output).html, \(output).json",
      text: AtlasText.text(atlas, output: output), json: json)
  }

  private static let defaultOutput = "Reports/atlas"

  /// Where an atlas goes that was given no place: another one than that of an atlas of other vocabularies, names or order.
  private static func place(of atlas: VocabularyAtlas) -> String {
    let isOther = FileRoles.isOther(defaultOutput + ".json", than: AtlasJSON.beginning(atlas))
    return isOther ? "\(defaultOutput)-\(AtlasJSON.run(of: atlas).prefix(8))" : defaultOutput
  }

  /// Makes sure before the work that the page and its data can be written.
  ///
  /// - Returns: Both paths.
  @discardableResult
  static func prepare(_ output: String) throws -> [String] {
    let outputs = [output + ".html", output + ".json"]
    try prepareOutputs(outputs[0], form: .marked(kind: "page"))
    try prepareOutputs(outputs[1], form: .marked(kind: AtlasJSON.schema))
    return outputs
  }

  /// Writes the page and its data, both or none.
  ///
  /// - Returns: The data.
  @discardableResult
  static func write(_ atlas: VocabularyAtlas, to output: String) throws -> [UInt8] {
    let json = AtlasJSON.bytes(atlas)
    let page = try AtlasReport(atlas, tool: ToolVersion.tool).html()
    try writeResults([(output + ".html", page), (output + ".json", json)])
    return json
  }

  private func run(_ shard: Shard, to output: String) throws {
    try prepareOutputs(output, form: .marked(kind: "cmc.shard"))
    Interrupt.catchOnce()
    let observer = common.observer
    var run = AtlasShardRun(
      vocabularies.map(Self.member), shard: shard, output: output, threads: threading.threads)
    run.replaces = replacing.force
    let done = try run.run(observer: observer)
    observer.finishProgress()
    guard done == run.count else {
      common.noteBrokenOff("\(done) of \(run.count) pairs are done", output: output)
      throw ExitCode(Interrupt.exitCode)
    }
    try ShardRendering.finished(shard, output, "\(done) pairs", ("pairs", done), common)
  }

  /// A name before `=`, unless the whole is a file.
  private static func member(_ argument: String) -> AtlasMember {
    guard !fileExists(argument), let sign = argument.firstIndex(of: "="), sign > argument.startIndex else {
      return AtlasMember(path: argument)
    }
    return AtlasMember(
      name: String(argument[..<sign]), path: String(argument[argument.index(after: sign)...]))
  }
}
