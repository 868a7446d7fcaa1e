internal import CMCPrimitives
internal import CMCTokenizerFormats
internal import CMCVocabulary

/// Loads two tokenizers at once.
enum TokenizerPair {
  /// Both descriptions, read on two threads where allowed; the error of the first one is reported first.
  static func load(
    _ source: String, _ target: String, threads: Int
  ) throws -> (source: TokenizerDescription, target: TokenizerDescription) {
    try concurrently(threads: threads) {
      try TokenizerLoader.load(source)
    } _: {
      try TokenizerLoader.load(target)
    }
  }
}
