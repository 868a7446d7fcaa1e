internal import CMCFastJSON
internal import CMCPrimitives

/// The fields of a request's body, each read once and held against what it may be.
///
/// A name that nothing reads is an error: a misspelt option must not be taken for one that was followed.
struct RequestBody {
  private let root: JSONValue
  /// Where the object stands in the body: empty at the top, else with the dot that its members follow.
  private let path: String
  private var read: Set<String> = []

  /// What clients send along that says nothing about the text.
  private static let ignored: Set<String> = [
    "user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key",
  ]

  /// Reads a body.
  ///
  /// - Throws: ``APIError`` where it is no JSON object.
  init(_ bytes: [UInt8]) throws(APIError) {
    do {
      root = try JSONDocument(bytes, maximumDepth: 64).root
    } catch {
      throw APIError(status: 400, message: "The body \(error).", code: "invalid_json")
    }
    guard root.isObject else {
      throw APIError(status: 400, message: "The body is no JSON object.", code: "invalid_json")
    }
    path = ""
    try refuseDoubles()
  }

  /// Reads an object within a body by the same rules.
  ///
  /// - Throws: ``APIError`` where it is none.
  init(_ value: JSONValue, at place: String) throws(APIError) {
    guard value.isObject else { throw .field(place, "an object is expected, not \(value.typeName).") }
    (root, path) = (value, place + ".")
    try refuseDoubles()
  }

  /// Readers differ in which of two they take.
  private func refuseDoubles() throws(APIError) {
    var seen: Set<String> = []
    for (key, _) in root.members where !seen.insert(key).inserted {
      throw .field(path + key, "it is given twice.")
    }
  }

  /// An object within this one.
  mutating func object(_ name: String) throws(APIError) -> RequestBody? {
    guard let value = value(name) else { return nil }
    return try RequestBody(value, at: path + name)
  }

  /// The value of a field, or nil where it is not there or null.
  mutating func value(_ name: String) -> JSONValue? {
    read.insert(name)
    guard let value = root[name], !value.isNull else { return nil }
    return value
  }

  /// A string.
  mutating func string(_ name: String) throws(APIError) -> String? {
    guard let value = value(name) else { return nil }
    guard let string = value.string else {
      throw .field(path + name, "a string is expected, not \(value.typeName).")
    }
    return string
  }

  /// A truth.
  mutating func bool(_ name: String, default fallback: Bool = false) throws(APIError) -> Bool {
    guard let value = value(name) else { return fallback }
    guard let bool = value.bool else {
      throw .field(path + name, "true or false is expected, not \(value.typeName).")
    }
    return bool
  }

  /// A whole number of a range.
  mutating func int(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let number = value.int, range.contains(number) else {
      throw .field(
        path + name, "a whole number from \(range.lowerBound) to \(range.upperBound) is expected.")
    }
    return number
  }

  /// A number of a range.
  mutating func number(_ name: String, in range: ClosedRange<Double>) throws(APIError) -> Float? {
    guard let value = value(name) else { return nil }
    guard let number = value.double, range.contains(number) else {
      throw .field(path + name, "a number from \(range.lowerBound) to \(range.upperBound) is expected.")
    }
    return Float(number)
  }

  /// A string or several.
  mutating func strings(_ name: String, atMost limit: Int) throws(APIError) -> [String] {
    guard let value = value(name) else { return [] }
    if let string = value.string { return [string] }
    guard value.isArray else {
      throw .field(path + name, "a string or an array of strings is expected, not \(value.typeName).")
    }
    let strings = value.elements.compactMap(\.string)
    guard strings.count == value.elements.count else { throw .field(path + name, "strings are expected.") }
    guard strings.count <= limit else { throw .field(path + name, "at most \(limit) strings are expected.") }
    return strings
  }

  /// Refuses a field whose value asks for something that is not done here; the values that ask for nothing pass.
  mutating func refuse(
    _ name: String, _ reason: String, unless passes: (JSONValue) -> Bool = { _ in false }
  ) throws(APIError) {
    guard let value = value(name), !passes(value) else { return }
    throw .field(path + name, reason, code: "unsupported_parameter")
  }

  /// Makes sure that every field has been read.
  ///
  /// - Throws: ``APIError`` that names the first one that has not.
  func finish() throws(APIError) {
    for (key, _) in root.members where !read.contains(key) && !(path.isEmpty && Self.ignored.contains(key)) {
      throw .field(path + key, "there is no such field.", code: "unknown_parameter")
    }
  }
}
