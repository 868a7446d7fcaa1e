import CMCPrimitives
package import CMCVocabulary

/// The target token of least edit distance for single tokens, whatever the distance: to fill what must be filled.
///
/// Text is compared with text, everything else with fragments and byte tokens; where the target has none of the kind,
/// with text as bytes.
package final class NearestTarget: Sendable {
  private let source: Vocabulary
  private let target: Vocabulary
  private let scanners = Guarded<[SymbolTokens.Unit: EditDistanceScanner]>([:])

  /// Searches in the given target; the index is made when first asked.
  package init(source: Vocabulary, target: Vocabulary) {
    self.source = source
    self.target = target
  }

  /// The nearest target of a source token, or nil where the target has no plain token.
  ///
  /// - Complexity: O(targets) signature comparisons at worst.
  package func id(of id: Int32) -> Int32? {
    let bytes = source.canonical[Int(id)]
    let isText = source.kind(id) == .text || source.kind(id) == .special
    return scanners.withLock { scanners in
      for unit in isText ? [SymbolTokens.Unit.scalars, .bytes] : [.bytes, .scalars] {
        var scanner = scanners[unit] ?? makeScanner(unit)
        let choice = scanner.nearest(to: bytes, seed: .unmatched, acceptsAnything: true)
        scanners[unit] = scanner
        if choice.id >= 0 { return choice.id }
      }
      return nil
    }
  }

  private func makeScanner(_ unit: SymbolTokens.Unit) -> EditDistanceScanner {
    let tokens = SymbolTokens(target, kinds: unit == .scalars ? [.text] : [.fragment, .byte], unit: unit)
    return EditDistanceScanner(tokens: tokens, isa: .current)
  }
}
