import CMCFastJSON
import CMCFieldTables
import CMCVocabulary

/// The steps of a `tokenizer.json`, sequences laid flat.
struct HFPipeline {
  var normalizers: [Normalizer] = []
  var preTokenizers: [PreTokenizer] = []
  var postProcessors: [PostProcessor] = []
  var decoders: [Decoder] = []

  /// Reads the four stages; one that is null or not there is empty.
  ///
  /// - Throws: `JSONError` for a known step without what it needs, ``HFTokenizerError``.
  mutating func read(_ root: JSONValue) throws {
    if let stage = present(root["normalizer"]) { try readNormalizer(stage) }
    if let stage = present(root["pre_tokenizer"]) { try readPreTokenizer(stage) }
    if let stage = present(root["post_processor"]) { try readPostProcessor(stage) }
    if let stage = present(root["decoder"]) {
      try readDecoder(stage)
      // A sequence of none joins the pieces as they are, where no decoder at all puts blanks between them.
      if decoders.isEmpty { decoders = [.fuse] }
    }
  }

  /// The name of a step, whose fields are held against the table; one that is not known has none there.
  func type(of step: JSONValue, stage: String) throws -> String {
    let name = try step.require("type").expect("a string") { $0.string }
    let section = "\(stage): \(name)"
    if FieldTable.tokenizerJSON[section] != nil { try FieldTable.tokenizerJSON.check(step, in: section) }
    return name
  }

  /// Calls `body` for each step of a sequence.
  func forEach(_ steps: JSONValue, _ body: (JSONValue) throws -> Void) throws {
    for step in try steps.expect("an array", { $0.isArray ? $0.elements : nil }) { try body(step) }
  }

  /// The pattern of a step.
  func pattern(of step: JSONValue) throws -> TextPattern {
    let pattern = try step.require("pattern")
    if pattern.isObject { try FieldTable.tokenizerJSON.check(pattern, in: "pattern") }
    if let text = pattern["String"]?.string ?? pattern.string { return .literal(text) }
    return .regex(try pattern.require("Regex").expect("a string") { $0.string })
  }

  /// A string that must be there.
  func text(_ step: JSONValue, _ key: String) throws -> String {
    try step.require(key).expect("a string") { $0.string }
  }

  /// A boolean that may be left out.
  func flag(_ step: JSONValue, _ key: String, default: Bool) throws -> Bool {
    guard let value = present(step[key]) else { return `default` }
    return try value.expect("a boolean") { $0.bool }
  }

  /// Where Metaspace puts its mark; before version 0.14 of the library a boolean said so.
  func prependScheme(of step: JSONValue) throws -> PrependScheme {
    if let scheme = present(step["prepend_scheme"]) {
      let name = try scheme.expect("a string") { $0.string }
      guard let known = PrependScheme(rawValue: name) else {
        throw HFTokenizerError.badValue(
          path: scheme.path, value: quoted(Array(name.utf8)), allowed: "always, never, first")
      }
      return known
    }
    return try flag(step, "add_prefix_space", default: true) ? .always : .never
  }

  /// What becomes of the matches of a splitting step.
  func behavior(of step: JSONValue, default: SplitBehavior?) throws -> SplitBehavior {
    if let `default`, present(step["behavior"]) == nil { return `default` }
    let name = try text(step, "behavior")
    guard let known = SplitBehavior(rawValue: name) else {
      throw HFTokenizerError.badValue(
        path: "\(step.path).behavior", value: quoted(Array(name.utf8)),
        allowed: "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous")
    }
    return known
  }

  /// The value, nil where it is null.
  func present(_ value: JSONValue?) -> JSONValue? {
    guard let value, !value.isNull else { return nil }
    return value
  }
}
