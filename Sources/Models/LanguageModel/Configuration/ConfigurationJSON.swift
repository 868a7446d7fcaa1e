internal import CMCFastJSON

/// The members of a `config.json`, where null counts as absent.
struct ConfigurationJSON {
  fileprivate let value: JSONValue

  /// Wraps an object.
  init(_ value: JSONValue) { self.value = value }

  /// An object inside, or nil.
  func object(_ key: String) throws(JSONError) -> ConfigurationJSON? {
    guard let member = member(key) else { return nil }
    return try member.expect("an object") { $0.isObject ? ConfigurationJSON($0) : nil }
  }

  /// A whole number, which must be there unless there is a default.
  func int(_ key: String, default fallback: Int? = nil) throws(JSONError) -> Int {
    guard let member = member(key) else {
      guard let fallback else { throw missing(key) }
      return fallback
    }
    return try member.expect("an integer") { $0.int }
  }

  /// A whole number, or nil where there is none.
  func optionalInt(_ key: String) throws(JSONError) -> Int? {
    guard let member = member(key) else { return nil }
    return try member.expect("an integer") { $0.int }
  }

  /// A number, which must be there unless there is a default.
  func double(_ key: String, default fallback: Double? = nil) throws(JSONError) -> Double {
    guard let member = member(key) else {
      guard let fallback else { throw missing(key) }
      return fallback
    }
    return try member.expect("a number") { $0.double }
  }

  /// A truth value; `fallback` where there is none.
  func bool(_ key: String, default fallback: Bool) throws(JSONError) -> Bool {
    guard let member = member(key) else { return fallback }
    return try member.expect("a boolean") { $0.bool }
  }

  /// A truth value that a class only asks after: its null is no, as Python has it, and not the class's default.
  func flag(_ key: String, default fallback: Bool) throws(JSONError) -> Bool {
    isNull(key) ? false : try bool(key, default: fallback)
  }

  /// A text, or nil where there is none.
  func string(_ key: String) throws(JSONError) -> String? {
    guard let member = member(key) else { return nil }
    return try member.expect("a string") { $0.string }
  }

  /// A list of texts, or nil where there is none.
  func strings(_ key: String) throws(JSONError) -> [String]? {
    guard let member = member(key) else { return nil }
    guard member.isArray else { throw .wrongType(path: key, wanted: "an array", found: member.typeName) }
    var strings: [String] = []
    for element in member.elements { strings.append(try element.expect("a string") { $0.string }) }
    return strings
  }

  /// Whether a member is there and not null.
  func has(_ key: String) -> Bool { member(key) != nil }

  /// Whether a member is there and null, where that says something else than its absence.
  func isNull(_ key: String) -> Bool { value[key]?.isNull ?? false }

  fileprivate func member(_ key: String) -> JSONValue? { value[key].flatMap { $0.isNull ? nil : $0 } }

  fileprivate func missing(_ key: String) -> JSONError {
    .missing(path: value.path.isEmpty ? key : "\(value.path).\(key)")
  }
}

// MARK: - By layer

extension ConfigurationJSON {
  /// An object of objects that are named by numbers of layers; nil where there is none.
  ///
  /// - Parameters:
  ///   - key: The member.
  ///   - count: The number of layers.
  /// - Throws: ``LanguageModelError/configuration(_:)`` for another name, `JSONError`.
  func byLayer(_ key: String, count: Int) throws -> [(layer: Int, members: [String], own: ConfigurationJSON)]?
  {
    guard let object = try object(key) else { return nil }
    return try object.value.members.map { name, member in
      guard name.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let layer = Int(name),
        (0..<count).contains(layer)
      else { throw LanguageModelError.configuration("\(key) names a layer \(name) of \(count)") }
      let own = try member.expect("an object") { $0.isObject ? ConfigurationJSON($0) : nil }
      return (layer, member.members.map(\.key), own)
    }
  }
}

// MARK: - One or several

extension ConfigurationJSON {
  /// A text, or a list of texts; nil where there is none.
  func stringOrStrings(_ key: String) throws(JSONError) -> [String]? {
    isString(key) ? try string(key).map { [$0] } : try strings(key)
  }

  /// A list of numbers, which must be there.
  func doubles(_ key: String) throws(JSONError) -> [Double] {
    guard let member = member(key) else { throw missing(key) }
    guard member.isArray else { throw .wrongType(path: key, wanted: "an array", found: member.typeName) }
    var numbers: [Double] = []
    for element in member.elements { numbers.append(try element.expect("a number") { $0.double }) }
    return numbers
  }

  /// A whole number, or a list of them; nil where there is none.
  func intOrInts(_ key: String) throws(JSONError) -> [Int]? {
    guard let member = member(key) else { return nil }
    guard member.isArray else { return [try member.expect("an integer") { $0.int }] }
    var numbers: [Int] = []
    for element in member.elements { numbers.append(try element.expect("an integer") { $0.int }) }
    return numbers
  }

  /// A list of numbers, infinities as Python writes them and as transformers 5 does among them; it must be there.
  func bounds(_ key: String) throws(JSONError) -> [Double] {
    guard let member = member(key) else { throw missing(key) }
    guard member.isArray else { throw .wrongType(path: key, wanted: "an array", found: member.typeName) }
    var numbers: [Double] = []
    for element in member.elements {
      numbers.append(
        try element.expect("a number") {
          $0.double ?? $0.notFinite ?? ($0["__float__"]?.string == "Infinity" ? .infinity : nil)
        })
    }
    return numbers
  }

  /// Whether there are no members.
  var isEmpty: Bool { value.countHint == 0 }

  /// Whether a member is a text.
  func isString(_ key: String) -> Bool { member(key)?.string != nil }
}
