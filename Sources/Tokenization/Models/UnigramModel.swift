import Primitives
import Vocabulary

/// Unigram: the segmentation with the highest sum of scores, found by Viterbi's algorithm.
///
/// Follows SentencePiece's optimised encoder step by step, its single precision included, since equal sums decide
/// between segmentations; the HF library computes the same in double precision.
struct UnigramModel: WordModel {
  /// The best path that ends at a byte.
  struct Node: BitwiseCopyable {
    var id: Int32
    var start: Int32
    var score: Double
  }

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
    // A user-defined piece has the score of the file, 0 as the trainer writes it: SentencePiece 0.2.3 encodes so.
    scores = model.scores.map(Double.init)
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
        while place < count {
          let length = min(characterLength(word[place]), count - place)
          let here = paths[place].score
          var coversCharacter = false
          trie.forEachMatch(in: word, from: place) { matched, id in
            if matched == length { coversCharacter = true }
            let score = roundsToSingle ? Double(Float(scores[Int(id)]) + Float(here)) : scores[Int(id)] + here
            let end = place + matched
            if paths[end].start < 0 || score > paths[end].score {
              paths[end] = Node(
                id: id, start: Int32(truncatingIfNeeded: place),
                score: score)
            }
          }
          if !coversCharacter {
            let score = roundsToSingle ? Double(Float(unknownScore) + Float(here)) : unknownScore + here
            let end = place + length
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
}
