internal import CMCPrimitives

/// The table of contents of a zip archive.
///
/// Read are stored and deflated entries and archives of more than 4 GiB (ZIP64); encrypted ones and archives in several
/// parts are not. Nothing is trusted: every offset is checked, a deflated entry cannot claim more than deflate can
/// give, and contents must have their checksum. Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3.
package struct ZipArchive: Sendable, Equatable {
  /// One file of the archive.
  package struct Entry: Sendable, Equatable {
    /// Its name, with `/` between folders.
    package let name: String
    /// Whether it is compressed.
    package let isDeflated: Bool
    /// Its size when read.
    package let size: Int
    /// Its bytes in the archive.
    package let bytes: Range<Int>
    /// The CRC-32 of its contents.
    package let checksum: UInt32
  }

  /// The most entries that are read.
  package static let entryLimit = 1 << 20

  /// The most bytes that deflated entries give together, where they are not packed to more than a 64th.
  ///
  /// Arrays of measured numbers are packed to a half at best; what is packed a thousand times is made to fill the memory.
  package static let contentLimit = 1 << 26

  /// The files, in the order of the table.
  package let entries: [Entry]

  /// Whether a file that begins with these bytes can be a zip archive.
  package static func looksLike(_ file: UnsafeRawBufferPointer) -> Bool {
    file.starts(with: [0x50, 0x4B, 3, 4])
  }

  /// Reads the table of contents of a whole file.
  ///
  /// - Throws: ``ZipError``.
  package init(parsing file: UnsafeRawBufferPointer) throws(ZipError) {
    var directory = try ZipDirectory(file)
    var entries: [Entry] = []
    var names: Set<String> = []
    for _ in 0..<directory.count {
      guard let entry = try directory.next() else { continue }
      guard names.insert(entry.name).inserted else { throw .duplicateName(entry.name) }
      entries.append(entry)
    }
    try Self.checkSizes(entries, file.count)
    self.entries = entries
  }

  /// No two entries share bytes, and all together unpack to no more than an archive of this size is for.
  private static func checkSizes(_ entries: [Entry], _ fileSize: Int) throws(ZipError) {
    var end = 0
    var last = ""
    for entry in entries.sorted(by: { $0.bytes.lowerBound < $1.bytes.lowerBound }) where !entry.bytes.isEmpty
    {
      guard entry.bytes.lowerBound >= end else { throw .overlap(first: last, second: entry.name) }
      (end, last) = (entry.bytes.upperBound, entry.name)
    }
    let limit = max(contentLimit, fileSize.multipliedReportingOverflow(by: 64).partialValue)
    var sum = 0
    for entry in entries where entry.isDeflated {
      // Each is at most 1032 times as large as its bytes, which do not overlap: no sum overflows.
      sum += entry.size
      guard sum <= limit else {
        throw .tooMuch(entry: entry.name, bytes: UInt64(sum), limit: UInt64(limit))
      }
    }
  }

  /// The entry of a name, or nil.
  package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// The contents of an entry, with their checksum checked.
  ///
  /// - Throws: ``ZipError``.
  package func contents(of entry: Entry, in file: UnsafeRawBufferPointer) throws(ZipError) -> [UInt8] {
    guard entry.bytes.upperBound <= file.count else {
      throw .outOfBounds(
        part: entry.name, at: UInt64(entry.bytes.lowerBound), needed: UInt64(entry.bytes.count),
        size: file.count)
    }
    let raw = UnsafeRawBufferPointer(rebasing: file[entry.bytes])
    let bytes = entry.isDeflated ? try Inflation.inflate(raw, entry) : Array(raw)
    guard bytes.withUnsafeBytes(Inflation.checksum) == entry.checksum else {
      throw .damaged(entry: entry.name, reason: "its checksum is another")
    }
    return bytes
  }

  /// The first bytes of an entry, all where it is shorter; their checksum is not checked.
  ///
  /// - Throws: ``ZipError``.
  package func beginning(
    of entry: Entry, in file: UnsafeRawBufferPointer, count: Int
  ) throws(ZipError) -> [UInt8] {
    guard entry.bytes.upperBound <= file.count else {
      throw .outOfBounds(
        part: entry.name, at: UInt64(entry.bytes.lowerBound), needed: UInt64(entry.bytes.count),
        size: file.count)
    }
    let raw = UnsafeRawBufferPointer(rebasing: file[entry.bytes])
    let count = min(count, entry.size)
    return entry.isDeflated ? try Inflation.inflate(raw, entry, count: count) : Array(raw.prefix(count))
  }

  /// Checks the checksum of a stored entry, which can then be used in place.
  ///
  /// - Throws: ``ZipError``.
  package func verify(_ entry: Entry, in file: UnsafeRawBufferPointer) throws(ZipError) {
    guard !entry.isDeflated, entry.bytes.upperBound <= file.count else {
      throw .unreadable(entry: entry.name, reason: "it is compressed and cannot be used in place")
    }
    guard Inflation.checksum(UnsafeRawBufferPointer(rebasing: file[entry.bytes])) == entry.checksum else {
      throw .damaged(entry: entry.name, reason: "its checksum is another")
    }
  }
}
