internal import CMCPrimitives

/// The names under which tokenizers lie in the folders of models, the preferred ones first.
enum TokenizerFileName {
  /// The names as people write them; `*` stands for anything.
  static let patterns = [
    "tokenizer.json", "tekken.json", "tokenizer.model", "*.tiktoken", "vocab.json", "vocab.txt", "*.gguf",
    "spiece.model", "sentencepiece.bpe.model", "tekken*.json", "tokenizer.model.*", "tokenizer.bin",
    "rwkv_vocab*.txt", "*.model",
  ]

  /// The file of a folder that is its tokenizer.
  ///
  /// - Throws: ``ModelLocationError`` where there is none, or several of the same preference.
  static func choose(from names: [String], directory: String, id: HubID?) throws -> String {
    for pattern in patterns {
      let matching = names.filter { matches($0, pattern) && PathKind(joinPath(directory, $0)) == .file }
      if pattern == "vocab.json", !matching.isEmpty, !names.contains("merges.txt") {
        throw ModelLocationError.missingMerges(directory: directory, id: id)
      }
      switch matching.count {
      case 0: continue
      case 1: return matching[0]
      default:
        if let first = firstShard(matching) { return first }
        throw ModelLocationError.severalTokenizers(directory: directory, names: matching)
      }
    }
    throw ModelLocationError.noTokenizer(directory: directory, found: names, id: id)
  }

  /// Whether the name says only what kind of file it is, so that the folder's name is the better one for people.
  static func isGeneric(_ name: String) -> Bool {
    let generic = [
      "tokenizer.json", "tekken.json", "tokenizer.model", "vocab.json", "vocab.txt", "spiece.model",
      "sentencepiece.bpe.model", "tokenizer.bin", "merges.txt",
    ]
    return generic.contains(name) || matches(name, "tokenizer.model.*")
  }

  /// A model cut into files `…-00001-of-00003.gguf`: the first one holds the metadata.
  private static func firstShard(_ names: [String]) -> String? {
    let first = names.filter { $0.contains("-00001-of-") }
    return first.count == 1 && names.allSatisfy({ $0.contains("-of-") }) ? first[0] : nil
  }

  private static func matches(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return name == pattern }
    return name.utf8.count > parts[0].utf8.count + parts[1].utf8.count
      && name.hasPrefix(parts[0]) && name.hasSuffix(parts[1])
  }
}
