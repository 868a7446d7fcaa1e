import CMCPrimitives
import CMCVocabulary

/// The piece of each single character: one look for those below U+10000.
struct CharacterTable: Sendable {
  private let low: [Int32]
  private let high: [UInt32: Int32]

  /// Collects the pieces of one character.
  ///
  /// - Complexity: O(pieces).
  init(_ pieces: ByteStringIndex) {
    var low = [Int32](repeating: -1, count: 0x1_0000)
    var high: [UInt32: Int32] = [:]
    pieces.withUnsafeLookup { lookup in
      pieces.table.withUnsafeRows { rows in
        for row in 0..<rows.count {
          let piece = rows[row]
          guard let first = piece.first, piece.count == characterLength(first), isValidUTF8(piece),
            // A row that is left out of the index, or a later one of two equal ones, is not found.
            let id = lookup.row(of: piece)
          else { continue }
          let value = scalar(at: 0, in: piece).scalar.value
          if value < 0x1_0000 { low[Int(value)] = Int32(id) } else { high[value] = Int32(id) }
        }
      }
    }
    self.low = low
    self.high = high
  }

  /// The table for the length of one closure.
  @inline(__always)
  func withUnsafeTable<R>(_ body: (UnsafeTable) -> R) -> R {
    low.withUnsafeBufferPointer { body(UnsafeTable(low: $0, high: high)) }
  }

  struct UnsafeTable {
    fileprivate let low: UnsafeBufferPointer<Int32>
    fileprivate let high: [UInt32: Int32]

    /// The piece of a character, or -1.
    @inline(__always)
    func id(of scalar: Unicode.Scalar) -> Int32 {
      scalar.value < 0x1_0000 ? low[Int(scalar.value)] : high[scalar.value] ?? -1
    }
  }
}
