internal import CMCGGUF
internal import CMCVocabulary

/// The algorithm of a GGUF tokenizer with its tables.
struct GGUFAlgorithm {
  let algorithm: EncodingAlgorithm
  private(set) var notes: [String] = []

  init(
    _ metadata: GGUFTokenizerMetadata, _ model: GGUFTokenizerModel, table: GGUFTokenTable,
    ids: GGUFSpecialIDs,
    vocabulary: Vocabulary
  ) throws(GGUFTokenizerError) {
    let unknown = ids[.unknown].flatMap { vocabulary.kind($0) == .hole ? nil : $0 } ?? table.unknown
    switch model {
    case .llama:
      var scored = ScoredModel(
        scores: try metadata.scores(count: vocabulary.idLimit), unknown: unknown,
        byteFallback: table.byteCount > 0)
      // llama.cpp merges towards any token, and knows user-defined ones in the text as it was written alone.
      scored.alsoPieces = (0..<Int32(vocabulary.idLimit)).filter {
        [.special, .byte].contains(vocabulary.kind($0))
      }
      algorithm = .scoredBPE(scored)
    case .t5:
      // Its byte pieces are no pieces, and unused ones are.
      var scored = ScoredModel(
        scores: try metadata.scores(count: vocabulary.idLimit), unknown: unknown, byteFallback: false)
      scored.userDefined = table.userDefined
      scored.alsoPieces = table.unused
      algorithm = .unigram(scored)
    case .gpt2, .gemma4:
      let resolved = GGUFMerges(try metadata.merges(), vocabulary: vocabulary)
      var bpe = BPEModel(merges: resolved.merges)
      bpe.ignoresMerges = model == .gpt2 && Self.taking(wholeWords: metadata.pre)
      bpe.byteFallback = model == .gemma4
      bpe.mergesTexts = true
      bpe.textMerges = resolved.texts
      algorithm = .bpe(bpe)
      if resolved.ignored > 0 {
        notes.append("\(resolved.ignored) of tokenizer.ggml.merges are no two pieces: left out")
      }
    case .bert:
      algorithm = .wordPiece(WordPieceModel(unknown: unknown))
    }
  }

  /// The values of `tokenizer.ggml.pre` with which llama.cpp takes a word that is a token whole, before any merge.
  private static func taking(wholeWords pre: String?) -> Bool {
    let names: Set<String> = [
      "falcon-h1", "falcon3", "glm4", "glm5", "granite-embed-multi-97m", "jina-v5-nano", "lfm2", "llama-bpe",
      "llama-v3", "llama3", "midm-2.0", "minicpm5", "pixtral", "tekken", "youtu",
    ]
    return pre.map { names.contains($0) } ?? false
  }
}
