import CMCPrimitives
package import CMCVocabulary

/// Repeats the mapping of the CMC reference scripts, their oddities included (`--compat cmc`).
///
/// Pieces are compared as raw strings. A special token, and every piece of more than two characters between `<` and `>`,
/// keeps its own id; then equal pieces; then the prefix rule over all pieces, byte tokens among them.
/// Source: ExactSemantics, section 2.
package struct ReferenceAligner: Sendable {
  private let source: Vocabulary
  private let sourcePieces: ByteTable
  private let targetPieces: ByteTable

  /// Takes the pieces of both tokenizers in their HF spelling.
  package init(source: TokenizerDescription, target: TokenizerDescription) {
    self.source = source.vocabulary
    sourcePieces = ReferencePieces.table(source)
    targetPieces = ReferencePieces.table(target)
  }

  /// Where every source id goes; copied ids may lie beyond the target.
  func choices(threads: Int) throws -> [TargetChoice] {
    let forms = SortedForms(rows: sourcePieces)
    let targets = SortedForms(rows: targetPieces)
    let found = try PrefixWalk(blank: Array("▁".utf8), measuresBytes: false).run(
      source: forms.text, sourceBytes: forms.bytes, target: targets.text, targetBytes: targets.bytes,
      threads: threads)
    var choices = [TargetChoice](repeating: .unmatched, count: source.idLimit)
    for (form, found) in zip(forms.text, found) {
      let id = Int(form.id)
      if keepsItsID(id) {
        choices[id] = TargetChoice(id: form.id, method: .role, distance: 0)
      } else if found.exact >= 0 {
        choices[id] = TargetChoice(id: found.exact, method: .exact, distance: 0)
      } else if found.nearest != .max {
        choices[id] = TargetChoice(
          id: Int32(truncatingIfNeeded: found.nearest & 0xFFFF_FFFF), method: .prefix,
          distance: Int32(found.nearest >> 32))
      }
    }
    return choices
  }

  private func keepsItsID(_ id: Int) -> Bool {
    if source.kinds[id] == .special { return true }
    let piece = sourcePieces[id]
    guard piece.first == UInt8(ascii: "<"), piece.last == UInt8(ascii: ">") else { return false }
    return String(decoding: piece, as: UTF8.self).unicodeScalars.count > 2
  }
}
