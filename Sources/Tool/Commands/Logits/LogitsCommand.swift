public import ArgumentParser
internal import CMCFastJSON
internal import CMCLanguageModel
public import CMCLinearAlgebra
internal import CMCNumPyFiles
internal import CMCPrimitives
internal import CrossModelControl

extension Precision: ExpressibleByArgument {}

/// How a model is computed, for commands that run one.
struct ModelRunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "exact: weights widened to float32; fast: activations rounded to eight bits, for quantised weights.",
      valueName: "exact|fast"))
  var precision: Precision = .exact

  @OptionGroup var threadOptions: ThreadOptions

  /// The same as a value.
  var computing: Computing { Computing(precision: precision, threads: threadOptions.threads) }
}

/// `cmc logits`: the logits of a model for a list of ids, as a NumPy file.
struct LogitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logits",
    abstract: "Compute a model's logits for a list of token ids.",
    discussion: """
      MODEL is a GGUF file, a folder with safetensors and config.json, an id in the local Hugging Face cache, or a \
      llama2.c checkpoint. The file gets one row of float32 for each id: the scores of the token that follows it.

      EXAMPLES
        cmc logits model.gguf --ids 504,3575,282,4649,314 -o logits.npy
        cmc logits model.gguf --ids 504,3575,282,4649,314 -o last.npy --last \\
          --precision fast
      """)

  @Argument(help: ArgumentHelp("A model.", valueName: "model"))
  var path: String

  @Option(help: ArgumentHelp("Token ids, separated by commas or blanks.", valueName: "id,id,…"))
  var ids: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The .npy file to write.", valueName: "file"))
  var output: String

  @Flag(help: "Write only the last position's logits.")
  var last = false

  @OptionGroup var computing: ModelRunOptions
  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if output.isEmpty { throw ValidationError("--output must not be empty.") }
    if try Self.parse(ids).isEmpty { throw ValidationError("--ids must name at least one id.") }
  }

  func run() throws {
    let ids = try Self.parse(ids)
    try prepareOutputs(output, form: .unmarked(beginning: NumPyMatrixWriter.magic))
    let model = try LanguageModel.load(path)
    for note in model.notes { common.note(note) }
    let rows = last ? 1 : ids.count
    // A matrix of another shape is refused before anything is computed.
    let beginning = NumPyMatrixWriter.beginning(rows: rows, columns: model.logitsWidth)
    try prepareOutputs(output, form: .unmarked(beginning: beginning))
    try makeDirectory(parentPath(output))
    let writer = try NumPyMatrixWriter(path: output, rows: rows, columns: model.logitsWidth)
    try model.logits(of: ids, positions: last ? .last : .all, computing: computing.computing) {
      try writer.append($1)
    }
    try writer.finish()
    try StandardOutput.write(common.json ? json(model, rows: rows) : Array(text(model, rows: rows).utf8))
  }

  private static func parse(_ text: String) throws -> [Int32] {
    try text.split { $0 == "," || $0.isWhitespace }.map { word in
      guard let id = Int32(word), id >= 0 else {
        throw ValidationError(
          "'\(oneLine(String(word), limit: 20))' is not an id; --ids takes whole numbers.")
      }
      return id
    }
  }

  private func text(_ model: LanguageModel, rows: Int) -> String {
    "\(output): \(rows) × \(model.logitsWidth) logits of \(model.name), \(computing.precision.rawValue)\n"
  }

  private func json(_ model: LanguageModel, rows: Int) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("version", 1)
      json.member("model", model.name)
      json.member("architecture", model.configuration.architecture.rawValue)
      json.member("precision", computing.precision.rawValue)
      json.member("positions", rows)
      json.member("logits_width", model.logitsWidth)
      json.member("vocabulary_size", model.configuration.vocabularySize)
      json.member("output", output)
    }
    json.endLine()
    return json.bytes
  }
}
