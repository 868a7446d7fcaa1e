import CMCFieldTables
import CMCVocabulary

/// What transformers' classes of tokenizers put around the vocabulary and merges of a `tokenizer.json`.
///
/// From version 5 on some fifty classes build a tokenizer of their own from them; here the file is followed. A note
/// says so where ids can be others. The tables of `Data` are what the classes themselves answered:
/// `Tests/Scripts/generate_class_pipelines.py`.
enum ClassPipeline {
  /// A note where the class that transformers would take builds something else than the file has.
  ///
  /// - Throws: Only where the table is damaged.
  /// - Complexity: O(1), but O(tokens) where flags about unknown characters differ.
  static func note(_ files: ClassFiles, _ description: TokenizerDescription) throws -> String? {
    guard description.format == .tokenizerJSON,
      let choice = ClassChoice(files, namesByteLevel: namesByteLevel(description)),
      let entry = try ClassEntry(name: choice.name)
    else { return nil }
    let others = try others(entry, files.arguments, description)
    guard !others.isEmpty else { return nil }
    return
      "\(choice.source): transformers 5 builds another \(others.joined(separator: ", ")) than tokenizer.json "
      + "has, which is followed here (\(KnownDifference.classPipeline.mention))"
  }

  /// The parts of the file that are not the class's, by their names in it.
  static func others(
    _ entry: ClassEntry, _ arguments: [String: ClassArgument], _ description: TokenizerDescription
  ) throws -> [String] {
    guard entry.isModel(of: description.algorithm) else { return ["model.type"] }
    let map = description.normalizers.lazy.compactMap { step -> [UInt8]? in
      if case .precompiled(let map) = step, !map.isEmpty { map } else { nil }
    }.first
    var result: [String] = []
    if let steps = try entry.normalizers(arguments, map: map),
      plain(steps) != plain(description.normalizers)
    {
      result.append("normalizer")
    }
    if let steps = try entry.preTokenizers(arguments), steps != description.preTokenizers {
      result.append("pre_tokenizer")
    }
    let texts = ClassTexts(entry: entry, arguments: arguments, description: description)
    if try texts.postProcessorDiffers() { result.append("post_processor") }
    return try result + texts.modelFieldsThatDiffer()
  }

  /// Steps without those that do nothing, and with what follows from another value stated.
  private static func plain(_ steps: [Normalizer]) -> [Normalizer] {
    steps.compactMap { step in
      switch step {
      case .strip(left: false, right: false), .precompiled([]): nil
      case .bert(let clean, let chinese, let accents, let lowercase):
        .bert(
          cleanText: clean, handleChineseCharacters: chinese, stripAccents: accents ?? lowercase,
          lowercase: lowercase)
      default: step
      }
    }
  }

  /// Whether a step of the file is called ByteLevel, which is all that transformers looks for.
  private static func namesByteLevel(_ description: TokenizerDescription) -> Bool {
    description.preTokenizers.contains { if case .byteLevel = $0 { true } else { false } }
      || description.decoders.contains(.byteLevel) || description.postProcessors.contains(.byteLevel)
      || description.normalizers.contains(.byteLevel)
  }
}
