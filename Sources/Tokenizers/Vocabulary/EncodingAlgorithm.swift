/// How pre-tokenised text becomes tokens.
package enum EncodingAlgorithm: Sendable {
  /// Byte-pair encoding by a list of merges.
  case bpe(BPEModel)
  /// Byte-pair encoding where the id of a token is its rank (tiktoken, Tekken).
  case rankedBPE(RankedBPEModel)
  /// SentencePiece BPE: the pair whose joined piece has the highest score merges first.
  case scoredBPE(ScoredModel)
  /// SentencePiece or HF Unigram: the segmentation with the highest sum of scores.
  case unigram(ScoredModel)
  /// Greedy longest match of word parts.
  case wordPiece(WordPieceModel)
  /// Whole words only.
  case wordLevel(unknown: Int32?)
  /// Every character by itself, user-defined pieces whole (SentencePiece's CHAR).
  case characters(ScoredModel)
  /// Words between marks of spaces, whole (SentencePiece's WORD).
  case words(ScoredModel)
  /// Greedy longest match over bytes (RWKV).
  case greedyTrie
  /// An algorithm this version does not know, by the name the file gives.
  case unknown(String)

  /// The name in tables.
  package var name: String {
    switch self {
    case .bpe: "BPE"
    case .rankedBPE: "BPE by rank"
    case .scoredBPE: "BPE by score"
    case .unigram: "Unigram"
    case .wordPiece: "WordPiece"
    case .wordLevel: "WordLevel"
    case .characters: "characters"
    case .words: "words"
    case .greedyTrie: "greedy trie"
    case .unknown(let name): name
    }
  }
}

/// One merge of a byte-pair encoding, whose rank is its place in the list.
package struct BPEMerge: Sendable, Hashable, BitwiseCopyable {
  /// The id of the left part.
  package var left: Int32
  /// The id of the right part.
  package var right: Int32
  /// The id of the two joined.
  package var result: Int32

  /// Notes a merge.
  package init(left: Int32, right: Int32, result: Int32) {
    self.left = left
    self.right = right
    self.result = result
  }
}

/// Byte-pair encoding by a list of merges.
package struct BPEModel: Sendable {
  /// The merges in the order of their rank.
  package var merges: [BPEMerge]
  /// The token for what cannot be encoded.
  package var unknown: Int32?
  /// Whether neighbouring unknowns become one.
  package var fusesUnknown = false
  /// Whether a character that is not in the vocabulary becomes its UTF-8 bytes as `<0xNN>` tokens.
  package var byteFallback = false
  /// Whether a word that is a token is taken whole before any merge.
  package var ignoresMerges = false
  /// Put before every part of a word but the first.
  package var continuingSubwordPrefix = ""
  /// Put after the last part of a word.
  package var endOfWordSuffix = ""
  /// Whether merging is of texts, as in llama.cpp: what no token is stays where it is until nothing merges any more, and
  /// becomes tokens of single bytes or nothing then.
  package var mergesTexts = false
  /// The merges with those of texts that no token is; nil where ``merges`` are all of them.
  package var textMerges: TextMerges?

  /// A model with the defaults of the HF library.
  package init(merges: [BPEMerge]) { self.merges = merges }
}

/// Merges of texts of which some are no tokens.
package struct TextMerges: Sendable {
  /// The texts that no token is; the first has the id that follows the vocabulary's last, and so on.
  package var pieces: [[UInt8]]
  /// All merges in the order of their rank.
  package var merges: [BPEMerge]

  /// Notes the texts and the merges.
  package init(pieces: [[UInt8]], merges: [BPEMerge]) {
    self.pieces = pieces
    self.merges = merges
  }
}

/// Byte-pair encoding where a lower id is an earlier merge.
package struct RankedBPEModel: Sendable {
  /// The tokens that take part are those with `firstID ..< firstID + rankCount`.
  package var firstID: Int32
  /// How many tokens take part in merging.
  package var rankCount: Int
  /// The regular expression that cuts text into words; nil where the family is unknown.
  package var pattern: String?

  /// Notes the ranks and the pattern.
  package init(firstID: Int32, rankCount: Int, pattern: String?) {
    self.firstID = firstID
    self.rankCount = rankCount
    self.pattern = pattern
  }
}

/// A vocabulary with a score for each token.
package struct ScoredModel: Sendable {
  /// One score an id; holes have 0.
  package var scores: [Float]
  /// The same in double precision, where a file's scores are not of single precision; else empty.
  package var exactScores: [Double] = []
  /// The token for what cannot be encoded.
  package var unknown: Int32?
  /// Whether what cannot be encoded becomes its UTF-8 bytes as byte tokens.
  package var byteFallback: Bool
  /// Pieces that are matched in the text before everything else (SentencePiece's user-defined symbols).
  package var userDefined: [Int32] = []
  /// Pieces that are never produced from text (SentencePiece's unused ones).
  package var unused: [Int32] = []
  /// Tokens of other kinds than text that are pieces all the same, as in llama.cpp.
  package var alsoPieces: [Int32] = []

  /// The score of an id, as exact as the file has it.
  package func score(_ id: Int) -> Double { exactScores.isEmpty ? Double(scores[id]) : exactScores[id] }

  /// Notes scores and fallbacks.
  package init(scores: [Float], unknown: Int32?, byteFallback: Bool) {
    self.scores = scores
    self.unknown = unknown
    self.byteFallback = byteFallback
  }
}

/// Greedy longest match of word parts.
package struct WordPieceModel: Sendable {
  /// The token for a word that cannot be encoded.
  package var unknown: Int32?
  /// Put before every part of a word but the first.
  package var continuingSubwordPrefix = "##"
  /// Words longer than this many characters become unknown.
  package var maximumWordLength = 100

  /// A model with the defaults of BERT.
  package init(unknown: Int32?) { self.unknown = unknown }
}
