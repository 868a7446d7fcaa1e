import CMCFastJSON
import CMCVocabulary

/// A token as a file beside a tokenizer states it: its text, and its flags where it is written as an object.
struct StatedToken {
  var content: [UInt8]
  /// Nil where nothing is said; then a name or a list of special tokens decides.
  var isSpecial: Bool?
  /// Nil where nothing is said: what is special is not normalised, the rest is.
  var isNormalized: Bool?
  var singleWord = false
  var leftStrip = false
  var rightStrip = false
  /// Whether it is written as an object.
  var isObject = false
  /// The file and the member that say so.
  var source: String

  init(content: [UInt8], source: String) {
    self.content = content
    self.source = source
  }

  /// Reads a text, or an object with its text as `content`; nil where it is neither.
  init?(_ value: JSONValue, file: String) {
    guard let content = (value.isObject ? value["content"] : value)?.stringBytes else { return nil }
    self.init(content: content, source: "\(file): \(value.path)")
    isObject = value.isObject
    guard isObject else { return }
    isSpecial = value["special"]?.bool
    isNormalized = value["normalized"]?.bool
    singleWord = value["single_word"]?.bool ?? false
    leftStrip = value["lstrip"]?.bool ?? false
    rightStrip = value["rstrip"]?.bool ?? false
  }

  /// An added token of the tokenizer's own file.
  init(_ token: AddedToken) {
    self.init(content: Array(token.content.utf8), source: "tokenizer.json")
    isSpecial = token.isSpecial
    isNormalized = token.isNormalized
    singleWord = token.singleWord
    leftStrip = token.leftStrip
    rightStrip = token.rightStrip
  }

  /// The token under an id.
  func token(id: Int32) -> AddedToken {
    var token = AddedToken(
      id: id, content: String(decoding: content, as: UTF8.self), isSpecial: isSpecial ?? false)
    token.singleWord = singleWord
    token.leftStrip = leftStrip
    token.rightStrip = rightStrip
    token.isNormalized = isNormalized ?? !token.isSpecial
    return token
  }
}

/// What the files beside a `tokenizer.json` add to it, in the order in which transformers adds it.
///
/// Followed is `from_pretrained` of transformers 5.23: added tokens of `tokenizer_config.json` by their ids, or, where
/// it lists none, those of `added_tokens.json` and of the `tokenizer.json` itself; then special tokens by name and the
/// others, where they are not among those. A later token of the same text gives its flags to the earlier, and what was
/// special stays so. Ids are never taken from these files.
struct StatedTokens {
  private static let standard = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  private struct Names {
    /// By standard name; nil where the name is said to have no token.
    var standard: [String: StatedToken?] = [:]
    /// Names that models of some kinds have beside the standard ones, in the order of the file.
    var others: [(name: String, token: StatedToken)] = []
    /// Special tokens without a name; nil where there is no list, and none where one is `null`.
    var additional: [StatedToken]?
    var extra: [StatedToken]?
    /// Whether the newer key has named tokens: then the older one is no longer taken for it.
    var extraHasNames = false

    var isEmpty: Bool { standard.isEmpty && others.isEmpty && additional == nil && extra == nil }
  }

  private var configuration = Names()
  private var map = Names()
  /// `added_tokens_decoder`, by id; nil where there is none.
  private var listed: [(id: Int, token: StatedToken)]?
  /// `added_tokens.json`, by id.
  private var legacy: [(id: Int, token: StatedToken)] = []

  /// Special tokens that the class has where no file speaks of their names; empty where no class is carried out.
  var classDefaults: [String: String] = [:]
  /// Who names that class.
  var classSource = ""
  /// Whether the class's mask, written as a text, takes the white space before it.
  var maskTakesSpace = false
  /// Whether the class adds every special token again without the flags that files give it.
  var resetsSpecialFlags = false

  /// Whether lists under the older key count where the newer one has none: that of `special_tokens_map.json`, and that of
  /// `tokenizer_config.json` beside named tokens.
  ///
  /// They do not where a class is carried out over a SentencePiece model, whose own list stands under that key.
  var takesOlderList = true

  /// Whether a list takes the place of what a SentencePiece model itself has as added tokens.
  var replacesModelList: Bool {
    configuration.extra != nil || configuration.additional != nil && !configuration.extraHasNames
      || listed == nil && map.extra != nil
  }

  /// Whether nothing is stated.
  var isEmpty: Bool {
    legacy.isEmpty && listed == nil && configuration.isEmpty && map.isEmpty && classDefaults.isEmpty
  }

  /// Whether a field of `tokenizer_config.json` or `special_tokens_map.json` names a special token of a model's own.
  static func namesToken(_ key: String, _ value: JSONValue) -> Bool {
    key.hasSuffix("_token") && (value.string != nil || value.isObject)
  }

  /// Takes `tokenizer_config.json`.
  mutating func readConfiguration(_ root: JSONValue) {
    configuration = Self.names(root, file: "tokenizer_config.json")
    guard let decoder = root["added_tokens_decoder"], decoder.isObject else { return }
    listed = decoder.members.compactMap { key, value in
      guard let id = Int(key), let token = StatedToken(value, file: "tokenizer_config.json") else {
        return nil
      }
      return (id, token)
    }.sorted { $0.id < $1.id }
  }

  /// Takes `special_tokens_map.json`.
  mutating func readMap(_ root: JSONValue) { map = Self.names(root, file: "special_tokens_map.json") }

  /// Takes `added_tokens.json`.
  mutating func readAddedTokens(_ root: JSONValue) {
    legacy = root.members.compactMap { key, value in
      value.int.map {
        ($0, StatedToken(content: Array(key.utf8), source: "added_tokens.json: \(value.path)"))
      }
    }.sorted { $0.0 < $1.0 }
  }

