/// Turns tokens into the text that the original library gives for them, where what each contributes depends on more than
/// itself.
///
/// Tokens are given in groups, one after the other, which together give the text of all: a group begins where a decoder
/// can begin anew.
protocol TextDecoder: Sendable {
  /// Whether nothing is certain before all tokens are known.
  var needsAll: Bool { get }
  /// Whether the last token of a group is certain only when another follows.
  var holdsLast: Bool { get }

  /// Whether the library leaves a token out before anything else.
  func isSkipped(_ id: Int32, showsSpecial: Bool) -> Bool
  /// Whether a token is part of a run that is decoded together with what follows it.
  func goesOn(_ id: Int32) -> Bool
  /// The text of a group.
  ///
  /// - Parameters:
  ///   - showsSpecial: Whether special tokens appear by name.
  ///   - isBeginning: Whether no text comes before the group.
  ///   - isEnd: Whether no token follows it.
  /// - Throws: ``TokenizationError`` for what is not supported, or a pattern that gives up.
  func text(
    of ids: ArraySlice<Int32>, showsSpecial: Bool, isBeginning: Bool, isEnd: Bool
  ) throws(TokenizationError) -> [UInt8]
}

extension TextDecoder {
  /// How many of the first tokens make a group of their own, whatever follows them.
  func certainCount(_ ids: [Int32]) -> Int {
    if needsAll { return 0 }
    var count = ids.count
    if holdsLast { count -= 1 }
    while count > 0, goesOn(ids[count - 1]) { count -= 1 }
    return max(0, count)
  }
}
