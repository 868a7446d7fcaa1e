internal import CMCPrimitives

/// Calls `body` with the bytes of a file, or of standard input where it is nil, block by block; what is compressed with gzip
/// or Zstandard is given as what it was, whatever the file is called.
///
/// - Parameters:
///   - file: The file; nil is standard input.
///   - offset: How many bytes of what it was are left out; of a file that is not compressed they are not read.
///   - body: Gets the next bytes, and how many of the file have been read for them and all before.
/// - Throws: `FileError` with the system's reason or a ``CompressionError``, and what `body` throws.
package func forEachPlainBlock(
  of file: String?, from offset: Int = 0, _ body: (ArraySlice<UInt8>, _ read: Int) throws -> Void
) throws {
  let name = file ?? "standard input"
  var beginning: [UInt8]? = []
  var stream: CompressedStream?
  var (left, read) = (offset, 0)
  func give(_ bytes: ArraySlice<UInt8>) throws {
    if left >= bytes.count {
      left -= bytes.count
      return
    }
    let rest = bytes.dropFirst(left)
    left = 0
    try body(rest, read)
  }
  func take(_ block: ArraySlice<UInt8>) throws {
    guard let stream else { return try give(block) }
    try withFile(name) { try block.withUnsafeBytes { try stream.append($0, give) } }
  }
  func begin() throws {
    guard let bytes = beginning else { return }
    beginning = nil
    if let format = CompressionFormat(beginning: bytes) {
      stream = try withFile(name) { try CompressedStream(format) }
    }
    try take(bytes[...])
  }
  // What is not compressed begins at its place: the beginning tells, and is not read again.
  let place = offset > 0 ? try file.map { try plainPlace(of: $0, offset) } ?? 0 : 0
  if place > 0 {
    (left, read, beginning) = (0, place, nil)
  }
  try forEachBlock(of: file, from: place) { block in
    read += block.count
    guard beginning != nil else { return try take(block) }
    beginning?.append(contentsOf: block)
    // A pipe may give the first bytes one by one.
    if let bytes = beginning, bytes.count >= 4 { try begin() }
  }
  try begin()
  if let stream { try withFile(name) { try stream.finish() } }
}

/// Where to begin in a file to leave out bytes of what it says: there, or at 0 where it is compressed.
private func plainPlace(of file: String, _ offset: Int) throws -> Int {
  var beginning: [UInt8] = []
  struct Enough: Error {}
  do {
    try forEachBlock(of: file) { block in
      beginning += block.prefix(4)
      if beginning.count >= 4 { throw Enough() }
    }
  } catch is Enough {}
  return CompressionFormat(beginning: beginning) == nil ? offset : 0
}
