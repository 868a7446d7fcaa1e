internal import Alignment
internal import ArgumentParser
internal import DemoVocabularies
internal import Primitives
internal import Vocabulary

/// `cmc demo`: the main job on vocabularies that come with the tool.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Align two small vocabularies that come with the tool, and say what to try next.",
    discussion: """
      'harbor' is a SentencePiece-like BPE with byte fallback, 'meadow' a byte-level BPE; both were trained by this \
      program on text that it writes itself.

      EXAMPLES
        cmc demo
        cmc demo --regenerate /tmp/demo     train both again and write them there
      """)

  @OptionGroup var output: MapOutputOptions
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp(
      "Train both vocabularies again and write them to this folder; nothing is aligned.", valueName: "folder")
  )
  var regenerate: String?

  func validate() throws { try output.validatePath() }

  func run() throws {
    if let regenerate { return try train(into: regenerate) }
    guard let folder = SharedData.folder("demo") else {
      throw SharedDataError.missing("demo", SharedData.candidates)
    }
    let paths = ("\(folder)/harbor", "\(folder)/meadow")
    let (source, target) = try TokenizerPair.load(paths.0, paths.1, threads: threading.threads)
    let rules = try RuleOptions.parse(["--threads", "\(threading.threads)"])
    let alignment = try rules.align(source, target, common)
    let written = try output.write(alignment, common)
    let summary = AlignmentSummary(alignment.map)
    if common.json {
      return try StandardOutput.write(SummaryJSON.bytes(summary, alignment, written: written))
    }
    try StandardOutput.write(SummaryTable.text(summary, alignment, written: written))
    try StandardOutput.write(
      """

      Try next:
        cmc inspect \(written.first ?? "MAP") --unmatched
        cmc inspect \(written.first ?? "MAP") --method prefix --sort distance --limit 20
        cmc explain \(paths.0) \(paths.1) '<|end|>'
        cmc map convert \(written.first ?? "MAP") demo.npy
        cmc align YOUR/tokenizer.json OTHER/tokenizer.model

      """)
  }

  private func train(into folder: String) throws {
    for file in DemoVocabularies.generate() {
      let path = "\(folder)/\(file.path)"
      try writeResult(file.bytes, to: path)
      try StandardOutput.write("\(path)\n")
    }
  }
}

/// Files that come with the tool and are not there.
enum SharedDataError: DescribedError, Equatable {
  /// None of the places has the folder.
  case missing(String, [String])

  var description: String {
    switch self {
    case .missing(let name, let places):
      "the folder '\(name)' that comes with the tool is in none of: \(places.joined(separator: ", "))"
    }
  }

  var hint: String? { "set \(SharedData.variable) to the folder that holds it" }
}
