import CMCPrimitives

/// A field that this program does not carry out, and so does not pass over either.
package enum FieldError: DescribedError, Equatable {
  /// A field that the format's table does not have.
  case unlisted(path: String, format: String)
  /// A field whose value asks for what is not carried out.
  case notCarriedOut(path: String, value: FieldValue, allowed: [FieldValue], meaning: String)

  package var description: String {
    switch self {
    case .unlisted(let path, let format):
      return "\(oneLine(path)): not a known field of \(format), and it could change a result; "
        + "`cmc formats \(format)` lists those that are carried out"
    case .notCarriedOut(let path, let value, let allowed, let meaning):
      let instead =
        allowed.isEmpty
        ? "leave it out" : "only \(allowed.map(\.shown).joined(separator: " or ")) can be used"
      return "\(oneLine(path)) is \(oneLine(value.shown)): not carried out (\(meaning)); \(instead)"
    }
  }
}
