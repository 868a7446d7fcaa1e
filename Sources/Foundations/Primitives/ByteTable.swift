/// Many short byte strings in one allocation: row `i` is the bytes between two offsets.
///
/// A vocabulary of 262 144 tokens held as `[[UInt8]]` costs a heap block a token; this costs four bytes a token
/// beside the text itself.
///
/// It is public, unlike its neighbours: the compiler takes what is inlinable into other modules only then, and rows are
/// read in the innermost loops of aligning (5 % of its instructions).
public struct ByteTable: Sendable, Equatable {
  /// All rows, one after the other.
  @inlinable public var bytes: [UInt8] { storage }
  @usableFromInline var storage: [UInt8]
  /// Where each row starts, and where the last one ends: `count + 1` ascending values.
  @inlinable public var offsets: [UInt32] { starts }
  @usableFromInline var starts: [UInt32]

  /// An empty table with room for `rows` rows of `bytes` bytes in all.
  public init(rows: Int = 0, bytes: Int = 0) {
    storage = []
    storage.reserveCapacity(bytes)
    starts = []
    starts.reserveCapacity(rows + 1)
    starts.append(0)
  }

  /// A table of the given strings, in order.
  public init(_ rows: some Sequence<some Sequence<UInt8>>) {
    self.init()
    for row in rows { append(row) }
  }

  /// The number of rows.
  @inlinable public var count: Int { starts.count - 1 }

  /// The bytes of one row.
  @inlinable public subscript(row: Int) -> ArraySlice<UInt8> {
    storage[Int(starts[row])..<Int(starts[row + 1])]
  }

  /// The length of one row in bytes.
  @inlinable public func length(_ row: Int) -> Int { Int(starts[row + 1] - starts[row]) }

  /// Adds a row at the end.
  @inlinable public mutating func append(_ row: some Sequence<UInt8>) {
    storage.append(contentsOf: row)
    endRow()
  }

  /// Adds a row at the end; not generic, for hundreds of thousands of rows.
  public mutating func append(_ row: UnsafeBufferPointer<UInt8>) {
    storage.append(contentsOf: row)
    endRow()
  }

  /// Lets `body` append the bytes of a new last row, and gives what it returns.
  @inlinable public mutating func appendRow<R>(_ body: (inout [UInt8]) throws -> R) rethrows -> R {
    let result = try body(&storage)
    endRow()
    return result
  }

  /// Runs `body` over all bytes and offsets without bounds checks on each access.
  @inlinable public func withUnsafeRows<R>(_ body: (UnsafeRows) throws -> R) rethrows -> R {
    try storage.withUnsafeBufferPointer { bytes in
      try starts.withUnsafeBufferPointer { try body(UnsafeRows(bytes: bytes, offsets: $0)) }
    }
  }

  /// Closes the row being written.
  ///
  /// Readers bound their input far below the 4 GiB that the offsets can address.
  @usableFromInline mutating func endRow() {
    precondition(storage.count <= Int(UInt32.max), "a byte table holds at most 4 GiB")
    starts.append(UInt32(storage.count))
  }
}

extension ByteTable {
  /// The rows as unsafe buffers, for the length of one closure.
  public struct UnsafeRows {
    @usableFromInline let bytes: UnsafeBufferPointer<UInt8>
    @usableFromInline let offsets: UnsafeBufferPointer<UInt32>

    @inlinable init(bytes: UnsafeBufferPointer<UInt8>, offsets: UnsafeBufferPointer<UInt32>) {
      self.bytes = bytes
      self.offsets = offsets
    }

    /// The number of rows.
    @inlinable public var count: Int { offsets.count - 1 }

    /// The bytes of one row.
    @inlinable public subscript(row: Int) -> UnsafeBufferPointer<UInt8> {
      let start = Int(offsets[row])
      return UnsafeBufferPointer(rebasing: bytes[start..<Int(offsets[row + 1])])
    }
  }
}
