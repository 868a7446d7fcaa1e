/// Reads a body that comes in chunks (RFC 9112, section 7.1).
struct HTTPChunks {
  private(set) var body: [UInt8] = []
  private(set) var isDone = false
  /// What of the current chunk is missing, its line end included; nil where a line with a size is next.
  private var rest: Int?
  private var isTrailer = false

  /// Takes bytes.
  ///
  /// - Returns: The place behind what was read; the rest is to be given again with more behind it.
  mutating func take(_ bytes: ArraySlice<UInt8>, limit: Int) throws(HTTPFailure) -> Int {
    var place = bytes.startIndex
    while place < bytes.endIndex, !isDone {
      if let rest {
        // Data, then a line end that is no data.
        let data = min(rest - 2, bytes.endIndex - place)
        if data > 0 {
          body.append(contentsOf: bytes[place..<place + data])
          place += data
          self.rest = rest - data
          continue
        }
        guard bytes.endIndex - place >= 2 else { return place }
        guard bytes[place] == 13, bytes[place + 1] == 10 else {
          throw .malformed("a chunk has another length")
        }
        place += 2
        self.rest = nil
        continue
      }
      guard let end = bytes[place...].firstRange(of: [13, 10]) else {
        if bytes.endIndex - place > 4096 { throw .malformed("a line between chunks has no end") }
        return place
      }
      let line = bytes[place..<end.lowerBound]
      place = end.upperBound
      if isTrailer {
        isDone = line.isEmpty
        continue
      }
      let size = try size(line)
      if body.count + size > limit { throw .tooLong(limit: limit) }
      isTrailer = size == 0
      rest = isTrailer ? nil : size + 2
    }
    return place
  }

  private func size(_ line: ArraySlice<UInt8>) throws(HTTPFailure) -> Int {
    let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
    guard (1...8).contains(digits.count), digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw .malformed("a chunk begins with no length") }
    return size
  }
}
