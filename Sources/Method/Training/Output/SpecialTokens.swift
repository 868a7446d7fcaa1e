internal import CMCFastJSON
internal import CMCModelFiles
internal import CMCPrimitives

/// The tokens that begin, end and fill up texts, as the `config.json` of a model states them by number.
///
/// A result has those of the model that it began with, to the letter: what is left out stays so, and null stays null.
package struct SpecialTokens: Sendable, Equatable {
  /// What a member says.
  package enum Value: Sendable, Equatable {
    /// That there is none.
    case null
    /// One token.
    case one(Int)
    /// Several.
    case several([Int])
  }

  /// The members that are there, in the order in which they are written.
  package private(set) var members: [(name: String, value: Value)] = []

  private static let names = ["bos_token_id", "eos_token_id", "pad_token_id"]

  /// Those of a tokenizer, for a model whose files have no `config.json`.
  package init(bos: Int32?, eos: [Int32], pad: Int32? = nil) {
    if let bos { members.append(("bos_token_id", .one(Int(bos)))) }
    if eos.count == 1 {
      members.append(("eos_token_id", .one(Int(eos[0]))))
    } else if !eos.isEmpty {
      members.append(("eos_token_id", .several(eos.map(Int.init))))
    }
    if let pad { members.append(("pad_token_id", .one(Int(pad)))) }
  }

  /// Those that a file states: `config.json`, outside first and then in its text part, as transformers generates, or
  /// `generation_config.json`.
  ///
  /// - Throws: `FileError`.
  package init(file path: String) throws {
    try withFile(path) {
      let root = try JSONDocument(try readFile(path, limit: 1 << 24)).root
      for name in Self.names {
        let stated = [root, root["text_config"]].compactMap { $0?[name] }
        guard let value = stated.first(where: { !$0.isNull }) ?? stated.first else { continue }
        members.append((name, try Self.value(value)))
      }
    }
  }

  private static func value(_ json: JSONValue) throws -> Value {
    if json.isNull { return .null }
    guard json.isArray else { return .one(try json.expect("a token id") { $0.int }) }
    return .several(try json.elements.map { try $0.expect("a token id") { $0.int } })
  }

  /// The tokens that end a text; nil where nothing is stated.
  package var ends: [Int]? {
    switch members.first(where: { $0.name == "eos_token_id" })?.value {
    case .one(let id): [id]
    case .several(let ids): ids
    case .null: []
    case nil: nil
    }
  }

  /// Whether both have the same members with the same values.
  package static func == (a: SpecialTokens, b: SpecialTokens) -> Bool {
    a.members.elementsEqual(b.members) { $0.name == $1.name && $0.value == $1.value }
  }

  /// Writes the members into an object.
  func write(to json: inout JSONWriter) {
    for (name, value) in members {
      switch value {
      case .null:
        json.key(name)
        json.null()
      case .one(let id): json.member(name, id)
      case .several(let ids): json.member(name, ids)
      }
    }
  }
}
