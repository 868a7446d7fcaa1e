/// A place where results differ on purpose from those of the library that a format belongs to.
///
/// Everything else that differs is an error. A note that speaks of one names its entry.
package struct KnownDifference: Sendable {
  /// The entry's name, which notes and the documentation use.
  package let name: String
  /// The library and the version that was compared.
  package let library: String
  /// What the library does.
  package let theirs: String
  /// What is done here.
  package let ours: String
  /// Why.
  package let reason: String
  /// An input for which the two differ.
  package let example: String

  /// All of them, in the order of the documentation.
  package static let all: [KnownDifference] = [
    classPipeline, endTokens, ggufDefaultEnd, ggufWindow, ggufWordPiece, idsWithoutToken, libraryFailures,
    cleanUp, splitSpecialTokens,
    twoSpellings,
    sinkhornZero, sinkhornRounding, referenceSteps,
  ]

  /// How a note names the entry.
  package var mention: String { "see `cmc formats differences`: \(name)" }
}

extension KnownDifference {
  /// The pipeline of a tokenizer's class beside its file.
  package static let classPipeline = KnownDifference(
    name: "class-pipeline", library: "transformers 5.23",
    theirs:
      "some classes take the vocabulary and the merges of a tokenizer.json alone and build the rest themselves: "
      + "normaliser, pre-tokeniser, flags of the model such as byte_fallback and the unknown token, decoder, many "
      + "the post-processor too; arguments in tokenizer_config.json count then. Which class it is, "
      + "tokenizer_class and model_type say. They are (each with Tokenizer or TokenizerFast behind it): "
      + tokenizerClasses.joined(separator: ", "),
    ours: "the tokenizer.json is carried out as a whole; a note names the parts for which ids can be others",
    reason: "the file says it, and the tokenizers library, transformers 4 and most engines follow it",
    example:
      "Llama-2's tokenizer.json under the class LlamaTokenizer, ` Hello`: 15043 there, 29871 15043 here")
  /// End tokens that no generation_config.json names.
  package static let endTokens = KnownDifference(
    name: "end-tokens", library: "transformers 5.23",
    theirs:
      "where generation_config.json is there and names no eos_token_id, generation does not stop; where neither file "
      + "names one, the default of the model's class counts",
    ours: "config.json's counts next, and after it the end tokens of the tokenizer",
    reason: "a text that never ends helps nobody, and the tokenizer's own end is the one that was trained",
    example: "generation_config.json `{}` beside config.json with `eos_token_id` 2: goes on there, stops here"
  )
  /// A GGUF file that names no end.
  package static let ggufDefaultEnd = KnownDifference(
    name: "gguf-default-end", library: "llama.cpp",
    theirs:
      "where a file of GPT-2's kind names no eos_token_id, generation stops at token 11, whatever it is; asked for, it "
      + "is put behind a text, and before one where no bos_token_id is named",
    ours: "it is put there too, but generation stops at it only where it is a special token",
    reason: "in most vocabularies it is a comma or the like, which ends no text",
    example:
      "a file of model gpt2 without `tokenizer.ggml.eos_token_id`, whose token 11 is text: an end there")
  /// A window in a GGUF file of an architecture without one.
  package static let ggufWindow = KnownDifference(
    name: "gguf-window", library: "llama.cpp",
    theirs:
      "`attention.sliding_window` is read for some architectures alone; for llama, qwen2 and qwen3 it is not",
    ours: "it is carried out for every architecture",
    reason: "the file says it, and the model was trained with it",
    example:
      "a GGUF file of architecture llama with `llama.attention.sliding_window` 4096: full attention there")
  /// WordPiece in a GGUF file.
  package static let ggufWordPiece = KnownDifference(
    name: "gguf-wordpiece", library: "llama.cpp",
    theirs:
      "of a character that is put together the first part alone is kept, marks of every category are dropped, and a "
      + "word may be of any length",
    ours:
      "as BERT's own tokenizer and the tokenizers library: all parts are kept, non-spacing marks are dropped, and a "
      + "word of more than 100 characters is unknown",
    reason: "those are the ids that the models were trained with; the first rule loses parts of Korean words",
    example: "bge-small in GGUF, `의`: 1463 there, 1463 30018 here")
  /// Ids that no token has.
  package static let idsWithoutToken = KnownDifference(
    name: "ids-without-token", library: "tokenizers 0.23",
    theirs: "decoding leaves out an id that no token has",
    ours: "it is refused by its place",
    reason: "an id that is lost without a word is a mistake somewhere before",
    example: "`[1, 999999]`: the text of 1 there, an error here")
  /// Inputs at which a library fails by its own fault.
  package static let libraryFailures = KnownDifference(
    name: "library-failures", library: "tokenizers 0.23",
    theirs: "some steps end in a panic, such as a Strip decoder that takes more characters than a piece has",
    ours: "an error that names the step, or an answer where there is one",
    reason: "there is no right value to be equal to",
    example: "decoder `Strip` of one character from the left on pieces that are shorter")
  /// Blanks that are taken out after decoding.
  package static let cleanUp = KnownDifference(
    name: "clean-up", library: "transformers 5.23",
    theirs: "decode() takes blanks before punctuation out where `clean_up_tokenization_spaces` is true",
    ours: "the text of the tokenizer's own decoder, as in the tokenizers library",
    reason: "the step loses information, and a text that is cleaned encodes to other ids",
    example: "a word-level tokenizer without a decoder, ids of `hello , world`: `hello, world` there")
  /// Special tokens in text.
  package static let splitSpecialTokens = KnownDifference(
    name: "split-special-tokens", library: "transformers 5.23",
    theirs: "special tokens written out in a text become their ids unless `split_special_tokens` is true",
    ours: "they stay text unless the command says --parse-special; `split_special_tokens` is not read",
    reason: "text of users must not be able to end a turn; each command shows what it does",
    example: "`</s>` in a text: 2 there, 1533 29879 29958 here without --parse-special")
  /// One added token, stated twice with other flags.
  package static let twoSpellings = KnownDifference(
    name: "two-spellings", library: "tokenizers 0.23",
    theirs:
      "a token that is added normalised and again without is found as the second says, and decoded with the "
      + "normalised text of the first",
    ours: "the second statement counts for both",
    reason: "the two contradict each other",
    example: "`sep_token` an object with `normalized` true and `pad_token` its text, both new")
  /// Clouds of one point.
  package static let sinkhornZero = KnownDifference(
    name: "sinkhorn-of-a-point", library: "GeomLoss 0.3.1",
    theirs: "fails where all points of both clouds coincide",
    ours: "the divergence is 0",
    reason: "it is",
    example: "two clouds of three equal points")
  /// Costs in single precision.
  package static let sinkhornRounding = KnownDifference(
    name: "sinkhorn-precision", library: "GeomLoss 0.3.1",
    theirs: "costs of single-precision clouds are computed in single precision",
    ours: "the joint mean is taken off and costs are double precision",
    reason: "clouds far from the origin are wrong by up to 1e-2 otherwise",
    example: "clouds around 1000 with a spread of 1; equal where GeomLoss is given double precision")
  /// The step at which the reference begins.
  package static let referenceSteps = KnownDifference(
    name: "reference-steps", library: "the paper's scripts",
    theirs:
      "across vocabularies the first model's shifts begin at the second token, the other's at the first",
    ours: "both begin at the first; --compat cmc does as the scripts do",
    reason: "shifts of different steps are compared otherwise",
    example: "any pair of models with two vocabularies")
}
