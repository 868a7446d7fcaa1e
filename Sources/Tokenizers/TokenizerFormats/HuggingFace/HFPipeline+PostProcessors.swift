import CMCFastJSON
import CMCFieldTables
import CMCVocabulary

extension HFPipeline {
  /// Reads a post-processor and those inside it.
  mutating func readPostProcessor(_ step: JSONValue) throws {
    switch try type(of: step, stage: "post_processor") {
    case "Sequence": try forEach(try step.require("processors")) { try readPostProcessor($0) }
    case "ByteLevel": postProcessors.append(.byteLevel)
    case "BertProcessing":
      postProcessors.append(.bert(cls: try pairedID(step, "cls"), sep: try pairedID(step, "sep")))
    case "RobertaProcessing":
      postProcessors.append(.roberta(cls: try pairedID(step, "cls"), sep: try pairedID(step, "sep")))
    case "TemplateProcessing":
      let ids = try templateIDs(step)
      postProcessors.append(
        .template(single: try template(step, "single", ids: ids), pair: try template(step, "pair", ids: ids)))
    case let name: postProcessors.append(.unknown(name))
    }
  }

  /// The id of a pair of text and id.
  private func pairedID(_ step: JSONValue, _ key: String) throws -> Int32 {
    let pair = try step.require(key)
    let items = pair.elements
    guard items.count == 2 else {
      throw JSONError.wrongType(path: pair.path, wanted: "a pair of text and id", found: pair.typeName)
    }
    return try id(items[1])
  }

  private func id(_ value: JSONValue) throws -> Int32 {
    let number = try value.expect("an integer") { $0.int }
    guard number >= 0, let id = Int32(exactly: number) else {
      throw HFTokenizerError.badID(path: value.path, found: "\(number)")
    }
    return id
  }

  /// The ids that each special token of a template stands for, by the bytes of its name: texts that are canonically
  /// equivalent are different tokens.
  private func templateIDs(_ step: JSONValue) throws -> [[UInt8]: [Int32]] {
    guard let tokens = present(step["special_tokens"]) else { return [:] }
    var result: [[UInt8]: [Int32]] = [:]
    // An early form is an array of objects that name themselves.
    let named: [(key: String, value: JSONValue)] =
      tokens.isArray ? tokens.elements.map { ($0["id"]?.string ?? "", $0) } : tokens.members
    for (name, value) in named {
      try FieldTable.tokenizerJSON.check(value, in: "template token")
      result[Array(name.utf8)] =
        try value.require("ids").expect("an array", { $0.isArray ? $0.elements : nil }).map(id)
    }
    return result
  }

  private func template(_ step: JSONValue, _ key: String, ids: [[UInt8]: [Int32]]) throws -> [TemplateItem] {
    guard let items = present(step[key]) else { return [] }
    return try items.expect("an array", { $0.isArray ? $0.elements : nil }).map { item in
      try FieldTable.tokenizerJSON.check(item, in: "template item")
      for (_, part) in item.members { try FieldTable.tokenizerJSON.check(part, in: "template part") }
      if let sequence = item["Sequence"] {
        return .sequence(try sequence.require("id").expect("a string") { $0.string })
      }
      let name = try item.require("SpecialToken").require("id").expect("a string") { $0.stringBytes }
      return .special(ids[name] ?? [])
    }
  }

  /// The source of what is not stated but follows from the post-processor.
  static let suggestedSource = "tokenizer.json: post_processor"

  /// What the tokens at the ends of a single text suggest; a weaker statement than that of any configuration file.
  var postProcessorRoles: [RoleAssignment] {
    let source = Self.suggestedSource
    var roles: [RoleAssignment] = []
    for processor in postProcessors {
      switch processor {
      case .bert(let cls, let sep), .roberta(let cls, let sep):
        roles.append(RoleAssignment(role: .cls, id: cls, isPrimary: true, source: source))
        roles.append(RoleAssignment(role: .sep, id: sep, isPrimary: true, source: source))
      case .template(let single, _):
        guard let text = single.firstIndex(where: { if case .sequence = $0 { true } else { false } }) else {
          continue
        }
        // Several tokens in front are language and task marks rather than a beginning.
        if text == 1, case .special(let ids) = single[0], ids.count == 1 {
          roles.append(RoleAssignment(role: .bos, id: ids[0], isPrimary: true, source: source))
        }
        if single.count == text + 2, case .special(let ids) = single[text + 1], ids.count == 1 {
          roles.append(RoleAssignment(role: .eos, id: ids[0], isPrimary: true, source: source))
        }
      case .byteLevel, .unknown: continue
      }
    }
    return roles
  }
}
