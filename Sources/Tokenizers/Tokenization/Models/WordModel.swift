/// Turns a word of normalised text into tokens.
protocol WordModel: Sendable {
  /// Appends the tokens of a word, whose lengths add up to that of the word.
  ///
  /// A token of id -1 stands for text that the vocabulary cannot express and the original library drops.
  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken])

  /// What the original library does at a byte without a token, where one has none and the library fails at it.
  ///
  /// Such a byte is a token of id ``EncodedToken/refused`` then.
  var failure: String? { get }
}

extension WordModel {
  var failure: String? { nil }
}

/// The memory that encoding needs, used again for each word.
struct WordScratch {
  var merger = BytePairMerger()
  let cache = WordCache()
  /// The merges met so far.
  lazy var pairs = PairCache()
  /// Unigram's best paths.
  lazy var paths = PathBuffer()

  /// Encodes with the cache in front.
  @inline(__always)
  mutating func cached(
    _ word: UnsafeBufferPointer<UInt8>, into tokens: inout [EncodedToken],
    _ encode: (inout WordScratch, inout [EncodedToken]) -> Void
  ) {
    guard word.count <= WordCache.wordLimit, !word.isEmpty else { return encode(&self, &tokens) }
    let key = WordCache.Key(word)
    if cache.append(key, to: &tokens) { return }
    let start = tokens.count
    encode(&self, &tokens)
    tokens.withUnsafeBufferPointer { cache.store(key, UnsafeBufferPointer(rebasing: $0[start...])) }
  }
}
