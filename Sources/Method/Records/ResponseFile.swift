internal import CMCFastJSON
import CMCPrimitives

/// Reads responses: a JSON array or JSON lines of texts, or of objects with `output` or `response`.
package enum ResponseFile {
  /// An item, from 1, without a text.
  package struct Failure: DescribedError, Equatable {
    /// Which one.
    package let item: Int

    /// Which one, and what it should have.
    package var description: String { "item \(item) has no text in \"output\" or \"response\"" }
  }

  /// The responses of a file, in order.
  ///
  /// - Throws: `FileError` with a ``Failure`` or what is wrong with the JSON.
  package static func load(_ path: String) throws -> [String] {
    let bytes = try readFile(path, limit: 1 << 30)
    return try withFile(path) {
      var index = 0
      return try JSONRecords.forEach(bytes, malformed: { JSONLineError.at($1, $0) }) { value, _ in
        defer { index += 1 }
        guard let text = value.string ?? (value["output"] ?? value["response"])?.string else {
          throw Failure(item: index + 1)
        }
        return text
      }
    }
  }
}
