import CMCVocabulary

/// A piece for an error message or a note: printable, and cut where it is long.
///
/// - Complexity: O(1): a hostile piece may have megabytes.
func shownPiece(_ bytes: some Sequence<UInt8>) -> String {
  let head = Array(bytes.prefix(41))
  let kind: TokenKind = isValidUTF8(head.prefix(40)) ? .text : .fragment
  return TokenDisplay.string(head.prefix(40), kind: kind) + (head.count > 40 ? "…" : "")
}
