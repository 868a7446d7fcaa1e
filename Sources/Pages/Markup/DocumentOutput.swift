internal import CMCLibXML2

/// Gathers what libxml2 writes.
enum DocumentOutput {
  /// The bytes that `body` writes to a buffer; nil where it, or libxml2, fails.
  static func bytes(_ body: (xmlOutputBufferPtr) -> Bool) -> [UInt8]? {
    guard let buffer = xmlAllocOutputBuffer(nil) else { return nil }
    defer { xmlOutputBufferClose(buffer) }
    guard body(buffer), xmlOutputBufferFlush(buffer) >= 0, let start = xmlOutputBufferGetContent(buffer)
    else {
      return nil
    }
    return Array(UnsafeBufferPointer(start: start, count: xmlOutputBufferGetSize(buffer)))
  }
}
