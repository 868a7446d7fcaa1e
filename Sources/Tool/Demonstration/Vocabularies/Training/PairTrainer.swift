/// Trains byte-pair encoding: joins the most frequent neighbouring pair, again and again.
///
/// Source: Sennrich, Haddow, Birch, "Neural machine translation of rare words with subword units", ACL 2016. Pairs of
/// equal frequency go by the lower ids, so that the result does not depend on the order of a hash table.
struct PairTrainer {
  /// One merge: the pieces `left` and `right` become `result`.
  struct Merge: Equatable {
    let left: Int32
    let right: Int32
    let result: Int32
  }

  /// All pieces as UTF-8: first those given, then one for each merge whose result is new.
  private(set) var pieces: [[UInt8]]
  /// The merges in the order of their rank.
  private(set) var merges: [Merge] = []

  private var idOfPiece: [[UInt8]: Int32] = [:]
  private var lengths: [Int]
  private let maximumLength: Int
  private var words: [[Int32]]
  private let counts: [Int]
  private var pairCounts: [UInt64: Int] = [:]
  /// The words that a pair was seen in; a word may since have lost it.
  private var wordsOfPair: [UInt64: [Int]] = [:]
  private var queue = PairQueue()

  /// Prepares the training.
  ///
  /// - Parameters:
  ///   - pieces: The pieces that words are made of at first, each of length 1.
  ///   - words: Words as ids of those pieces, and how often each occurs.
  ///   - maximumLength: No piece gets longer than this many of the first pieces.
  init(pieces: [[UInt8]], words: [(word: [Int32], count: Int)], maximumLength: Int) {
    self.pieces = pieces
    self.maximumLength = maximumLength
    lengths = [Int](repeating: 1, count: pieces.count)
    self.words = words.map(\.word)
    counts = words.map(\.count)
    for (id, piece) in pieces.enumerated() { idOfPiece[piece] = Int32(id) }
    for index in self.words.indices { count(index, sign: 1) }
    for (pair, count) in pairCounts { queue.push(count: count, pair: pair) }
  }

  /// Merges until there are `pieceLimit` pieces or no pair occurs twice.
  ///
  /// - Complexity: O(occurrences of the merged pairs), logarithmic in the number of pairs for each.
  mutating func train(pieceLimit: Int) {
    while pieces.count < pieceLimit, let (pair, count) = nextPair(), count > 1 { merge(pair) }
  }

  private mutating func nextPair() -> (pair: UInt64, count: Int)? {
    while let (count, pair) = queue.pop() {
      let current = pairCounts[pair] ?? 0
      if current == count { return (pair, count) }
      // Merges have taken occurrences away since the pair was queued.
      if current > 0 { queue.push(count: current, pair: pair) }
    }
    return nil
  }

  private mutating func merge(_ pair: UInt64) {
    let left = Int32(truncatingIfNeeded: pair >> 32)
    let right = Int32(truncatingIfNeeded: pair)
    let affected = wordsOfPair.removeValue(forKey: pair) ?? []
    guard lengths[Int(left)] + lengths[Int(right)] <= maximumLength else {
      pairCounts[pair] = nil
      return
    }
    let result = piece(joining: left, right)
    merges.append(Merge(left: left, right: right, result: result))
    var grown: Set<UInt64> = []
    for index in affected {
      let joined = Self.joining(words[index], left, right, result)
      guard joined.count < words[index].count else { continue }
      count(index, sign: -1)
      words[index] = joined
      count(index, sign: 1)
      for i in joined.indices.dropLast() where joined[i] == result || joined[i + 1] == result {
        grown.insert(Self.key(joined[i], joined[i + 1]))
      }
    }
    for pair in grown { queue.push(count: pairCounts[pair] ?? 0, pair: pair) }
  }

  /// The id of the joined piece: two ways to the same bytes are one piece.
  private mutating func piece(joining left: Int32, _ right: Int32) -> Int32 {
    let bytes = pieces[Int(left)] + pieces[Int(right)]
    if let id = idOfPiece[bytes] { return id }
    let id = Int32(pieces.count)
    pieces.append(bytes)
    lengths.append(lengths[Int(left)] + lengths[Int(right)])
    idOfPiece[bytes] = id
    return id
  }

  private mutating func count(_ index: Int, sign: Int) {
    let word = words[index]
    for i in word.indices.dropLast() {
      let pair = Self.key(word[i], word[i + 1])
      pairCounts[pair, default: 0] += sign * counts[index]
      if sign > 0 { wordsOfPair[pair, default: []].append(index) }
    }
  }

  private static func joining(_ word: [Int32], _ left: Int32, _ right: Int32, _ result: Int32) -> [Int32] {
    var joined: [Int32] = []
    var i = 0
    while i < word.count {
      if i + 1 < word.count, word[i] == left, word[i + 1] == right {
        joined.append(result)
        i += 2
      } else {
        joined.append(word[i])
        i += 1
      }
    }
    return joined
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}
