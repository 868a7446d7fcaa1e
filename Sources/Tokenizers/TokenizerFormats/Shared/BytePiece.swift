/// The spelling `<0xNN>` of a byte-fallback token.
enum BytePiece {
  /// The byte that a piece spells, or nil where it is not of that form.
  static func byte(_ piece: UnsafeBufferPointer<UInt8>) -> UInt8? {
    guard piece.count == 6, piece[0] == UInt8(ascii: "<"), piece[1] == UInt8(ascii: "0"),
      piece[2] == UInt8(ascii: "x"), piece[5] == UInt8(ascii: ">"),
      let high = HexDigit.value(piece[3]), let low = HexDigit.value(piece[4])
    else { return nil }
    return high << 4 | low
  }
}
