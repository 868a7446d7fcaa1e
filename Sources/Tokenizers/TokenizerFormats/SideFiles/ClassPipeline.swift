import CMCFieldTables
import CMCVocabulary

/// What transformers' classes of tokenizers put around the vocabulary and merges of a `tokenizer.json`.
///
/// From version 5 on some classes build normaliser and pre-tokeniser themselves; here the file is followed. A note says
/// so where the two are not the same.
enum ClassPipeline {
  /// A note where a class is known to build something else than the file has.
  static func note(className: String?, _ description: TokenizerDescription) -> String? {
    guard description.format == .tokenizerJSON, let className else { return nil }
    let name = className.hasSuffix("Fast") ? String(className.dropLast(4)) : className
    guard let own = pipelines[name],
      own.normalizers != description.normalizers || own.steps != description.preTokenizers
    else { return nil }
    // Llama's class is given up for the plain one where the file cuts text as GPT-2 does.
    if name == "LlamaTokenizer",
      description.preTokenizers.contains(where: { if case .byteLevel = $0 { true } else { false } })
    {
      return nil
    }
    return
      "tokenizer_class \(name): transformers 5 builds other steps than tokenizer.json has, which is followed here "
      + "(\(KnownDifference.classPipeline.mention))"
  }

  private static let pipelines: [String: (normalizers: [Normalizer], steps: [PreTokenizer])] = [
    "LlamaTokenizer": ([], [.metaspace(replacement: "\u{2581}", prepend: .first, split: false)]),
    "GemmaTokenizer": (
      [.replace(.literal(" "), with: "\u{2581}")],
      [.split(.literal(" "), behavior: .mergedWithPrevious, invert: false)]
    ),
    "GPT2Tokenizer": ([], [.byteLevel(addPrefixSpace: false, useRegex: true)]),
  ]
}
