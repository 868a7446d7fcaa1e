internal import CMCCompression
internal import CMCPrimitives

/// What deflate does for archives.
enum Inflation {
  /// The CRC-32 of bytes.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 { Deflate.checksum(bytes) }

  /// The contents of deflated bytes, which must be exactly as long as the entry says.
  static func inflate(_ bytes: UnsafeRawBufferPointer, _ entry: ZipArchive.Entry) throws(ZipError) -> [UInt8]
  {
    try inflate(bytes, entry, count: entry.size)
  }

  /// The first bytes of the contents, or all of them, which must then end there.
  static func inflate(
    _ bytes: UnsafeRawBufferPointer, _ entry: ZipArchive.Entry, count: Int
  ) throws(ZipError) -> [UInt8] {
    guard bytes.count < Deflate.limit, entry.size < Deflate.limit else {
      throw .tooLarge(entry: entry.name, bytes: UInt64(entry.size), limit: UInt64(Deflate.limit))
    }
    guard let output = Deflate.inflate(bytes, count: count, isAll: count == entry.size) else {
      throw .damaged(entry: entry.name, reason: "it does not give the \(entry.size) bytes it claims")
    }
    return output
  }
}
