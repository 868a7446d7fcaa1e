import CMCFastJSON
import CMCVocabulary

/// What one class builds: an entry of the table.
struct ClassEntry {
  /// The document keeps the bytes that its values are in.
  private let document: JSONDocument

  /// Reads the entry of a class; nil where the class follows the file.
  init?(name: String) throws {
    // The plain class under its two names: no table is searched for what most folders say.
    guard name != "PreTrainedTokenizer", name != "TokenizersBackend" else { return nil }
    guard let line = ClassData.line(named: name, in: PackageResources.class_pipelines_txt) else { return nil }
    document = try JSONDocument(Array(line))
  }

  /// A member of the entry.
  subscript(key: String) -> JSONValue? { document.root[key] }

  /// Whether the class's model is of the file's kind.
  func isModel(of algorithm: EncodingAlgorithm) -> Bool {
    switch (self["model"]?.string, algorithm) {
    case ("BPE", .bpe), ("Unigram", .unigram), ("WordPiece", .wordPiece): true
    default: false
    }
  }

  /// The class's normalisers; nil where it fails with these arguments.
  ///
  /// - Parameter map: SentencePiece's character map of the file, which the class may put among its own.
  func normalizers(_ arguments: [String: ClassArgument], map: [UInt8]?) throws -> [Normalizer]? {
    guard let steps = try steps("normalizer", arguments, hasMap: map != nil) else { return nil }
    var pipeline = HFPipeline()
    if !steps.isNull { try pipeline.readNormalizer(steps) }
    return pipeline.normalizers.map { $0 == .precompiled([]) ? .precompiled(map ?? []) : $0 }
  }

  /// The class's pre-tokenisers; nil where it fails with these arguments.
  func preTokenizers(_ arguments: [String: ClassArgument]) throws -> [PreTokenizer]? {
    guard let steps = try steps("pre_tokenizer", arguments, hasMap: false) else { return nil }
    var pipeline = HFPipeline()
    if !steps.isNull { try pipeline.readPreTokenizer(steps) }
    return pipeline.preTokenizers
  }

  /// The steps of a stage for the values of its arguments.
  private func steps(_ stage: String, _ arguments: [String: ClassArgument], hasMap: Bool) throws -> JSONValue?
  {
    let stage = try document.root.require(stage)
    let defaults = stage["arguments"]?.members ?? []
    let values = defaults.map { (key: $0.key, value: arguments[$0.key] ?? ClassArgument($0.value)) }
    let cases = try stage.require("cases").elements
    let fitting = try cases.first { one in
      guard let when = one["when"] else { return true }
      return try values.allSatisfy { ClassArgument(try when.require($0.key)) == $0.value }
    }
    guard let fitting else { return nil }
    return try (hasMap ? fitting["with_map"] : nil) ?? fitting.require("step")
  }
}
