/// The rows by which converters pad a list of tokens to the width of the logits: `[PAD123]`.
enum PaddingRow {
  /// Whether a piece is such a row: its number is its own id, or, in unused rows, one less (converters of XLM-R models
  /// shift all ids by one and forget these).
  static func matches(_ piece: UnsafeBufferPointer<UInt8>, id: Int, isUnused: Bool) -> Bool {
    guard piece.count >= 6, piece.count <= 16, piece[0] == UInt8(ascii: "["),
      piece[piece.count - 1] == UInt8(ascii: "]"),
      piece[1] == UInt8(ascii: "P"), piece[2] == UInt8(ascii: "A"), piece[3] == UInt8(ascii: "D")
    else { return false }
    var number = 0
    for digit in piece[4..<piece.count - 1] {
      guard digit >= 0x30, digit <= 0x39 else { return false }
      number = number * 10 + Int(digit - 0x30)
    }
    return number == id || (isUnused && number == id - 1)
  }
}
