internal import CMCGGUF
internal import CMCVocabulary

extension GGUFTokenizerMetadata {
  /// Notes which added tokens take white space beside them, as llama.cpp knows it of models by name.
  func setWhiteSpace(of tokens: inout [AddedToken]) {
    let cuts = pre ?? ""
    let architecture = header["general.architecture"]?.text ?? ""
    let name = (header["general.name"]?.text ?? "").lowercased()
    if ["jina-v2-de", "jina-v2-es", "jina-v2-code"].contains(where: cuts.contains)
      || ["nomic-bert-moe", "jina-bert-v3"].contains(where: architecture.contains)
    {
      for index in tokens.indices where tokens[index].content == "<mask>" { tokens[index].leftStrip = true }
    } else if name.contains("phi-3") || name.contains("phi3") {
      for index in tokens.indices where !["<unk>", "<s>", "<|endoftext|>"].contains(tokens[index].content) {
        tokens[index].rightStrip = true
      }
    } else if name.contains("modern-bert") {
      for index in tokens.indices where tokens[index].content == "[MASK]" { tokens[index].leftStrip = true }
    }
  }
}
