internal import CMCPrimitives

/// Walks the table of contents at the end of an archive.
struct ZipDirectory {
  private let file: UnsafeRawBufferPointer
  private var reader: ByteReader
  private let start: Int
  /// How many entries the table says it has.
  let count: Int

  /// Finds the table.
  init(_ file: UnsafeRawBufferPointer) throws(ZipError) {
    self.file = file
    let end = try Self.end(of: file)
    var entries = UInt64(Self.load(UInt16.self, file, end + 10))
    var size = UInt64(Self.load(UInt32.self, file, end + 12))
    var offset = UInt64(Self.load(UInt32.self, file, end + 16))
    if entries == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      // The 64-bit record is named by a locator right before the end record.
      guard end >= 20, Self.load(UInt32.self, file, end - 20) == 0x0706_4B50 else { throw .noDirectory }
      let place = Self.load(UInt64.self, file, end - 12)
      guard let at = Int(exactly: place), at <= file.count - 56 else {
        throw .outOfBounds(part: "the 64-bit end record", at: place, needed: 56, size: file.count)
      }
      guard Self.load(UInt32.self, file, at) == 0x0606_4B50 else {
        throw .badSignature(part: "the 64-bit end record", at: at)
      }
      entries = Self.load(UInt64.self, file, at + 32)
      size = Self.load(UInt64.self, file, at + 40)
      offset = Self.load(UInt64.self, file, at + 48)
    }
    guard let from = Int(exactly: offset), let length = Int(exactly: size), from <= file.count,
      length <= file.count - from
    else { throw .outOfBounds(part: "the table of contents", at: offset, needed: size, size: file.count) }
    // A row has 46 bytes at least.
    guard entries <= UInt64(length / 46), entries <= UInt64(ZipArchive.entryLimit) else {
      throw .tooManyEntries(Int(clamping: entries))
    }
    count = Int(entries)
    start = from
    reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[from..<from + length]))
  }

  /// The next entry; nil for a folder.
  mutating func next() throws(ZipError) -> ZipArchive.Entry? {
    do {
      return try row()
    } catch let error as ZipError {
      throw error
    } catch let error as ByteReaderError {
      guard case .truncated(let at, let needed, let remaining) = error else { throw .noDirectory }
      throw .outOfBounds(
        part: "the table of contents", at: UInt64(start + at), needed: needed, size: remaining)
    } catch {
      throw .noDirectory
    }
  }

  private mutating func row() throws -> ZipArchive.Entry? {
    let at = start + reader.offset
    guard try reader.read(UInt32.self) == 0x0201_4B50 else {
      throw ZipError.badSignature(part: "a row of the table of contents", at: at)
    }
    try reader.skip(4)
    let flags = try reader.read(UInt16.self)
    let method = try reader.read(UInt16.self)
    try reader.skip(4)
    let checksum = try reader.read(UInt32.self)
    var compressed = UInt64(try reader.read(UInt32.self))
    var size = UInt64(try reader.read(UInt32.self))
    let nameLength = try reader.read(UInt16.self)
    let extraLength = try reader.read(UInt16.self)
    let commentLength = try reader.read(UInt16.self)
    try reader.skip(8)
    var offset = UInt64(try reader.read(UInt32.self))
    let name = String(decoding: try reader.take(nameLength), as: UTF8.self)
    try Self.widen(try reader.take(extraLength), &size, &compressed, &offset)
    try reader.skip(commentLength)
    if name.hasSuffix("/") { return nil }
    if flags & 1 != 0 { throw ZipError.unreadable(entry: name, reason: "it is encrypted") }
    guard method == 0 || method == 8 else {
      throw ZipError.unreadable(
        entry: name, reason: "compression method \(method); stored and deflated are read")
    }
    let range = try data(name, offset, compressed)
    // Deflate cannot make more than 1032 bytes of one.
    let limit = method == 0 ? compressed : compressed * 1032 + 64
    guard size <= limit, method == 8 || size == compressed, let length = Int(exactly: size) else {
      throw ZipError.tooLarge(entry: name, bytes: size, limit: limit)
    }
    return ZipArchive.Entry(
      name: name, isDeflated: method == 8, size: length, bytes: range, checksum: checksum)
  }

  /// Where an entry's bytes are: behind its own header, whose lengths can differ from the table's.
  private func data(_ name: String, _ offset: UInt64, _ length: UInt64) throws(ZipError) -> Range<Int> {
    guard let at = Int(exactly: offset), at <= file.count - 30 else {
      throw .outOfBounds(part: name, at: offset, needed: 30, size: file.count)
    }
    guard Self.load(UInt32.self, file, at) == 0x0403_4B50 else { throw .badSignature(part: name, at: at) }
    let start =
      at + 30 + Int(Self.load(UInt16.self, file, at + 26)) + Int(Self.load(UInt16.self, file, at + 28))
    guard start <= file.count, let count = Int(exactly: length), count <= file.count - start else {
      throw .outOfBounds(part: name, at: UInt64(start), needed: length, size: file.count)
    }
    return start..<start + count
  }

  /// Takes the 64-bit numbers of an extra field for those that are all ones.
  private static func widen(
    _ extra: UnsafeRawBufferPointer, _ size: inout UInt64, _ compressed: inout UInt64, _ offset: inout UInt64
  ) throws {
    var reader = ByteReader(extra)
    while reader.remaining >= 4 {
      let id = try reader.read(UInt16.self)
      var field = ByteReader(try reader.take(try reader.read(UInt16.self)))
      guard id == 1 else { continue }
      if size == 0xFFFF_FFFF { size = try field.read() }
      if compressed == 0xFFFF_FFFF { compressed = try field.read() }
      if offset == 0xFFFF_FFFF { offset = try field.read() }
    }
  }

  /// The end record: it is the last thing but for a comment of up to 65 535 bytes.
  private static func end(of file: UnsafeRawBufferPointer) throws(ZipError) -> Int {
    guard file.count >= 22 else { throw .noDirectory }
    var at = file.count - 22
    let first = max(0, at - 0xFFFF)
    while at >= first {
      if load(UInt32.self, file, at) == 0x0605_4B50,
        Int(load(UInt16.self, file, at + 20)) == file.count - at - 22
      {
        return at
      }
      at -= 1
    }
    throw .noDirectory
  }

  /// A number at a place that is inside the file.
  private static func load<T: FixedWidthInteger>(_ type: T.Type, _ file: UnsafeRawBufferPointer, _ at: Int)
    -> T
  {
    T(littleEndian: file.loadUnaligned(fromByteOffset: at, as: T.self))
  }
}
