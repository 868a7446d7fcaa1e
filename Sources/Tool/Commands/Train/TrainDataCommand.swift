internal import ArgumentParser
internal import CMCDemonstration
internal import CMCFastJSON
internal import CMCPrimitives
internal import CrossModelControl

/// `cmc train data`: the text and the vocabularies of the demonstration's closed loop.
struct TrainDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Write the demonstration's vocabularies, documents and tasks, all made by this program.",
    discussion: """
      Two vocabularies (one/, two/) and their prompt templates; documents for each to begin with; task A (a question on a \
      passage, answered with a record) and task B (a list said backwards), each with a test file. Names in tests occur in \
      no training text. Everything follows from the seed.

      EXAMPLES
        cmc train data -o demo/
        Vocabs/demo/train-models demo/      train every model of the demonstration from it
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The folder to write, a new or an empty one.", valueName: "folder"))
  var output: String

  @Option(help: ArgumentHelp("Decides the names and everything that is written.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Documents for each vocabulary.", valueName: "n"))
  var documents = 72_000

  @Option(help: ArgumentHelp("Records of task A, and two fifths of them of task B.", valueName: "n"))
  var records = 20_000

  @Option(help: ArgumentHelp("Records of each test.", valueName: "n"))
  var tests = 300

  @OptionGroup var common: CommonOptions

  func validate() throws {
    for (name, value) in [("documents", documents), ("records", records), ("tests", tests)]
    where !(1...10_000_000).contains(value) {
      throw ValidationError("--\(name) must be from 1 to 10000000.")
    }
  }

  func run() throws {
    if !namesInFolder(output).isEmpty { throw FileError(path: output, underlying: OutputError.holdsFiles) }
    var written: [String] = []
    for file in ClosedLoopVocabularies.generate(worldSeed: seed) {
      written.append(try write(file.path, file.bytes))
    }
    written += [
      try write(ClosedLoopFolder.worldFile, ClosedLoopFolder.world(seed: seed)),
      try write("one.template", Array("<|user|>{prompt}<|bot|>".utf8)),
      try write("two.template", Array("[INST]{prompt}[/INST]".utf8)),
      try write("documents-one.jsonl", 10, documents, .training) { $0.document() },
      try write("documents-two.jsonl", 11, documents, .training) { $0.document() },
      try write("task-a.jsonl", 20, records, .training) { $0.taskA() },
      try write("task-b.jsonl", 30, records * 2 / 5, .training) { $0.taskB() },
      try write("task-a-test.jsonl", 21, tests, .test) { $0.taskA() },
      try write("task-b-test.jsonl", 31, tests, .test) { $0.taskB() },
    ]
    try common.showWritten(written, schema: "cmc.train.data")
  }

  private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = output + "/" + name
    try writeResult(bytes, to: path)
    return path
  }

  private func write(
    _ name: String, _ stream: UInt64, _ count: Int, _ part: ClosedLoopPools.Part,
    _ make: (inout ClosedLoopText) -> ClosedLoopText.Record
  ) throws -> String {
    var text = ClosedLoopText(worldSeed: seed, seed: seed &* 1_000_003 &+ stream, part: part)
    var bytes: [UInt8] = []
    for _ in 0..<count {
      var json = JSONWriter(.compact)
      make(&text).write(&json)
      bytes += json.bytes
    }
    return try write(name, bytes)
  }
}
