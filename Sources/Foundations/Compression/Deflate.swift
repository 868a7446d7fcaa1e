internal import CMCZlib

/// What zlib does for data that is in memory: the entries of archives.
package enum Deflate {
  /// The CRC-32 of bytes.
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = crc32(0, nil, 0)
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      checksum = crc32(checksum, piece.bindMemory(to: UInt8.self).baseAddress, UInt32(piece.count))
      rest = rest.dropFirst(piece.count)
    }
    return UInt32(truncatingIfNeeded: checksum)
  }

  /// The most bytes that go in or come out at once: both lengths are 32 bits in zlib.
  package static let limit = 1 << 31

  /// The first bytes of deflated data without a header.
  ///
  /// - Parameters:
  ///   - bytes: The data, below ``limit``.
  ///   - count: How many bytes to give, below ``limit``.
  ///   - isAll: Whether that is all there should be.
  /// - Returns: nil where the data is damaged, or gives fewer bytes, or more where it should not.
  package static func inflate(_ bytes: UnsafeRawBufferPointer, count: Int, isAll: Bool) -> [UInt8]? {
    guard bytes.count < limit, count < limit else { return nil }
    var stream = z_stream()
    guard czl_inflate_init(&stream, -MAX_WBITS) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var status = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      stream.next_in = UnsafeMutablePointer(
        mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(bytes.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(count)
      status = CMCZlib.inflate(&stream, isAll ? Z_FINISH : Z_SYNC_FLUSH)
      filled = count - Int(stream.avail_out)
    }
    let isWhole = isAll ? status == Z_STREAM_END : status == Z_OK
    return isWhole && output.count == count ? output : nil
  }
}
