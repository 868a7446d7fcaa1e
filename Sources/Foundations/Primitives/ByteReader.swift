/// Reads numbers and byte runs from a buffer of untrusted bytes, never past its end.
package struct ByteReader {
  private let buffer: UnsafeRawBufferPointer
  /// The offset of the next byte.
  package private(set) var offset: Int

  /// Reads `buffer` from its start; the reader must not outlive it.
  package init(_ buffer: UnsafeRawBufferPointer) {
    self.buffer = buffer
    offset = 0
  }

  /// How many bytes are left.
  package var remaining: Int { buffer.count - offset }

  /// Reads a little-endian integer.
  ///
  /// - Throws: ``ByteReaderError/truncated(at:needed:remaining:)``.
  package mutating func read<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(ByteReaderError) -> T {
    let size = MemoryLayout<T>.size
    try require(size)
    let value = buffer.loadUnaligned(fromByteOffset: offset, as: T.self)
    offset += size
    return T(littleEndian: value)
  }

  /// Takes `count` bytes as a buffer that is valid as long as the one given at the start.
  ///
  /// - Throws: ``ByteReaderError/truncated(at:needed:remaining:)``, also for a count that does not fit an `Int`.
  package mutating func take(_ count: some BinaryInteger) throws(ByteReaderError) -> UnsafeRawBufferPointer {
    guard let count = Int(exactly: count), count >= 0, count <= remaining else {
      throw .truncated(at: offset, needed: UInt64(clamping: count), remaining: remaining)
    }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + count])
    offset += count
    return bytes
  }

  /// Passes over `count` bytes.
  ///
  /// - Throws: ``ByteReaderError/truncated(at:needed:remaining:)``.
  package mutating func skip(_ count: some BinaryInteger) throws(ByteReaderError) {
    _ = try take(count)
  }

  private func require(_ count: Int) throws(ByteReaderError) {
    guard count <= remaining else {
      throw .truncated(at: offset, needed: UInt64(count), remaining: remaining)
    }
  }
}

/// The only thing that can go wrong when bytes are taken: there are too few.
package enum ByteReaderError: DescribedError, Equatable {
  /// At byte `at`, `needed` bytes were wanted and `remaining` were left.
  case truncated(at: Int, needed: UInt64, remaining: Int)

  /// Where the file ends too early.
  package var description: String {
    switch self {
    case .truncated(let at, let needed, let remaining):
      "ends too early: \(needed) bytes wanted at byte \(at), \(remaining) left"
    }
  }
}
