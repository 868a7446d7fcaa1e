internal import ArgumentParser
internal import CMCPrimitives

/// Which part of the work is done here; for commands whose work outgrows one machine.
struct ShardOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Do only part k of n, k from 0: of the items, counted from 0, those with i mod n = k; cmc merge joins the outputs.",
      valueName: "k/n"),
    transform: ShardOptions.shard)
  var shard: Shard?

  /// Reads `k/n`; what is no shard is refused with the first and the last that there are.
  private static func shard(_ text: String) throws -> Shard {
    if let shard = Shard(text) { return shard }
    throw ValidationError(
      "a shard is k/n with k from 0 to n − 1: of seven the first is 0/7, the last 6/7.")
  }
}
