internal import CMCFieldTables
internal import CMCGGUF

extension GGUFTokenizerMetadata {
  /// Holds the entries of the tokenizer against their table.
  ///
  /// - Throws: `FieldError` for one that is not carried out.
  func checkFields() throws {
    let entries = header.keys.filter { $0.hasPrefix("tokenizer.") }.map { key in
      let name = key.hasPrefix("tokenizer.chat_template.") ? "tokenizer.chat_template.{name}" : key
      return (name: name, value: Self.fieldValue(header[key]))
    }
    try FieldTable.ggufTokenizer.check(entries, in: "", at: "")
  }

  private static func fieldValue(_ value: GGUFValue?) -> FieldValue {
    switch value {
    case .bool(let flag): .bool(flag)
    case .array: .list
    case nil: .null
    case .some(let value): value.number.map(FieldValue.number) ?? .string(value.text ?? "")
    }
  }
}
