import ArgumentParser
import CMCAlignment
import CMCPrimitives
import CMCTokenMapFormats
import CMCTokenizerFormats
import CMCVocabulary

/// `cmc-bench align`: loading, index, mapping and writing, each apart.
struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "align", abstract: "Time loading, index, mapping and writing of real pairs, each apart.")

  @Argument(help: "Tokenizers, two for each pair.")
  var paths: [String]

  @Option(help: "How often each stage runs; the median is shown.")
  var runs = 9

  @Option(help: "Threads for index and mapping.")
  var threads = 1

  func validate() throws {
    guard !paths.isEmpty, paths.count % 2 == 0 else { throw ValidationError("Give pairs of tokenizers.") }
  }

  func run() throws {
    print("instruction set \(KernelISA.current.rawValue), \(threads) thread\(threads == 1 ? "" : "s")")
    for pair in stride(from: 0, to: paths.count, by: 2) { try measure(paths[pair], paths[pair + 1]) }
  }

  private func measure(_ sourcePath: String, _ targetPath: String) throws {
    let source = try TokenizerLoader.load(sourcePath)
    let target = try TokenizerLoader.load(targetPath)
    print(
      "\(source.name) (\(source.vocabulary.tokenCount)) → \(target.name) (\(target.vocabulary.tokenCount))")
    let loading = try Measurement("load both", runs: runs) {
      keep(try TokenizerLoader.load(sourcePath))
      keep(try TokenizerLoader.load(targetPath))
    }
    let index = try Measurement("index", runs: runs) {
      keep(try Aligner(source: source.vocabulary, target: target.vocabulary, threads: threads))
    }
    let aligner = try Aligner(source: source.vocabulary, target: target.vocabulary, threads: threads)
    let options = AlignmentOptions(threads: threads)
    let mapping = try Measurement("map", runs: runs) { keep(try aligner.choices(options)) }
    let map = try TokenMap.aligning(source, to: target, options: options)
    let writing = try Measurement("write JSON (in memory)", runs: runs) {
      keep(try TokenMapWriter.files(for: map, format: .json, at: "map.json"))
    }
    for stage in [loading, index, mapping, writing] { print("  \(stage.line)") }
    print("  \(padded("index + map", 28)) \(milliseconds(index.median + mapping.median)) ms median")
  }
}
