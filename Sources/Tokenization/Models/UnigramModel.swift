import Primitives
import Vocabulary

/// Unigram: the segmentation with the highest sum of scores, found by Viterbi's algorithm.
///
/// Follows SentencePiece's optimised encoder step by step, its single precision included, since nearly equal sums
/// decide between segmentations; the HF library computes the same in double precision.
struct UnigramModel: WordModel {
  /// The best path that ends at a byte.
  struct Node: BitwiseCopyable {
    var id: Int32
    var start: Int32
    var score: Double
  }

  /// Where SentencePiece takes a sum back to zero, so that single precision can still tell paths apart.
  private static let largestSum = 100_000.0

  private let trie: ByteTrie
  private let scores: [Double]
  private let unknownScore: Double
  private let roundsToSingle: Bool
  private let fallback: UnknownText

  /// - Parameter isSentencePiece: Whether sums are rounded as SentencePiece rounds them.
  init(_ model: ScoredModel, vocabulary: Vocabulary, isSentencePiece: Bool) {
    let unused = Set(model.unused)
    let userDefined = Set(model.userDefined)
    var keys: [(key: [UInt8], value: Int32)] = []
    var lowest = Float.greatestFiniteMagnitude
    for id in 0..<vocabulary.idLimit {
      let kind = vocabulary.kinds[id]
      if !isSentencePiece, kind != .hole {
        // The HF library's lowest score is that of all entries.
        lowest = min(lowest, model.scores[id])
      }
      guard kind == .text || kind == .fragment, !unused.contains(Int32(id)) else { continue }
      keys.append((Array(vocabulary.pieces[id]), Int32(id)))
      guard !userDefined.contains(Int32(id)) else { continue }
      lowest = min(lowest, model.scores[id])
    }
    if keys.isEmpty { lowest = 0 }
    trie = ByteTrie(keys)
    unknownScore = isSentencePiece ? Double(lowest - 10) : Double(lowest) - 10
    roundsToSingle = isSentencePiece
    var scores = model.scores.map(Double.init)
    if isSentencePiece {
      // Whatever the file says, a user-defined piece is worth more the longer it is, in bytes.
      for id in userDefined {
        scores[Int(id)] = Double(Float(0.1 * Double(vocabulary.pieces[Int(id)].count - 1)))
      }
    }
    self.scores = scores
    fallback = UnknownText(vocabulary, unknown: model.unknown, usesBytes: model.byteFallback, fuses: true)
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    guard !word.isEmpty else { return }
    let count = word.count
    scratch.paths.removeAll(keepingCapacity: true)
    scratch.paths.append(contentsOf: repeatElement(Node(id: -1, start: -1, score: 0), count: count + 1))
    let first = tokens.count
    scratch.paths.withUnsafeMutableBufferPointer { paths in
      scores.withUnsafeBufferPointer { scores in
        var place = 0
        var reached = 0
        while place < count {
          let length = min(characterLength(word[place]), count - place)
          if roundsToSingle, abs(paths[place].score) > Self.largestSum {
            Self.subtract(paths[place].score, from: paths, in: place...max(place, reached))
          }
          let here = paths[place].score
          var coversCharacter = false
          trie.forEachMatch(in: word, from: place) { matched, id in
            if matched == length { coversCharacter = true }
            let score = roundsToSingle ? Double(Float(scores[Int(id)]) + Float(here)) : scores[Int(id)] + here
            let end = place + matched
            reached = max(reached, end)
            if paths[end].start < 0 || score > paths[end].score {
              paths[end] = Node(
                id: id, start: Int32(truncatingIfNeeded: place),
                score: score)
            }
          }
          if !coversCharacter {
            let score = roundsToSingle ? Double(Float(unknownScore) + Float(here)) : unknownScore + here
            let end = place + length
            reached = max(reached, end)
            if paths[end].start < 0 || score > paths[end].score {
              paths[end] = Node(id: -1, start: Int32(truncatingIfNeeded: place), score: score)
            }
          }
          place += length
        }
      }
      var end = count
      while end > 0 {
        let node = paths[end]
        tokens.append(EncodedToken(id: node.id, length: Int32(end) - node.start))
        end = Int(node.start)
      }
    }
    tokens[first...].reverse()
    fallback.resolve(&tokens, from: first, word: word)
  }

  /// Lowers the sums of all paths that reach into `places` by one sum.
  private static func subtract(
    _ sum: Double, from paths: UnsafeMutableBufferPointer<Node>, in places: ClosedRange<Int>
  ) {
    for place in places where place == places.lowerBound || paths[place].start >= 0 {
      paths[place].score = Double(Float(paths[place].score) - Float(sum))
    }
  }
}
