import Primitives
import Testing

@Suite struct ByteReaderTests {
  @Test func numbersAreLittleEndianAndNeverPastTheEnd() throws {
    try [UInt8]([1, 2, 3, 4, 5]).withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      #expect(try reader.read(UInt16.self) == 0x0201)
      #expect(throws: ByteReaderError.truncated(at: 2, needed: 4, remaining: 3)) {
        try reader.read(UInt32.self)
      }
      #expect(reader.offset == 2)
      #expect(Array(try reader.take(3)) == [3, 4, 5])
      #expect(throws: ByteReaderError.truncated(at: 5, needed: .max, remaining: 0)) {
        try reader.take(UInt64.max)
      }
      #expect(throws: ByteReaderError.self) { try reader.take(-1) }
    }
  }
}
