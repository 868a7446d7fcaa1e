import CMCPrimitives
import CMCVocabulary

/// Unigram: the segmentation with the highest sum of scores, found by Viterbi's algorithm.
///
/// Follows SentencePiece's optimised encoder step by step, its single precision included, since nearly equal sums
/// decide between segmentations; the HF library and llama.cpp compute the same in double precision.
struct UnigramModel: WordModel {
  /// Whose sums are followed.
  enum Library {
    case sentencePiece, huggingFace, llamaCpp

    /// The library of a format.
    init(_ format: TokenizerFormat) {
      switch format {
      case .sentencePiece: self = .sentencePiece
      case .gguf: self = .llamaCpp
      default: self = .huggingFace
      }
    }
  }

  /// The best path that ends at a byte.
  struct Node: BitwiseCopyable {
    /// The trie's node of the last piece; -1 for a character that is none.
    var id: Int32
    /// Where the last piece begins, counted as the nodes are; -1 where no path ends.
    var start: Int32
    var score: Double

    static let none = Node(id: -1, start: -1, score: 0)
  }

  /// Where SentencePiece takes a sum back to zero, so that single precision can still tell paths apart.
  private static let largestSum = 100_000.0

  private let trie: ScoredTrie
  private let unknownScore: Double
  private let roundsToSingle: Bool
  /// The scores by id, where single precision does not hold them.
  private let exact: [Double]
  private let longest: Int
  private let fallback: UnknownText
  private let refusesUnknown: Bool
  private let unknown: Int32?
  /// The pieces by their text, where runs of unknown characters are looked up as the HF library does.
  private let whole: ByteTrie?

  /// - Parameter library: Whose sums are followed.
  /// - Throws: ``TokenizationError/vocabularyTooLarge(tokenizer:)``.
  init(
    _ model: ScoredModel, pieces known: ModelPieces, library: Library, name: String
  ) throws(TokenizationError) {
    let vocabulary = known.vocabulary
    let unused = Set(model.unused)
    let userDefined = Set(model.userDefined)
    let others = Set(model.alsoPieces)
    var keys: [(key: [UInt8], value: Int32)] = []
    var lowest = Float.greatestFiniteMagnitude
    var lowestExact = Double.greatestFiniteMagnitude
    for id in 0..<vocabulary.idLimit {
      if known.isLibrarys {
        // The HF library's pieces are all entries, and so is its lowest score that of all.
        guard known.contains(id) else { continue }
        lowestExact = min(lowestExact, model.score(id))
        lowest = min(lowest, model.scores[id])
        keys.append((Array(vocabulary.pieces[id]), Int32(id)))
        continue
      }
      let isOther = others.contains(Int32(id))
      guard isOther || known.contains(id), !unused.contains(Int32(id)) else { continue }
      keys.append((Array(vocabulary.pieces[id]), Int32(id)))
      guard !isOther, !userDefined.contains(Int32(id)) else { continue }
      lowest = min(lowest, model.scores[id])
    }
    if keys.isEmpty { lowest = 0 }
    var scores = model.scores
    switch library {
    case .sentencePiece:
      // Whatever the file says, a user-defined piece is worth more the longer it is, in bytes.
      for id in userDefined {
        scores[Int(id)] = Float(0.1 * Double(vocabulary.pieces[Int(id)].count - 1))
      }
    case .llamaCpp: for id in userDefined { scores[Int(id)] = 0 }
    case .huggingFace: break
    }
    // Of equal entries the library takes the last; the trie the first.
    if known.isLibrarys { keys.reverse() }
    // A score that is no number is never better than another, and marks nodes without one in the trie.
    keys.removeAll { scores[Int($0.value)].isNaN }
    guard let trie = ScoredTrie(keys, scores: scores) else { throw .vocabularyTooLarge(tokenizer: name) }
    self.trie = trie
    longest = keys.reduce(4) { max($0, $1.key.count) }
    unknownScore =
      library != .huggingFace
      ? Double(lowest - 10) : (known.isLibrarys && !keys.isEmpty ? lowestExact : Double(lowest)) - 10
    exact = library == .sentencePiece ? [] : model.exactScores
    roundsToSingle = library == .sentencePiece
    fallback = UnknownText(known, unknown: model.unknown, usesBytes: model.byteFallback, fuses: true)
    refusesUnknown = known.refusesUnknown
    unknown = model.unknown
    whole = known.isLibrarys ? ByteTrie(keys) : nil
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    guard !word.isEmpty else { return }
    let first = tokens.count
    let paths = scratch.paths
    var isRefused = false
    trie.withUnsafeTrie { trie in
      if roundsToSingle {
        run(word, trie, paths, rounds: true, isRefused: &isRefused, into: &tokens)
      } else {
        run(word, trie, paths, rounds: false, isRefused: &isRefused, into: &tokens)
      }
      for index in first..<tokens.count where tokens[index].id >= 0 {
        tokens[index].id = trie.value(at: tokens[index].id)
      }
    }
    if isRefused, refusesUnknown {
      tokens.removeSubrange(first...)
      tokens.append(EncodedToken(id: EncodedToken.refused, length: Int32(word.count)))
    } else if let whole {
      fallback.resolveRuns(&tokens, from: first, word: word, unknown: unknown, pieces: whole)
    } else {
      fallback.resolve(&tokens, from: first, word: word)
    }
  }

