import ArgumentParser
import CMCAlignment
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport

/// `cmc-bench naive`: the default method against the rule in its plain O(n·m) form, token by token.
struct NaiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "naive",
    abstract:
      "Hold the default method against the O(n·m) rule on real pairs, both ways; exit 2 where a token differs."
  )

  @Argument(help: "Tokenizers, two for each pair.")
  var paths: [String]

  @Option(help: "Threads.")
  var threads = defaultThreadCount

  func validate() throws {
    guard !paths.isEmpty, paths.count % 2 == 0 else { throw ValidationError("Give pairs of tokenizers.") }
  }

  func run() throws {
    var differing = 0
    for pair in stride(from: 0, to: paths.count, by: 2) {
      let a = try TokenizerLoader.load(paths[pair])
      let b = try TokenizerLoader.load(paths[pair + 1])
      differing += try compare(a, b)
      differing += try compare(b, a)
    }
    if differing > 0 { throw ExitCode(2) }
  }

  private func compare(_ source: TokenizerDescription, _ target: TokenizerDescription) throws -> Int {
    let aligner = try Aligner(source: source.vocabulary, target: target.vocabulary, threads: threads)
    let fast = try aligner.choices(AlignmentOptions(threads: threads))
    let clock = ContinuousClock()
    let start = clock.now
    let naive = try NaiveAligner(source: source.vocabulary, target: target.vocabulary).choices(
      threads: threads)
    let seconds = (clock.now - start).components.seconds
    let differing = naive.indices.filter {
      fast[$0] != TargetChoice(id: naive[$0].id, method: naive[$0].method, distance: naive[$0].distance)
    }
    print(
      "\(source.name) → \(target.name): \(naive.count) ids, \(differing.count) differ (the naive rule took \(seconds) s)"
    )
    for id in differing.prefix(5) { print("  \(id): \(fast[id]) instead of \(naive[id])") }
    return differing.count
  }
}
