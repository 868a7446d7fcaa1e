internal import CMCZlib

/// What zlib does for archives.
enum Inflation {
  /// The CRC-32 of bytes.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = crc32(0, nil, 0)
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      checksum = crc32(checksum, piece.bindMemory(to: UInt8.self).baseAddress, UInt32(piece.count))
      rest = rest.dropFirst(piece.count)
    }
    return UInt32(truncatingIfNeeded: checksum)
  }

  /// The contents of deflated bytes, which must be exactly as long as the entry says.
  static func inflate(_ bytes: UnsafeRawBufferPointer, _ entry: ZipArchive.Entry) throws(ZipError) -> [UInt8]
  {
    try inflate(bytes, entry, count: entry.size)
  }

  /// The first bytes of the contents, or all of them, which must then end there.
  static func inflate(
    _ bytes: UnsafeRawBufferPointer, _ entry: ZipArchive.Entry, count: Int
  ) throws(ZipError) -> [UInt8] {
    // Both lengths are 32 bits in zlib.
    let limit = 1 << 31
    guard bytes.count < limit, entry.size < limit else {
      throw .tooLarge(entry: entry.name, bytes: UInt64(entry.size), limit: UInt64(limit))
    }
    var stream = z_stream()
    guard czl_inflate_init(&stream, -MAX_WBITS) == Z_OK else {
      throw .damaged(entry: entry.name, reason: "zlib does not start")
    }
    defer { inflateEnd(&stream) }
    var status = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      stream.next_in = UnsafeMutablePointer(
        mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(bytes.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(count)
      status = CMCZlib.inflate(&stream, count < entry.size ? Z_SYNC_FLUSH : Z_FINISH)
      filled = count - Int(stream.avail_out)
    }
    let isWhole = count < entry.size ? status == Z_OK : status == Z_STREAM_END
    guard isWhole, output.count == count else {
      throw .damaged(entry: entry.name, reason: "it does not give the \(entry.size) bytes it claims")
    }
    return output
  }
}
