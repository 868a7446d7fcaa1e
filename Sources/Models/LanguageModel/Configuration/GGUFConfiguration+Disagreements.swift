internal import CMCGGUF
internal import CMCPrimitives

extension GGUFConfiguration {
  /// Lines where two places that say one thing are there and differ.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func disagreements() throws -> [String] {
    let hasList = header["tokenizer.ggml.tokens"]?.array != nil
    var tokens = Stated<Int>("how many tokens there are", asIn: "llama.cpp")
    // Without a list llama.cpp takes the key, and then wants embeddings of just as many.
    if !hasList { tokens.aside = "as the weights have them" }
    tokens.add(hasList ? "tokenizer.ggml.tokens" : "token_embd.weight", try vocabularySize())
    tokens.add("\(name).vocab_size", header["\(name).vocab_size"]?.integer)
    var factor = Stated<Double>("the factor of rotary scaling", asIn: "llama.cpp")
    for key in ["rope.scaling.factor", "rope.scale_linear"] where header["\(name).\(key)"] != nil {
      factor.add("\(name).\(key)", try number(key))
    }
    return [tokens.disagreement, factor.disagreement].compactMap { $0 }
  }
}
