import CMCLogitShift
import CMCPyTorchFiles
import Testing

/// Archives and pickles made by hand: what no library writes on purpose, and what large files have.
@Suite struct ArchiveTests {
  /// Two numbers as `.npy`.
  private static let array: [UInt8] = {
    let header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n".utf8)
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0]
    return start + header + [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]
  }()

  private func values(_ archive: [UInt8]) throws -> [Double] {
    try LogitFile(parsing: archive).matrix(nil).doubles()
  }

  @Test func aDamagedEntryIsRefused() throws {
    var archive = StoredZip(["a.npy": Self.array]).bytes
    #expect(try values(archive) == [1, 2])
    // The last byte of the data: 30 bytes and the name come before it.
    archive[30 + 5 + Self.array.count - 1] ^= 1
    #expect(throws: (any Error).self) { try values(archive) }
  }

  /// Sizes of 64 bits stand in an extra field, in the order size, compressed size.
  @Test func wideSizesAreLookedUp() throws {
    func number(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    let plain = StoredZip(["a.npy": Self.array]).bytes
    // The table begins behind the entry; its checksum is at 16, both sizes at 20, the length of the extra field at 30.
    let start = 30 + 5 + Self.array.count
    var row = Array(plain[start..<start + 46 + 5])
    row.replaceSubrange(20..<28, with: [UInt8](repeating: 0xFF, count: 8))
    row.replaceSubrange(30..<32, with: number(UInt16(20)))
    row +=
      number(UInt16(1)) + number(UInt16(16)) + number(UInt64(Self.array.count))
      + number(UInt64(Self.array.count))
    var end = Array(plain[(start + 46 + 5)...])
    end.replaceSubrange(12..<16, with: number(UInt32(row.count)))
    #expect(try values(Array(plain[..<start]) + row + end) == [1, 2])
  }

  /// A file with a tensor of two of the five numbers of its storage.
  private func tensor(offset: [UInt8], stride: UInt8) throws -> PyTorchFile {
    func text(_ text: String) -> [UInt8] { [UInt8(ascii: "X"), UInt8(text.utf8.count), 0, 0, 0] + text.utf8 }
    func small(_ number: UInt8) -> [UInt8] { [UInt8(ascii: "K"), number] }
    var pickle: [UInt8] = [0x80, 2] + "ctorch._utils\n_rebuild_tensor_v2\n((".utf8
    pickle += text("storage") + "ctorch\nFloatStorage\n".utf8 + text("0") + text("cpu") + small(5) + "tQ".utf8
    pickle += offset + small(2) + [0x85] + small(stride) + [0x85, 0x89]
    pickle += "ccollections\nOrderedDict\n)RtR.".utf8
    let bytes = StoredZip(["x/data.pkl": pickle, "x/data/0": [UInt8](repeating: 0, count: 20)]).bytes
    return try bytes.withUnsafeBytes { try PyTorchFile(parsing: $0) }
  }

  @Test func aTensorEndsInsideItsStorage() throws {
    let whole = try tensor(offset: [UInt8(ascii: "K"), 0], stride: 4).tensors
    #expect(whole.map(\.strides) == [[4]] && whole.map(\.offset) == [0])
    #expect(throws: PyTorchError.badTensor(name: "", reason: "it reaches beyond its storage")) {
      try tensor(offset: [UInt8(ascii: "K"), 1], stride: 4)
    }
  }

  /// Long integers of a pickle have a sign.
  @Test func aNegativeOffsetIsCalledNegative() {
    #expect(throws: PyTorchError.badTensor(name: "", reason: "a negative size, stride or offset")) {
      try tensor(offset: [0x8A, 1, 0xFF], stride: 1)
    }
  }

  /// A model's dictionary has versions as an attribute; no other attribute is set, and none of anything else.
  @Test func onlyVersionsAreAnAttribute() throws {
    func pickle(_ value: String, _ name: String) -> [UInt8] {
      let key = [UInt8(ascii: "X"), UInt8(name.utf8.count), 0, 0, 0] + Array(name.utf8)
      return [0x80, 2] + Array(value.utf8) + Array("}".utf8) + key + Array("K\u{1}sb.".utf8)
    }
    try PyTorchFile.follow(pickle: pickle("}", "_metadata"))
    for (value, name) in [("}", "other"), ("]", "_metadata"), ("N", "_metadata")] {
      let error = #expect(throws: PyTorchError.self) {
        try PyTorchFile.follow(pickle: pickle(value, name))
      }
      #expect(error?.description.contains("asks for attributes of") == true)
    }
  }
}
