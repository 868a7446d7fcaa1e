import CMCFastJSON
import CMCVocabulary

/// What the files beside a tokenizer say of the texts that a template knows as `bos_token` and the like.
///
/// The order is that of transformers' `from_pretrained`: `special_tokens_map.json`, unless `tokenizer_config.json` lists
/// its added tokens; `tokenizer_config.json`; the defaults of the tokenizer's class. Ids of `config.json` and
/// `generation_config.json` say where generation stops, and nothing to a template.
struct TemplateTokens {
  /// The names that a template knows.
  static let names = [
    "bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token",
  ]

  private var configuration: [String: String?]?
  private var map: [String: String?]?
  /// Names of a model's own beside the standard ones, which are variables of its template too.
  private var ownOfConfiguration: [String: String] = [:]
  private var ownOfMap: [String: String] = [:]
  private var listsAddedTokens = false
  /// `tokenizer_class` of `tokenizer_config.json`.
  private var className: String?
  /// `model_type` of `config.json`, which has a class where nobody names one.
  var modelType: String?

  /// Takes `tokenizer_config.json`.
  mutating func readConfiguration(_ root: JSONValue) {
    configuration = Self.texts(root)
    ownOfConfiguration = Self.ownTexts(root)
    listsAddedTokens = root["added_tokens_decoder"] != nil
    className = root["tokenizer_class"]?.string
  }

  /// Takes `special_tokens_map.json`.
  mutating func readMap(_ root: JSONValue) {
    map = Self.texts(root)
    ownOfMap = Self.ownTexts(root)
  }

  /// What the files state under a name, without the defaults of a class; nil where they do not speak of it.
  func stated(_ name: String) -> String?? {
    if !listsAddedTokens, let text = map?[name] { return .some(text) }
    if let text = configuration?[name] { return .some(text) }
    if let text = ownOfConfiguration[name] { return .some(text) }
    if !listsAddedTokens, let text = ownOfMap[name] { return .some(text) }
    return nil
  }

  /// Tokens whose name ends in `_token`, and those of an object of named ones, whose name is any.
  private static func ownTexts(_ root: JSONValue) -> [String: String] {
    var result: [String: String] = [:]
    func note(_ name: String, _ value: JSONValue) {
      if let text = (value.isObject ? value["content"] : value)?.string { result[name] = text }
    }
    for (name, value) in root.members where StatedTokens.namesToken(name, value) && !names.contains(name) {
      note(name, value)
    }
    for key in ["extra_special_tokens", "model_specific_special_tokens"] {
      guard let named = root[key], named.isObject else { continue }
      for (name, value) in named.members { note(name, value) }
    }
    return result
  }

  private static func texts(_ root: JSONValue) -> [String: String?] {
    var result: [String: String?] = [:]
    for name in names {
      guard let stated = root[name] else { continue }
      let text = (stated.isObject ? stated["content"] : stated)?.string
      // An empty text is how some tools write that there is none.
      result[name] = .some(text.flatMap { $0.isEmpty ? nil : $0 })
    }
    return result
  }

  /// The texts by name.
  ///
  /// Nil under a name says that a template has none; a name without an entry is left to the roles.
  ///
  /// - Parameter isByteLevel: Whether the tokenizer cuts text as GPT-2 does, which is not what Llama's class would do:
  ///   then transformers takes its plain class.
  func texts(isByteLevel: Bool) -> [String: String?] {
    guard configuration != nil || map != nil else { return [:] }
    var result = defaults(isByteLevel: isByteLevel)
    for (name, text) in configuration ?? [:] { result[name] = .some(text) }
    if !listsAddedTokens {
      for (name, text) in map ?? [:] { result[name] = .some(text) }
      for (name, text) in ownOfMap { result[name] = .some(text) }
    }
    for (name, text) in ownOfConfiguration { result[name] = .some(text) }
    return result
  }

  /// What a class has where no file says it; nothing at all for a class that is not known here.
  private func defaults(isByteLevel: Bool) -> [String: String?] {
    let end = "<|endoftext|>"
    let known: [String: String]
    switch (className ?? ofModelType).map({ $0.hasSuffix("Fast") ? String($0.dropLast(4)) : $0 }) {
    case "LlamaTokenizer" where !isByteLevel:
      known = ["unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"]
    case "GPT2Tokenizer": known = ["unk_token": end, "bos_token": end, "eos_token": end]
    case "Qwen2Tokenizer": known = ["unk_token": end, "eos_token": end, "pad_token": end]
    case "GemmaTokenizer":
      known = [
        "unk_token": "<unk>", "bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>",
        "mask_token": "<mask>",
      ]
    case nil, "PreTrainedTokenizer", "TokenizersBackend", "LlamaTokenizer": known = [:]
    default: return [:]
    }
    return Dictionary(uniqueKeysWithValues: Self.names.map { ($0, known[$0]) })
  }

  private var ofModelType: String? {
    switch modelType {
    case "qwen2", "qwen3": "Qwen2Tokenizer"
    case "gemma3", "gemma3_text": "GemmaTokenizer"
    case "gpt2": "GPT2Tokenizer"
    default: nil
    }
  }
}
