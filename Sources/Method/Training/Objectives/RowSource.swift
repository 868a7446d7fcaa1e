/// What gives logits of another model at the targets of documents: a template, a reference.
package protocol RowSource: AnyObject {
  /// Writes the logits at the targets of some documents, one row after another.
  ///
  /// - Parameters:
  ///   - documents: The documents.
  ///   - columns: The length of a row.
  ///   - out: Σ targets × columns.
  /// - Throws: What computing can run into.
  func rows(of documents: ArraySlice<Document>, columns: Int, into out: UnsafeMutablePointer<Float>) throws
}
