package import CMCFastJSON
internal import CMCPrimitives

/// Files of records: a JSON array, or JSON lines.
package enum JSONRecords {
  /// What `body` makes of each record, which gets its number from 1: of lines that of the line, blank ones counted.
  ///
  /// - Parameter malformed: The error for a line that is no JSON; ``RecordError/malformed(line:reason:)`` where left out.
  /// - Throws: What is wrong with the JSON, and what `body` throws.
  package static func forEach<T>(
    _ bytes: [UInt8],
    malformed: (JSONError, Int) -> any Error = {
      RecordError.malformed(line: $1, reason: $0.description)
    }, _ body: (JSONValue, Int) throws -> T
  ) throws -> [T] {
    var results: [T] = []
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    if bytes.first(where: { !isBlank($0) }) == UInt8(ascii: "[") {
      try JSONDocument(bytes).root.forEachElement { results.append(try body($1, $0 + 1)) }
      return results
    }
    var start = 0
    var number = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      number += 1
      if bytes[start..<end].contains(where: { !isBlank($0) }) {
        do {
          results.append(try body(try JSONDocument(Array(bytes[start..<end])).root, number))
        } catch let error as JSONError {
          throw malformed(error, number)
        }
      }
      start = end + 1
    }
    return results
  }
}

/// A line behind the first that is no JSON; the place in it counts from its own beginning.
package struct JSONLineError: DescribedError, Equatable {
  /// The line, from 1.
  package let line: Int
  /// What is wrong in it.
  package let reason: String

  /// The line, and what is wrong in it.
  package var description: String { "line \(line) \(reason)" }

  /// An error of a line: of the first one as it is.
  static func at(_ line: Int, _ error: JSONError) -> any Error {
    line == 1 ? error : JSONLineError(line: line, reason: error.description)
  }
}
