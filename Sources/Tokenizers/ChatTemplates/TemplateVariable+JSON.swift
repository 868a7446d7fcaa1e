package import CMCFastJSON
internal import CMCPrimitives

extension TemplateVariable {
  /// How deep lists and objects may be within each other.
  static let depthLimit = 40

  /// A value of a JSON file.
  ///
  /// - Throws: ``ChatTemplateError`` where it is nested too deeply or is a number of more than 64 bits.
  package init(json: JSONValue) throws { try self.init(json, depth: 0) }

  private init(_ json: JSONValue, depth: Int) throws {
    guard depth <= Self.depthLimit else {
      throw ChatTemplateError.failed(
        line: 0, reason: "\(json.path) is nested more than \(Self.depthLimit) deep")
    }
    if json.isNull {
      self = .null
    } else if let value = json.bool {
      self = .boolean(value)
    } else if let text = json.string {
      self = .text(text)
    } else if let number = json.int {
      self = .integer(number)
    } else if json.uint64 == nil, !json.mayBeLargeInteger, let number = json.double {
      self = .number(number)
    } else if json.isArray {
      self = .list(try json.elements.map { try TemplateVariable($0, depth: depth + 1) })
    } else if json.isObject {
      self = .object(
        try json.members.map { Member(name: $0.key, value: try TemplateVariable($0.value, depth: depth + 1)) }
      )
    } else {
      let what = json.isNotFinite ? "a number that is not finite" : "a number of more than 64 bits"
      throw ChatTemplateError.failed(line: 0, reason: "\(json.path) has \(what)")
    }
  }

  /// A value as people write it in a command: `true`, `false`, a number, JSON, or else a text.
  ///
  /// - Parameter name: The variable, for the error.
  /// - Throws: ``ChatTemplateError/variable(name:reason:)`` for JSON that is no value of a template.
  package init(written text: String, name: String) throws {
    // Only what is JSON as a whole counts as such; a word is a text without quotes.
    guard let document = try? JSONDocument(Array("[\(text)]".utf8)), document.root.elements.count == 1,
      let value = document.root.elements.first
    else {
      self = .text(text)
      return
    }
    do {
      try self.init(json: value)
    } catch {
      let what =
        value.isNotFinite
        ? "is not a finite number"
        : value.isArray || value.isObject
          ? "is nested too deeply, or has a number that is not finite or of more than 64 bits"
          : "is a number of more than 64 bits"
      throw ChatTemplateError.variable(name: name, reason: "\(oneLine(text, limit: 80)) \(what)")
    }
  }
}
