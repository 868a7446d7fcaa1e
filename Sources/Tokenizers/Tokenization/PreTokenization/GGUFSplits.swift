/// The cuts that the names of `tokenizer.ggml.pre` stand for.
///
/// Each name stands for the pre-tokeniser of the model it was introduced for. The patterns are facts of those models,
/// as their tokenizer.json files state them and llama.cpp carries them out (src/llama-vocab.cpp), whose cuts count where
/// the two differ; each is applied to the parts that the one before it left, what it matches and what lies between being
/// parts of their own.
enum GGUFSplits {
  /// The patterns of a name, in order; nil for a name that is not known.
  static func patterns(_ name: String) -> [String]? {
    switch name {
    case "gpt-2", "gpt2", "mpt", "olmo", "jais", "trillion", "phi-2", "jina-es", "jina-de", "gigachat",
      "jina-v1-en", "jina-v2-es", "jina-v2-de", "jina-v2-code", "exaone4", "roberta-bpe", "a.x-4.0", "mellum",
      "modern-bert", "granite-docling":
      [gpt2]
    case "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2":
      [#"\p{N}"#, gpt2]
    case "falcon":
      [#"[\p{P}\$\+<=>\^~\|`]+"#, gpt2, "[0-9][0-9][0-9]"]
    case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "pixtral-12b", "midm-2.0",
      "lfm2", "jina-v5-nano", "dbrx", "smaug-bpe", "chatglm-bpe", "glm4", "glm5":
      [words(letters: #"\p{L}"#, numbers: #"\p{N}{1,3}"#, others: #"[^\s\p{L}\p{N}]"#)]
    case "qwen2", "stablelm2", "hunyuan", "deepseek-r1-qwen", "kormo", "solar-open", "grok-2",
      "megrez", "f2llmv2":
      [words(letters: #"\p{L}"#, numbers: #"\p{N}"#, others: #"[^\s\p{L}\p{N}]"#)]
    case "qwen35":
      [words(letters: #"[\p{L}\p{M}]"#, numbers: #"\p{N}"#, others: #"[^\s\p{L}\p{M}\p{N}]"#)]
    case "deepseek-llm":
      [
        #"[\r\n]"#, #"\s?["# + deepseekLetters + "]+", #"\s?[!-/:-~！-／：-～‘-‟\x{3001}\x{3002}]+"#, #"\s+$"#,
        ideographs, #"\p{N}+"#,
      ]
    case "deepseek-coder":
      [#"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, ideographs, #"\p{N}"#]
    case "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4":
      [
        #"\p{N}{1,3}"#, "[一-龥぀-ゟ゠-ヿ]+",
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##,
      ]
    case "tekken": [caseWords(ending: "", numbers: #"\p{N}"#)]
    case "gpt-4o", "llama4", "minimax-m2", "kanana2", "talkie":
      [caseWords(ending: contractions + "?", numbers: #"\p{N}{1,3}"#)]
    case "default":
      [#"[\p{P}\$\+<=>\^~\|]+"#, gpt2, #"\p{N}+"#, "[0-9][0-9][0-9]"]
    case "gemma4": [#"[^\n]+|[\n]+"#]
    default: nil
    }
  }

  /// GPT-2's pattern, which HF's ByteLevel uses too.
  static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// English endings in either case of ASCII; `ſ`, which folds to `s`, is none of them to llama.cpp.
  private static let contractions = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"

  /// Ideographs and Hangul, with all that lies between U+0800 and them.
  ///
  /// White space is in no range of characters: llama.cpp has another character in its place when it matches.
  private static let ideographs = #"(?:(?!\s)[一-龥ࠀ-一가-퟿])+"#

  private static func words(letters: String, numbers: String, others: String) -> String {
    contractions + #"|[^\r\n\p{L}\p{N}]?"# + letters + "+|" + numbers + "| ?" + others
      + #"+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// Words that begin anew where capital letters follow small ones.
  ///
  /// llama.cpp tells the case of ASCII alone: any other letter is both, and a mark is no letter.
  private static func caseWords(ending: String, numbers: String) -> String {
    let upper = #"(?:(?=\p{L})[^a-z])"#
    let lower = #"(?:(?=\p{L})[^A-Z])"#
    let lead = #"[^\r\n\p{L}\p{N}]?"#
    return lead + upper + "*" + lower + "+" + ending + "|" + lead + upper + "+" + lower + "*" + ending + "|"
      + numbers
      + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// The letters that DeepSeek LLM's pattern lists one by one; by number where two of them would look the same.
  private static let deepseekLetters =
    "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚ"
    + #"\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}"#
    + #"\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}"#
    + #"\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107}"#
    + #"\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}"#
    + #"\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}"#
    + "Ⰰ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃"
}