  private static func names(_ root: JSONValue, file: String) -> Names {
    var names = Names()
    for (key, value) in root.members {
      // A list that is null is one of nothing.
      let isList = value.isArray || value.isNull
      if standard.contains(key) {
        names.standard[key] = .some(StatedToken(value, file: file))
      } else if key == "extra_special_tokens" || key == "model_specific_special_tokens", value.isObject {
        for (name, item) in value.members {
          if let token = StatedToken(item, file: file) { names.others.append((name, token)) }
        }
        if key == "extra_special_tokens" { names.extraHasNames = !value.members.isEmpty }
      } else if key == "additional_special_tokens" || key == "extra_special_tokens", isList {
        let tokens = value.elements.compactMap { StatedToken($0, file: file) }
        if key == "extra_special_tokens" { names.extra = tokens } else { names.additional = tokens }
      } else if namesToken(key, value), let token = StatedToken(value, file: file) {
        names.others.append((key, token))
      }
    }
    return names
  }

  /// The tokens in the order in which they are added.
  ///
  /// - Parameter added: The added tokens of the tokenizer's own file.
  func inOrder(added: [AddedToken]) -> [StatedToken] {
    let standard = standardNames
    var named = standard.map(\.token)
    var others = configuration.others
    if listed == nil {
      for (name, token) in map.others {
        if let place = others.firstIndex(where: { $0.name == name }) {
          others[place].token = token
        } else {
          others.append((name, token))
        }
      }
    }
    named += others.map(\.token)
    var result = listed?.map(\.token) ?? legacyTokens(added: added, standard: standard)
    // A name makes a token special; what it was said to be before decides whether it is normalised.
    let byName = Set(named.map(\.content))
    for place in result.indices where byName.contains(result[place].content) {
      result[place].isNormalized = result[place].isNormalized ?? !(result[place].isSpecial ?? false)
      result[place].isSpecial = true
    }
    let known = Set(added.map { Array($0.content.utf8) } + result.map(\.content))
    for var token in named where !known.contains(token.content) {
      token.isSpecial = true
      result.append(token)
    }
    let unnamed = withoutNames
    result += unnamed.filter { !known.contains($0.content) }
    guard resetsSpecialFlags else { return result }
    let special = byName.union(unnamed.map(\.content))
    return result.map { token in
      guard special.contains(token.content) else { return token }
      var plain = StatedToken(content: token.content, source: token.source)
      plain.isSpecial = true
      return plain
    }
  }

  /// The tokens by standard names; the older map counts where `tokenizer_config.json` lists no added tokens, and a class's
  /// own where no file speaks of a name.
  private var standardNames: [(token: StatedToken, origin: Origin)] {
    Self.standard.compactMap { name in
      var found: (token: StatedToken, origin: Origin)?
      if listed == nil, let ofMap = map.standard[name] {
        found = ofMap.map { ($0, .map) }
      } else if let stated = configuration.standard[name] {
        found = stated.map { ($0, .configuration) }
      } else if let text = classDefaults[name] {
        found = (StatedToken(content: Array(text.utf8), source: "\(classSource): \(name)"), .ofClass)
      }
      if maskTakesSpace, name == "mask_token", found?.token.isObject == false {
        found?.token.leftStrip = true
      }
      return found
    }
  }

  /// Who states a special token by its name.
  private enum Origin { case map, configuration, ofClass }

  /// The added tokens of `added_tokens.json` and of the tokenizer's own file, by id; the latter's count.
  ///
  /// One of the former is special where a name or the list of special tokens has its text; an object of
  /// `tokenizer_config.json` is not looked into yet when transformers asks that.
  private func legacyTokens(
    added: [AddedToken], standard: [(token: StatedToken, origin: Origin)]
  ) -> [StatedToken] {
    let ofConfiguration =
      (extraOfConfiguration + standard.filter { $0.origin == .configuration }.map(\.token)).filter {
        !$0.isObject
      }
    let ofMap = standard.filter { $0.origin == .map }.map(\.token) + (map.extra ?? [])
    let special = Set((ofConfiguration + ofMap).map(\.content))
    let taken = Set(added.map(\.id))
    var all = added.map { (id: Int($0.id), token: StatedToken($0)) }
    for (id, token) in legacy where !taken.contains(Int32(clamping: id)) {
      var token = token
      token.isSpecial = special.contains(token.content)
      all.append((id, token))
    }
    return all.sorted { $0.id < $1.id }.map(\.token)
  }

  /// Special tokens without a name in `tokenizer_config.json`, under the newer or else the older key.
  private var extraOfConfiguration: [StatedToken] {
    let extra = configuration.extra ?? []
    guard extra.isEmpty, takesOlderList || !configuration.extraHasNames else { return extra }
    return configuration.additional ?? []
  }

  /// Special tokens without a name; an object is only special where it says so, but for the map's newer key.
  private var withoutNames: [StatedToken] {
    func judged(_ tokens: [StatedToken]) -> [StatedToken] {
      tokens.map { token in
        var token = token
        token.isSpecial = token.isSpecial ?? !token.isObject
        return token
      }
    }
    var extra = judged(extraOfConfiguration)
    guard listed == nil else { return extra }
    let known = Set(extra.map(\.content))
    for var token in map.extra ?? [] where !known.contains(token.content) {
      token.isSpecial = true
      extra.append(token)
    }
    if takesOlderList, configuration.extra == nil, configuration.additional == nil, map.extra == nil {
      extra += judged(map.additional ?? [])
    }
    return extra
  }
}
