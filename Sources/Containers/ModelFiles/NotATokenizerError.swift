import CMCPrimitives

/// A file that is something else than the tokenizer it should be.
package struct NotATokenizerError: DescribedError, Equatable {
  /// What the file is.
  package let kind: FileKind

  /// Notes what the file is.
  package init(kind: FileKind) { self.kind = kind }

  /// What it is and is not.
  package var description: String {
    switch kind {
    case .unknown, .otherJSON:
      "is \(kind == .unknown ? "" : "JSON, but ")of no tokenizer format that can be read"
    default: "is \(kind.name), not a tokenizer"
    }
  }

  /// What to give instead.
  package var hint: String? {
    switch kind {
    case .tokenMap: "inspect takes a map; other commands want the vocabularies it was made from"
    case .configurationJSON, .safetensors, .safetensorsIndex, .pickle:
      "name the folder it lies in, or the tokenizer.json beside it"
    case .llama2cModel: "name the tokenizer.bin that belongs to it"
    case .merges: "name the vocab.json beside it, or their folder"
    case .gitLFSPointer: "run git lfs pull in its folder"
    case .html, .empty: "download it again"
    case .zip, .gzip: "unpack it first"
    default:
      "a tokenizer is a tokenizer.json, SentencePiece model, tiktoken, Tekken, vocab.json with merges.txt, vocab.txt, "
        + "RWKV, GGUF or llama2.c file"
    }
  }
}
