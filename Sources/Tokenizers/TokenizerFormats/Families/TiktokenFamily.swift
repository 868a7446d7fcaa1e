internal import CMCVocabulary

/// What the files of a tiktoken family leave out: special tokens, the pattern, the normaliser.
struct TiktokenFamily {
  /// The name of the family in ``KnownFamilies``.
  let name: String
  /// The special tokens and their ids.
  let specials: [(id: Int, piece: String)]
  /// The regular expression that cuts text into words.
  let pattern: String
  /// Applied to text first.
  var normalizers: [Normalizer] = []

  /// What is known of a family, or nil where it has no tiktoken file.
  init?(named name: String) {
    self.name = name
    switch name {
    case "gpt-2":
      specials = [(50256, "<|endoftext|>")]
      pattern = SplitPattern.gpt2
    case "p50k":
      specials = [(50256, "<|endoftext|>")]
      pattern = SplitPattern.gpt2
    case "cl100k":
      specials = [
        (100257, "<|endoftext|>"), (100258, "<|fim_prefix|>"), (100259, "<|fim_middle|>"),
        (100260, "<|fim_suffix|>"),
        (100276, "<|endofprompt|>"),
      ]
      pattern = SplitPattern.cl100k
    case "o200k":
      specials = [(199999, "<|endoftext|>"), (200018, "<|endofprompt|>")]
      pattern = SplitPattern.o200k
    case "llama-3":
      specials = Self.numbered(from: 128_000, TiktokenSpecials.llama3)
      pattern = SplitPattern.llama3
    case "llama-4":
      specials = Self.numbered(from: 200_000, TiktokenSpecials.llama4)
      pattern = SplitPattern.o200k
    case "qwen":
      specials = Self.numbered(from: 151_643, TiktokenSpecials.qwen)
      pattern = SplitPattern.qwen
      normalizers = [.nfc]
    case "qwen3.6":
      specials = Self.numbered(from: 248_044, TiktokenSpecials.qwen36)
      pattern = SplitPattern.qwen36
      normalizers = [.nfc]
    default: return nil
    }
  }

  private static func numbered(from first: Int, _ pieces: [String]) -> [(id: Int, piece: String)] {
    pieces.enumerated().map { (first + $0.offset, $0.element) }
  }
}
