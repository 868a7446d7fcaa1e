/// Many short byte strings in one allocation: row `i` is the bytes between two offsets.
///
/// A vocabulary of 262 144 tokens held as `[[UInt8]]` costs a heap block a token; this costs four bytes a token
/// beside the text itself.
public struct ByteTable: Sendable, Equatable {
  /// All rows, one after the other.
  public private(set) var bytes: [UInt8]
  /// Where each row starts, and where the last one ends: `count + 1` ascending values.
  public private(set) var offsets: [UInt32]

  /// An empty table with room for `rows` rows of `bytes` bytes in all.
  public init(rows: Int = 0, bytes: Int = 0) {
    self.bytes = []
    self.bytes.reserveCapacity(bytes)
    offsets = []
    offsets.reserveCapacity(rows + 1)
    offsets.append(0)
  }

  /// A table of the given strings, in order.
  public init(_ rows: some Sequence<some Sequence<UInt8>>) {
    self.init()
    for row in rows { append(row) }
  }

  /// The number of rows.
  public var count: Int { offsets.count - 1 }

  /// The bytes of one row.
  public subscript(row: Int) -> ArraySlice<UInt8> {
    bytes[Int(offsets[row])..<Int(offsets[row + 1])]
  }

  /// The length of one row in bytes.
  public func length(_ row: Int) -> Int { Int(offsets[row + 1] - offsets[row]) }

  /// Adds a row at the end.
  public mutating func append(_ row: some Sequence<UInt8>) {
    bytes.append(contentsOf: row)
    endRow()
  }

  /// Adds a row at the end; not generic, for hundreds of thousands of rows.
  public mutating func append(_ row: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: row)
    endRow()
  }

  /// Lets `body` append the bytes of a new last row, and gives what it returns.
  public mutating func appendRow<R>(_ body: (inout [UInt8]) throws -> R) rethrows -> R {
    let result = try body(&bytes)
    endRow()
    return result
  }

  /// Runs `body` over all bytes and offsets without bounds checks on each access.
  public func withUnsafeRows<R>(_ body: (UnsafeRows) throws -> R) rethrows -> R {
    try bytes.withUnsafeBufferPointer { bytes in
      try offsets.withUnsafeBufferPointer { try body(UnsafeRows(bytes: bytes, offsets: $0)) }
    }
  }

  /// Closes the row being written. Readers bound their input far below the 4 GiB that the offsets can address.
  private mutating func endRow() {
    precondition(bytes.count <= Int(UInt32.max), "a byte table holds at most 4 GiB")
    offsets.append(UInt32(bytes.count))
  }
}

extension ByteTable {
  /// The rows as unsafe buffers, for the length of one closure.
  public struct UnsafeRows {
    let bytes: UnsafeBufferPointer<UInt8>
    let offsets: UnsafeBufferPointer<UInt32>

    /// The number of rows.
    public var count: Int { offsets.count - 1 }

    /// The bytes of one row.
    public subscript(row: Int) -> UnsafeBufferPointer<UInt8> {
      let start = Int(offsets[row])
      return UnsafeBufferPointer(rebasing: bytes[start..<Int(offsets[row + 1])])
    }
  }
}
