import CMCPrimitives

/// Where a text can be cut without changing how it merges.
///
/// A merge across a cut would make a piece in which the two characters at the cut are neighbours. Where no piece has
/// them so, no merge crosses, and the two sides can be encoded apart: in any order, on any thread, or from a cache.
/// Neighbours are kept as one bit each of a hash; a collision only keeps a cut from being used.
struct PieceBoundaries: Sendable {
  private static let bits = 1 << 22
  private let neighbours: [UInt64]

  /// Notes the neighbours in each included row, all well-formed UTF-8.
  ///
  /// - Complexity: O(bytes of the table).
  init(_ table: ByteTable, where isIncluded: (Int) -> Bool) {
    var neighbours = [UInt64](repeating: 0, count: Self.bits / 64)
    table.withUnsafeRows { rows in
      for row in 0..<rows.count where isIncluded(row) {
        let piece = rows[row]
        var previous: UInt32?
        var place = 0
        while place < piece.count {
          let (value, length) = scalar(at: place, in: piece)
          if let previous {
            let bit = Self.bit(previous, value.value)
            neighbours[bit >> 6] |= 1 << UInt64(bit & 63)
          }
          previous = value.value
          place += length
        }
      }
    }
    self.neighbours = neighbours
  }

  /// Whether a cut between two characters is safe for certain.
  @inline(__always)
  func isSafe(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Bool {
    let bit = Self.bit(left.value, right.value)
    return neighbours[bit >> 6] >> UInt64(bit & 63) & 1 == 0
  }

  @inline(__always)
  private static func bit(_ left: UInt32, _ right: UInt32) -> Int {
    let product = (UInt64(left) << 32 | UInt64(right)).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return Int(truncatingIfNeeded: product.high ^ product.low) & (bits - 1)
  }
}
