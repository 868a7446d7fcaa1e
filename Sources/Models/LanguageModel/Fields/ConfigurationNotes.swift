internal import CMCFastJSON
internal import CMCFieldTables
internal import CMCPrimitives

/// Notes about members of a model's files that are read by nobody here.
enum ConfigurationNotes {
  /// Holds a `config.json`, or its text part, against the table.
  ///
  /// - Returns: Nothing, or one line with the names that the table does not have.
  /// - Throws: `FieldError` for what is not carried out.
  static func ofConfiguration(_ object: JSONValue, section: String) throws -> [String] {
    let unknown = try FieldTable.modelConfiguration.check(object, in: section)
    guard !unknown.isEmpty else { return [] }
    let names = unknown.prefix(12).map { oneLine($0, limit: 40) }.joined(separator: ", ")
    let more = unknown.count > 12 ? " and \(unknown.count - 12) more" : ""
    return ["config.json: not known to \(section) and not read: \(names)\(more)"]
  }

  /// What a `generation_config.json` asks for that only the command's options do.
  ///
  /// - Returns: A line for each member; none where there is no file.
  /// - Throws: `FileError` where it cannot be read.
  static func ofGeneration(_ path: String) throws -> [String] {
    guard PathKind(path) == .file else { return [] }
    return try withFile(path) {
      let root = try JSONDocument(try readFile(path, limit: 1 << 24)).root
      guard root.isObject else { return [] }
      var notes: [String] = []
      for (key, value) in root.members {
        let field: [(name: String, value: FieldValue)] = [(key, FieldValue(value))]
        do {
          try FieldTable.generationConfiguration.check(field, in: "", at: "")
        } catch let error as FieldError {
          guard case .notCarriedOut(let path, let value, _, let meaning) = error else { continue }
          notes.append(
            "generation_config.json: \(path) is \(value.shown), which transformers' generate does (\(meaning)); here the command's options alone count"
          )
        }
      }
      return notes
    }
  }
}
