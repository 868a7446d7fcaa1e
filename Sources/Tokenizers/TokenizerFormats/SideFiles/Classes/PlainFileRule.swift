import CMCFastJSON
import CMCVocabulary

/// What one of transformers' classes builds over a `vocab.txt`, or over a `vocab.json` with its `merges.txt`.
///
/// Normaliser, cuts and marks are those of the table of classes. Listed here are the classes whose ids were held against
/// the library over such files (`Tests/Scripts/generate_folder_goldens.py`).
struct PlainFileRule {
  /// The class, and which file names it.
  let choice: ClassChoice
  private let entry: ClassEntry

  /// The classes that are carried out over a `vocab.txt`.
  static let ofWords: Set<String> = [
    "BertTokenizer", "ConvBertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "FunnelTokenizer",
    "LayoutLMTokenizer", "LxmertTokenizer", "MPNetTokenizer", "MobileBertTokenizer", "SqueezeBertTokenizer",
  ]

  /// The classes that are carried out over a `vocab.json` and its `merges.txt`.
  static let ofMerges: Set<String> = [
    "BartTokenizer", "BlenderbotTokenizer", "CodeGenTokenizer", "CohereTokenizer", "DebertaTokenizer",
    "GPT2Tokenizer", "GPTNeoXTokenizer", "LEDTokenizer", "LongformerTokenizer", "MvpTokenizer",
    "Qwen2Tokenizer", "RobertaTokenizer",
  ]

  /// The rule of a class over files of a format; nil where it is not carried out.
  ///
  /// - Throws: Only where the table is damaged.
  init?(_ choice: ClassChoice, format: TokenizerFormat) throws {
    let names = format == .wordPieceText ? Self.ofWords : Self.ofMerges
    // ConvBERT's is BERT's under another name, which the table has no line for.
    let name = choice.name == "ConvBertTokenizer" ? "BertTokenizer" : choice.name
    guard names.contains(choice.name), let entry = try ClassEntry(name: name) else { return nil }
    self.choice = choice
    self.entry = entry
  }

  /// Special tokens that the class has where no file states others, by name.
  var defaults: [String: String] {
    Dictionary((entry["roles"]?.members ?? []).compactMap { name, text in text.string.map { (name, $0) } }) {
      $1
    }
  }

  /// Whether white space before the mask belongs to it, where no file has flags for it.
  var maskTakesSpace: Bool { ["MPNetTokenizer", "BlenderbotTokenizer"].contains(choice.name) }

  /// Whether every special token is added once more, without the flags that files give it.
  var resetsSpecialFlags: Bool { choice.name == "Qwen2Tokenizer" }

  /// The names of the tokens before and behind a text; nil where `add_bos_token` and `add_eos_token` say it.
  ///
  /// - Throws: Only where the table is damaged.
  func surroundings() throws -> (before: [String], behind: [String])? {
    guard let stated = entry["post_processor"], stated.isObject else { return nil }
    func names(_ key: String) throws -> [String] {
      try stated.require(key).elements.map { try $0.require("role").expect("a name") { $0.string } }
    }
    let (before, behind) = (try names("before"), try names("behind"))
    return before.isEmpty && behind.isEmpty ? nil : (before, behind)
  }

  /// The class's steps; nil where it fails with these arguments.
  ///
  /// - Throws: Only where the table is damaged.
  func steps(_ arguments: [String: ClassArgument]) throws -> (
    normalizers: [Normalizer], preTokenizers: [PreTokenizer]
  )? {
    guard let normalizers = try entry.normalizers(arguments, map: nil),
      let preTokenizers = try entry.preTokenizers(arguments)
    else { return nil }
    return (normalizers, preTokenizers)
  }
}
