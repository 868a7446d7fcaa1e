import CMCPrimitives
import Testing

@Suite struct ByteReaderTests {
  @Test func numbersAreLittleEndianAndNeverPastTheEnd() throws {
    try [UInt8]([1, 2, 3, 4, 5]).withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      let first: UInt16 = try reader.read()
      #expect(first == 0x0201)
      expectTruncated(2, needed: 4, remaining: 3) { () throws(ByteReaderError) in
        _ = try reader.read(UInt32.self)
      }
      #expect(reader.offset == 2)
      let rest = try reader.take(3)
      #expect(Array(rest) == [3, 4, 5])
      expectTruncated(5, needed: .max, remaining: 0) { () throws(ByteReaderError) in
        _ = try reader.take(UInt64.max)
      }
      expectTruncated(5, needed: 0, remaining: 0) { () throws(ByteReaderError) in _ = try reader.take(-1) }
    }
  }

  private func expectTruncated(
    _ at: Int, needed: UInt64, remaining: Int, _ body: () throws(ByteReaderError) -> Void
  ) {
    do {
      try body()
      Issue.record("read past the end")
    } catch {
      #expect(error == .truncated(at: at, needed: needed, remaining: remaining))
    }
  }
}
