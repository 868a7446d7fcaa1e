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
      """)

  @Argument(help: ArgumentHelp("Two or more tokenizers.", valueName: "[name=]vocab"))
  var vocabularies: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("Where the page and its data go.", valueName: "prefix"))
  var output = "Reports/atlas"

  @OptionGroup var threading: ThreadOptions
  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (2...500).contains(vocabularies.count) else {
      throw ValidationError("Give from 2 to 500 vocabularies.")
    }
    guard !output.isEmpty, !output.hasSuffix("/") else {
      throw ValidationError("--output must be the beginning of file names.")
    }
  }

  func run() throws {
    try prepareOutputs(output + ".html", output + ".json")
    Interrupt.catchOnce()
    let observer = common.observer
    let atlas = try VocabularyAtlas.aligning(
      vocabularies.map(Self.member), threads: threading.threads, observer: observer)
    observer.finishProgress()
    guard let atlas else { throw ExitCode(Interrupt.exitCode) }
    let json = AtlasJSON.bytes(atlas)
    try writeResult(AtlasReport(atlas, tool: ToolVersion.tool).html(), to: output + ".html")
    try writeResult(json, to: output + ".json")
    try common.show(
      "\(atlas.entries.count) vocabularies; written: \(output).html, \(output).json",
      text: AtlasText.text(atlas, output: output), json: json)
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
