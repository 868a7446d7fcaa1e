internal import ArgumentParser
internal import CrossModelControl

/// How many texts models compute together, for commands that have many.
struct ParallelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      How many texts are computed together, the weights being read once for all (default: 16, or what memory has room \
      for). With --precision exact what is computed is the same for every number; with fast for every number above 1.
      """, valueName: "n"))
  var parallel: Int?

  func validate() throws {
    guard (1...256).contains(parallel ?? 1) else {
      throw ValidationError("--parallel must be from 1 to 256.")
    }
  }

  /// The number that was given, or the one that memory has room for.
  func count(_ model: SteeredModel) -> Int { parallel ?? model.defaultParallel }
}
