/// The regular expressions by which families of tiktoken vocabularies cut text into words.
///
/// Facts of the families, as their published packages state them: tiktoken (openai_public), llama-models, Qwen.
enum SplitPattern {
  /// GPT-2, r50k and p50k.
  static let gpt2 = #"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"#

  /// cl100k.
  static let cl100k =
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#

  /// Llama 3: numbers in groups of up to three.
  static let llama3 = wordsAndNumbers(
    letters: #"\p{L}"#, numbers: #"\p{N}{1,3}"#, others: #"[^\s\p{L}\p{N}]"#)

  /// Qwen 1 to 3: every digit apart.
  static let qwen = wordsAndNumbers(letters: #"\p{L}"#, numbers: #"\p{N}"#, others: #"[^\s\p{L}\p{N}]"#)

  /// Qwen 3.5 and 3.6: marks belong to words.
  static let qwen36 = wordsAndNumbers(
    letters: #"[\p{L}\p{M}]"#, numbers: #"\p{N}"#, others: #"[^\s\p{L}\p{M}\p{N}]"#)

  /// o200k and Llama 4: words begin at a change from lower to upper case.
  static let o200k: String = {
    let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
    let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
    let lead = #"[^\r\n\p{L}\p{N}]?"#
    let contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    return [
      lead + upper + "*" + lower + "+" + contraction, lead + upper + "+" + lower + "*" + contraction,
      #"\p{N}{1,3}"#, #" ?[^\s\p{L}\p{N}]+[\r\n/]*"#, #"\s*[\r\n]+"#, #"\s+(?!\S)"#, #"\s+"#,
    ].joined(separator: "|")
  }()

  private static func wordsAndNumbers(letters: String, numbers: String, others: String) -> String {
    [
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)", #"[^\r\n\p{L}\p{N}]?"# + letters + "+", numbers,
      " ?" + others + #"+[\r\n]*"#, #"\s*[\r\n]+"#, #"\s+(?!\S)"#, #"\s+"#,
    ].joined(separator: "|")
  }
}
