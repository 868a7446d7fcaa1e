/// What a file is, by its content; names and extensions play no part.
package enum FileKind: Sendable, Hashable, CaseIterable {
  /// A GGUF container.
  case gguf
  /// A SentencePiece model.
  case sentencePiece
  /// Hugging Face `tokenizer.json`.
  case tokenizerJSON
  /// Mistral's Tekken JSON.
  case tekkenJSON
  /// A flat JSON object from piece to id.
  case vocabularyJSON
  /// A token map as this tool writes it.
  case tokenMap
  /// The configuration of a model or tokenizer.
  case configurationJSON
  /// JSON of some other shape.
  case otherJSON
  /// Lines of base64 and rank.
  case tiktoken
  /// RWKV's lines of id, Python literal and length.
  case rwkv
  /// The `tokenizer.bin` of llama2.c.
  case llama2c
  /// The weights of a model as llama2.c keeps them.
  case llama2cModel
  /// The merges of a byte-pair encoding, without its vocabulary.
  case merges
  /// A piece a line.
  case vocabularyText
  /// Weights in a safetensors container.
  case safetensors
  /// The list of the safetensors files that a model is spread over.
  case safetensorsIndex
  /// Weights as PyTorch pickles them.
  case pickle
  /// A ZIP archive, which is what PyTorch's checkpoints are too.
  case zip
  /// A gzip archive.
  case gzip
  /// The stand-in that git leaves for a large file.
  case gitLFSPointer
  /// A web page, as a failed download leaves it.
  case html
  /// No bytes at all.
  case empty
  /// None of these.
  case unknown

  /// What people call it.
  package var name: String {
    switch self {
    case .gguf: "a GGUF file"
    case .sentencePiece: "a SentencePiece model"
    case .tokenizerJSON: "a tokenizer.json"
    case .tekkenJSON: "a Tekken tokenizer"
    case .vocabularyJSON: "a vocab.json"
    case .tokenMap: "a token map"
    case .configurationJSON: "a configuration"
    case .otherJSON: "JSON"
    case .tiktoken: "a tiktoken vocabulary"
    case .rwkv: "an RWKV vocabulary"
    case .llama2c: "a llama2.c tokenizer"
    case .llama2cModel: "a llama2.c checkpoint"
    case .merges: "a list of merges"
    case .vocabularyText: "a vocab.txt"
    case .safetensors: "a safetensors file of weights"
    case .safetensorsIndex: "an index of safetensors files"
    case .pickle: "a PyTorch pickle"
    case .zip: "a ZIP archive or PyTorch checkpoint"
    case .gzip: "a gzip archive"
    case .gitLFSPointer: "a git-lfs pointer"
    case .html: "a web page"
    case .empty: "an empty file"
    case .unknown: "of no known kind"
    }
  }

  /// Whether it is a tokenizer that can be read.
  package var isTokenizer: Bool {
    switch self {
    case .gguf, .sentencePiece, .tokenizerJSON, .tekkenJSON, .vocabularyJSON, .tiktoken, .rwkv, .llama2c,
      .vocabularyText:
      true
    default: false
    }
  }
}
