/// GPT-2's table of 256 printable characters that stand for the 256 bytes.
///
/// Bytes that are printable in Latin-1 stand for themselves; the other 68 are U+0100 and up, in ascending order.
/// Source: the `bytes_to_unicode` rule published with GPT-2.
package enum ByteLevelAlphabet {
  /// The character of each byte.
  package static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (0..<256).map { (byte: UInt32) in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(UInt8(byte))
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? "?"
      }
    }
  }()

  /// The byte of each character below U+0180, or -1.
  private static let bytes: [Int16] = {
    var table = [Int16](repeating: -1, count: 0x180)
    for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = Int16(byte) }
    return table
  }()

  /// Appends the bytes that the characters of a piece stand for.
  ///
  /// - Returns: Whether every character is in the table; where not, what was appended is incomplete.
  package static func appendBytes(of piece: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { table in
      var i = 0
      while i < piece.count {
        let lead = piece[i]
        var scalar = Int(lead)
        if lead >= 0x80 {
          // Only two-byte characters can be below U+0180.
          guard lead & 0xE0 == 0xC0, i + 1 < piece.count, piece[i + 1] & 0xC0 == 0x80 else { return false }
          scalar = Int(lead & 0x1F) << 6 | Int(piece[i + 1] & 0x3F)
          i += 1
        }
        guard scalar < table.count, table[scalar] >= 0 else { return false }
        output.append(UInt8(table[scalar]))
        i += 1
      }
      return true
    }
  }

  /// The piece that spells some bytes.
  package static func piece(of bytes: some Sequence<UInt8>) -> String {
    var piece = String.UnicodeScalarView()
    for byte in bytes { piece.append(scalars[Int(byte)]) }
    return String(piece)
  }
}
