internal import Primitives
import Synchronization
internal import TokenizerFormats
internal import Vocabulary

/// Loads two tokenizers at once.
enum TokenizerPair {
  /// Both descriptions, read on two threads where allowed; the error of the first one is reported first.
  static func load(
    _ source: String, _ target: String, threads: Int
  ) throws -> (source: TokenizerDescription, target: TokenizerDescription) {
    let results = Mutex<[Int: Result<TokenizerDescription, any Error>]>([:])
    try parallelFor(2, chunk: 1, threads: threads) { range in
      for side in range {
        let result = Result { try TokenizerLoader.load(side == 0 ? source : target) }
        results.withLock { $0[side] = result }
      }
    }
    let loaded = try (0..<2).compactMap { side in try results.withLock { $0[side] }?.get() }
    return (loaded[0], loaded[1])
  }
}
