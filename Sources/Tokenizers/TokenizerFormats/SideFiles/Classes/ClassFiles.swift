import CMCFastJSON

/// A value that `tokenizer_config.json` gives the initialiser of a class.
enum ClassArgument: Hashable {
  case null
  case flag(Bool)
  case number(Int)
  case text(String)

  /// The value; nil for a list, an object or a fraction.
  init?(_ value: JSONValue) {
    if value.isNull {
      self = .null
    } else if let flag = value.bool {
      self = .flag(flag)
    } else if let number = value.int {
      self = .number(number)
    } else if let text = value.string {
      self = .text(text)
    } else {
      return nil
    }
  }
}

/// What the files beside a tokenizer say of its class.
struct ClassFiles {
  /// `tokenizer_class` of `tokenizer_config.json`.
  private(set) var tokenizerClass: String?
  /// `tokenizer_class` of `config.json`.
  private(set) var modelTokenizerClass: String?
  /// `model_type` of `config.json`.
  private(set) var modelType: String?
  /// Whether code beside the files has a class, which is not run here.
  private(set) var hasCode = false
  /// Whether there is a `tokenizer_config.json`.
  private(set) var isStated = false
  /// The plain values of `tokenizer_config.json`.
  private(set) var arguments: [String: ClassArgument] = [:]

  /// Takes `tokenizer_config.json`.
  mutating func readConfiguration(_ root: JSONValue) throws {
    isStated = true
    tokenizerClass = root["tokenizer_class"]?.string
    let map = root["auto_map"]
    hasCode = map.map { $0.isArray || $0["AutoTokenizer"].map { !$0.isNull } ?? false } ?? false
    try root.forEachMember { name, value in
      guard name.count < 64, let argument = ClassArgument(value) else { return }
      arguments[String(decoding: name, as: UTF8.self)] = argument
    }
  }

  /// A truth value, as Python has it; nil where nothing or null is stated.
  func flag(_ name: String) -> Bool? {
    switch arguments[name] {
    case nil, .null: nil
    case .flag(let value): value
    case .number(let value): value != 0
    case .text(let text): !text.isEmpty
    }
  }

  /// Takes `config.json`.
  mutating func readModel(_ root: JSONValue) {
    modelTokenizerClass = root["tokenizer_class"]?.string
    modelType = root["model_type"]?.string
  }
}
