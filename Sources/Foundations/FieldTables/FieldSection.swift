/// One kind of object in a format, such as `normalizer: Strip` of `tokenizer.json`.
package struct FieldSection: Sendable {
  /// Its name; empty for the top of a file that has one kind of object only.
  package let name: String
  /// Its fields.
  package let rows: [FieldRow]

  /// - Precondition: No two rows have one name.
  package init(_ name: String = "", _ rows: [FieldRow]) {
    self.name = name
    self.rows = rows
  }
}

/// One field of a format, and what is done with it.
package struct FieldRow: Sendable {
  /// The field's name in the file.
  package let name: String
  /// What is done with it.
  package let treatment: FieldTreatment
  /// What it says, or why it is harmless or refused; one line.
  package let meaning: String

  /// A field that is done as the format's own library does it.
  package static func carriedOut(_ name: String, _ meaning: String) -> FieldRow {
    FieldRow(name: name, treatment: .carriedOut, meaning: meaning)
  }

  /// A field on which no result depends.
  ///
  /// - Parameter why: Why not.
  package static func harmless(_ name: String, _ why: String) -> FieldRow {
    FieldRow(name: name, treatment: .harmless, meaning: why)
  }

  /// A field that is not carried out: the file is refused unless it has one of these values.
  ///
  /// - Parameters:
  ///   - values: The values that ask for nothing; none where the field's presence alone is refused.
  ///   - meaning: What it would ask for.
  package static func refused(_ name: String, unless values: FieldValue..., asks meaning: String) -> FieldRow
  {
    FieldRow(name: name, treatment: .refusedUnless(values), meaning: meaning)
  }
}

/// What is done with a field.
package enum FieldTreatment: Sendable, Equatable {
  /// It is done as the format's own library does it.
  case carriedOut
  /// No result of this program depends on it.
  case harmless
  /// The file is refused unless the field has one of these values, which ask for nothing.
  case refusedUnless([FieldValue])
}
