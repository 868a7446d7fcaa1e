internal import CMCFastJSON
internal import CMCFieldTables
internal import CMCPrimitives

/// What an adapter's `adapter_config.json` says.
struct AdapterConfiguration {
  /// What the base's weights had taken away from them when training began.
  enum Start {
    case nothing
    /// The part in the first singular directions (PiSSA).
    case principal
    /// The projection onto the span of the first columns (OLoRA).
    case leadingColumns
  }

  /// The modules that are adapted.
  let targets: AdapterTargets
  /// Names that saved modules end with.
  let savedModules: [String]
  /// Whether what is done to the embeddings is done to a tied head.
  let tiesWeights: Bool
  /// Whether lengths are learned apart.
  let usesDoRA: Bool
  /// Whether the biases of all modules were learned, adapted or not.
  let bringsAllBiases: Bool
  /// Whether what is added has a bias.
  let addsBiases: Bool
  /// What the base lacks.
  let start: Start
  private let rank: Int
  private let alpha: Double
  private let isRankStable: Bool
  private let ranks: [(pattern: NamePattern, value: Int)]
  private let alphas: [(pattern: NamePattern, value: Double)]
  private let tokens: [(module: String?, rows: [Int])]

  /// Reads the file.
  ///
  /// - Throws: `FileError` naming it.
  static func read(_ path: String) throws -> AdapterConfiguration {
    try withFile(path) {
      let root = try JSONDocument(try readFile(path, limit: 1 << 24)).root
      guard root.isObject else {
        throw JSONError.wrongType(path: "", wanted: "an object", found: root.typeName)
      }
      return try AdapterConfiguration(root)
    }
  }

  private init(_ root: JSONValue) throws {
    let json = ConfigurationJSON(root)
    // First of all: the members of other kinds are others.
    guard let kind = try json.string("peft_type") else {
      throw AdapterError.setting("peft_type", reason: "is missing: what kind of adapter it is, is not said")
    }
    if kind != "LORA" { throw AdapterError.kind(kind) }
    for key in ["r", "lora_alpha"] where root[key]?.isNull == true {
      throw AdapterError.setting(key, reason: "is null, where a number belongs")
    }
    try FieldTable.adapterConfiguration.check(root)
    rank = try json.int("r", default: 8)
    alpha = try json.double("lora_alpha", default: 8)
    guard rank > 0, alpha.isFinite else {
      throw LanguageModelError.configuration("r is \(rank), lora_alpha is \(alpha)")
    }
    isRankStable = try json.bool("use_rslora", default: false)
    usesDoRA = try json.bool("use_dora", default: false)
    bringsAllBiases = try json.string("bias") == "all"
    addsBiases = try json.flag("lora_bias", default: false)
    tiesWeights = try json.bool("ensure_weight_tying", default: false)
    savedModules = try json.strings("modules_to_save") ?? []
    targets = try AdapterTargets(json, savedModules: savedModules)
    start = try Self.start(root["init_lora_weights"])
    ranks = try Self.pattern(root["rank_pattern"]) { try $0.expect("an integer") { $0.int } }
    alphas = try Self.pattern(root["alpha_pattern"]) { try $0.expect("a number") { $0.double } }
    guard ranks.allSatisfy({ $0.value > 0 }), alphas.allSatisfy({ $0.value.isFinite }) else {
      throw LanguageModelError.configuration("rank_pattern or alpha_pattern has an impossible number")
    }
    tokens = try Self.tokens(root["trainable_token_indices"])
  }

  /// The rank and the scale of a module's addition.
  func rankAndScale(_ module: String) throws -> (rank: Int, scale: Float) {
    let rank = try ranks.first { try $0.pattern.matches(module) }?.value ?? rank
    let alpha = try alphas.first { try $0.pattern.matches(module) }?.value ?? alpha
    return (rank, Float(alpha / (isRankStable ? Double(rank).squareRoot() : Double(rank))))
  }

  /// Whether a module is replaced as a whole, by itself or with one that it is a part of.
  func saves(_ module: String) -> Bool {
    var whole = module[...]
    while !savedModules.contains(where: { whole.hasSuffix($0) }) {
      guard let dot = whole.lastIndex(of: ".") else { return false }
      whole = whole[..<dot]
    }
    return true
  }

  /// The rows of a module that are replaced, or nil where none is.
  func tokenRows(_ module: String, isEmbedding: Bool) -> [Int]? {
    tokens.first { entry in entry.module.map { Self.isName($0, of: module) } ?? isEmbedding }?.rows
  }

  /// A name beside rows that are replaced which means none of these modules; nil where there is none.
  func otherTokenModule(than modules: [String]) -> String? {
    tokens.compactMap(\.module).first { name in !modules.contains { Self.isName(name, of: $0) } }
  }

  /// Whether a name is a module's own, whole or from a dot on.
  private static func isName(_ name: String, of module: String) -> Bool {
    module == name || module.hasSuffix("." + name)
  }

  private static func start(_ value: JSONValue?) throws -> Start {
    guard let value, !value.isNull, value.bool == nil else { return .nothing }
    let name = try value.expect("a boolean or a name") { $0.string }
    switch name.lowercased() {
    // These fill the adapter and leave the base as it is.
    case "gaussian", "eva", "orthogonal", "lora_ga", "mica": return .nothing
    case "pissa": return .principal
    case "olora": return .leadingColumns
    default: throw AdapterError.start(name)
    }
  }

  private static func pattern<T>(
    _ value: JSONValue?, _ read: (JSONValue) throws -> T
  ) throws -> [(pattern: NamePattern, value: T)] {
    guard let value, !value.isNull else { return [] }
    return try value.expect("an object", { $0.isObject ? $0.members : nil }).map {
      (try NamePattern.suffix($0.key), try read($0.value))
    }
  }

  private static func tokens(_ value: JSONValue?) throws -> [(module: String?, rows: [Int])] {
    guard let value, !value.isNull else { return [] }
    func rows(_ list: JSONValue) throws -> [Int] {
      guard list.isArray else {
        throw JSONError.wrongType(path: list.path, wanted: "an array", found: list.typeName)
      }
      return try list.elements.map { try $0.expect("a token id") { $0.int } }
    }
    if value.isArray { return [(nil, try rows(value))] }
    return try value.expect("a list or an object", { $0.isObject ? $0.members : nil }).map {
      ($0.key, try rows($0.value))
    }
  }
}
