internal import CMCFastJSON
internal import CMCLogitShift
internal import CMCPrimitives

/// Reads responses: a JSON array or JSON lines of texts, or of objects with `output` or `response`.
enum ResponseFile {
  /// The responses of a file, in order.
  static func load(_ path: String) throws -> [String] {
    let bytes = try readFile(path, limit: 1 << 30)
    return try withFile(path) {
      let isArray = bytes.first { $0 > 0x20 } == UInt8(ascii: "[")
      let values =
        isArray
        ? try JSONDocument(bytes).root.elements
        : try bytes.split(separator: 0x0A).filter { $0.contains { $0 > 0x20 } }.map {
          try JSONDocument(Array($0)).root
        }
      return try values.enumerated().map { index, value in
        guard let text = value.string ?? (value["output"] ?? value["response"])?.string else {
          throw LogitShiftError.badSetting("item \(index) has no text in \"output\" or \"response\"")
        }
        return text
      }
    }
  }
}