  /// Finds the best path, and writes it out as soon as every path leads through one place.
  ///
  /// So the paths of a long text take little memory, while sums go on as if nothing had been cut.
  @inline(__always)
  private func run(
    _ word: UnsafeBufferPointer<UInt8>, _ trie: ScoredTrie.UnsafeTrie, _ paths: PathBuffer, rounds: Bool,
    isRefused: inout Bool, into tokens: inout [EncodedToken]
  ) {
    paths.reserve(longest + 1)
    var nodes = paths.nodes
    var origin = 0
    var place = 0
    var reached = 0
    nodes[0].score = 0
    while place < word.count {
      if place == reached, place > origin {
        let score = nodes[place - origin].score
        paths.write(upTo: place - origin, into: &tokens)
        origin = place
        nodes[0].score = score
      }
      let here = place - origin
      if here + longest >= paths.count {
        paths.reserve(2 * paths.count + longest)
        nodes = paths.nodes
      }
      if rounds, abs(nodes[here].score) > Self.largestSum {
        // SentencePiece lowers the sums of all paths that reach this far or farther by the one that ends here.
        let sum = nodes[here].score
        for index in here...(reached - origin) where index == here || nodes[index].start >= 0 {
          nodes[index].score = Double(Float(nodes[index].score) - Float(sum))
        }
      }
      let sum = nodes[here].score
      let length = min(characterLength(word[place]), word.count - place)
      var coversCharacter = false
      trie.forEachMatch(in: word, from: place) { matched, node, score in
        if matched == length { coversCharacter = true }
        let score =
          rounds
          ? Double(score + Float(sum))
          : (exact.isEmpty ? Double(score) : exact[Int(trie.value(at: node))]) + sum
        let end = here + matched
        if nodes[end].start < 0 || score > nodes[end].score {
          nodes[end] = Node(id: node, start: Int32(truncatingIfNeeded: here), score: score)
        }
        reached = max(reached, place + matched)
      }
      if !coversCharacter {
        let score = rounds ? Double(Float(unknownScore) + Float(sum)) : unknownScore + sum
        let end = here + length
        if nodes[end].start < 0 || score > nodes[end].score {
          nodes[end] = Node(id: -1, start: Int32(truncatingIfNeeded: here), score: score)
          isRefused = true
        }
        reached = max(reached, place + length)
      }
      place += length
    }
    paths.write(upTo: place - origin, into: &tokens)
  }
}
