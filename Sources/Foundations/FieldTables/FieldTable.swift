/// Every field of one file format, with what is done with it.
///
/// A reader works from its table: ``check(_:in:at:)`` takes an object's fields as the file has them, refuses what is not
/// carried out, and returns the names that the table does not know. The same rows are printed by `cmc formats` and stand
/// in the documentation; a test holds them against the field list of the format's own library.
package struct FieldTable: Sendable {
  /// What becomes of a field that has no row.
  package enum Unlisted: String, Sendable, Codable {
    /// It is refused: it could change a result.
    case refused
    /// Its name goes to a note: files carry many that cannot change a result.
    case noted
  }

  /// The format's name, as `cmc formats NAME` takes it, such as `tokenizer.json`.
  package let format: String
  /// Whose fields these are: library, class or definition.
  package let definedBy: String
  /// What becomes of a field that has no row.
  package let unlisted: Unlisted
  /// The kinds of object in the format, in the order they are shown.
  package let sections: [FieldSection]

  /// - Precondition: No two sections have one name.
  package init(_ format: String, definedBy: String, unlisted: Unlisted, sections: [FieldSection]) {
    self.format = format
    self.definedBy = definedBy
    self.unlisted = unlisted
    self.sections = sections
  }

  /// The section of a kind of object, or nil.
  package subscript(section: String) -> FieldSection? { sections.first { $0.name == section } }

  /// Holds an object of a file against the table.
  ///
  /// - Parameters:
  ///   - fields: Its fields, as the file has them.
  ///   - section: The kind of object. One that is not in the table has no rows.
  ///   - place: Where the object stands, as in `normalizer`; empty at the top of the file.
  /// - Returns: The names of the fields that have no row, in the file's order; empty where those are refused.
  /// - Throws: ``FieldError`` at the first field that is not carried out.
  /// - Complexity: O(fields × rows).
  @discardableResult
  package func check(
    _ fields: some Sequence<(name: String, value: FieldValue)>, in section: String, at place: String
  ) throws(FieldError) -> [String] {
    let rows = self[section]?.rows ?? []
    var unknown: [String] = []
    for (name, value) in fields {
      let path = place.isEmpty ? name : "\(place).\(name)"
      guard let row = rows.first(where: { $0.name == name }) else {
        if unlisted == .refused { throw FieldError.unlisted(path: path, format: format) }
        unknown.append(name)
        continue
      }
      guard case .refusedUnless(let values) = row.treatment, !values.contains(value) else { continue }
      throw FieldError.notCarriedOut(path: path, value: value, allowed: values, meaning: row.meaning)
    }
    return unknown
  }
}
