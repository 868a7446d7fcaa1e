import ArgumentParser
import CMCAlignment
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary

/// `cmc-bench mined`: unrestricted edit distance, to be held against RapidFuzz.
struct MinedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mined",
    abstract: "Time the method mined on one pair, and optionally write the pieces for a peer.")

  @Argument(help: "The source tokenizer.")
  var sourcePath: String

  @Argument(help: "The target tokenizer.")
  var targetPath: String

  @Option(help: "How often it runs; the median is shown.")
  var runs = 3

  @Option(help: "Threads.")
  var threads = 1

  func run() throws {
    let source = try TokenizerLoader.load(sourcePath).vocabulary
    let target = try TokenizerLoader.load(targetPath).vocabulary
    let options = AlignmentOptions(method: .mined, threads: threads)
    let time = try Measurement("mined, index and map", runs: runs) {
      keep(try Aligner(source: source, target: target, threads: threads).choices(options))
    }
    print("instruction set \(KernelISA.current.rawValue), \(threads) thread\(threads == 1 ? "" : "s")")
    print(time.line)
  }
}
