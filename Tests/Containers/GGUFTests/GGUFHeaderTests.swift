import CMCPrimitives
import TestSupport
import Testing

@testable import CMCGGUF

struct GGUFHeaderTests {
  private func parse(_ bytes: [UInt8]) throws -> GGUFHeader {
    try bytes.withUnsafeBytes { try GGUFHeader($0) }
  }

  private func error(_ bytes: [UInt8]) -> GGUFError? {
    #expect(throws: GGUFError.self) { _ = try parse(bytes).version }
  }

  /// One entry of every type, and a tensor.
  private var full: [UInt8] {
    var file = GGUFWriter(tensors: 1, entries: 15)
    for (type, size) in [(0, 1), (1, 1), (2, 2), (3, 2), (4, 4), (5, 4), (7, 1), (10, 8), (11, 8)]
      as [(UInt32, Int)]
    {
      file.key("n\(type)", type: type)
      file.raw(repeatElement(UInt8(0xFF), count: size))
    }
    file.key("f32", type: 6)
    file.number(Float(1.5).bitPattern)
    file.key("f64", type: 12)
    file.number(Double(-2.25).bitPattern)
    file.entry("text", "é\u{301}")
    file.entry("strings", strings: [Array("a".utf8), [], [0xFF, 0xFE]])
    file.entry("ints", int32s: [-1, 7])
    file.entry("general.alignment", 64 as UInt32)
    file.tensor("w", shape: [32, 3], type: 8, offset: 64)
    file.pad(to: 64)
    file.raw(repeatElement(UInt8(7), count: 64 + 102))
    return file.bytes
  }

  @Test func everyTypeOfValueIsRead() throws {
    let bytes = full
    let header = try parse(bytes)
    #expect(header.version == 3)
    #expect(header.keys.count == 15)
    #expect(header["n0"] == .unsigned(255))
    #expect(header["n1"] == .signed(-1))
    #expect(header["n2"]?.integer == 65535)
    #expect(header["n3"] == .signed(-1))
    #expect(header["n4"]?.integer == Int(UInt32.max))
    #expect(header["n5"]?.integer == -1)
    #expect(header["n7"]?.boolean == true)
    #expect(header["n10"] == .unsigned(.max))
    #expect(header["n10"]?.integer == nil)
    #expect(header["n11"]?.integer == -1)
    #expect(header["f32"]?.number == 1.5)
    #expect(header["f64"] == .float(-2.25))
    #expect(header["text"]?.text?.unicodeScalars.count == 2)
    #expect(header["absent"] == nil)
    bytes.withUnsafeBytes { file in
      let strings = header["strings"]?.array?.strings(in: file)
      #expect(strings?.map { Array($0) } == [[97], [], [0xFF, 0xFE]])
      #expect(header["ints"]?.array?.int32s(in: file) == [-1, 7])
      #expect(header["ints"]?.array?.strings(in: file) == nil)
      #expect(header["strings"]?.array?.int32s(in: file) == nil)
      let short = UnsafeRawBufferPointer(rebasing: file[..<10])
      #expect(header["ints"]?.array?.int32s(in: short) == nil)
    }
  }

  @Test func tensorsAreFoundInTheFile() throws {
    let bytes = full
    let header = try parse(bytes)
    let tensor = try #require(header.tensor("w"))
    #expect(header.alignment == 64)
    #expect(header.dataOffset % 64 == 0)
    #expect(tensor.type == .q8_0)
    #expect(tensor.elementCount == 96)
    #expect(tensor.rowCount == 3)
    #expect(try tensor.byteCount() == 102)
    let range = try header.byteRange(of: tensor, fileSize: bytes.count)
    #expect(range.upperBound == bytes.count)
    #expect(
      throws: GGUFError.tensorOutsideFile(tensor: "w", end: UInt64(bytes.count), fileSize: bytes.count - 1)
    ) {
      try header.byteRange(of: tensor, fileSize: bytes.count - 1)
    }
  }

  @Test func aFileWithoutItsTensorsHasAHeader() throws {
    let header = try parse(full)
    #expect(try parse(Array(full[..<header.dataOffset])).tensors.count == 1)
  }

  @Test func otherVersionsAreRefused() {
    #expect(error(Array("GGML".utf8) + [3, 0, 0, 0]) == .badMagic)
    #expect(error([]) == .badMagic)
    #expect(error(GGUFWriter(version: 1, entries: 0).bytes) == .unsupportedVersion(1))
    #expect(error(GGUFWriter(version: 4, entries: 0).bytes) == .unsupportedVersion(4))
    #expect(error(GGUFWriter(version: UInt32(3).byteSwapped, entries: 0).bytes) == .bigEndian)
    #expect(throws: Never.self) { try parse(GGUFWriter(version: 2, entries: 0).bytes) }
  }

  @Test func countsOfABillionCostNothing() {
    let billion: UInt64 = 1_000_000_000
    #expect(
      error(GGUFWriter(entries: billion).bytes) == .tooMany(what: "metadata entries", count: billion, at: 16))
    #expect(
      error(GGUFWriter(tensors: .max, entries: 0).bytes) == .tooMany(what: "tensors", count: .max, at: 8))
    var array = GGUFWriter(entries: 1)
    array.key("k", type: 9)
    array.number(8 as UInt32)
    array.number(billion)
    #expect(error(array.bytes) == .tooMany(what: "elements of k", count: billion, at: 41))
    var text = GGUFWriter(entries: 1)
    text.key("k", type: 8)
    text.number(UInt64.max)
    guard case .truncated("k", _) = error(text.bytes) else {
      Issue.record("a text of 2⁶⁴ bytes")
      return
    }
  }

  @Test func nestingIsBounded() {
    var file = GGUFWriter(entries: 1)
    file.key("deep", type: 9)
    for _ in 0..<1000 {
      file.number(9 as UInt32)
      file.number(1 as UInt64)
    }
    file.number(0 as UInt32)
    file.number(0 as UInt64)
    #expect(error(file.bytes) == .nestedTooDeep(key: "deep"))
  }

  @Test func contradictionsAreRefused() {
    var twice = GGUFWriter(entries: 2)
    twice.entry("k", 1 as UInt32)
    twice.entry("k", 2 as UInt32)
    #expect(error(twice.bytes) == .duplicateName(what: "metadata entry", name: "k"))
    var type = GGUFWriter(entries: 1)
    type.key("k", type: 13)
    type.number(UInt64(0))
    #expect(error(type.bytes) == .unknownValueType(key: "k", type: 13))
    for alignment in [0, 3, 48] as [UInt32] {
      var file = GGUFWriter(entries: 1)
      file.entry("general.alignment", alignment)
      #expect(error(file.bytes) == .badAlignment(UInt64(alignment)))
    }
    var name = GGUFWriter(entries: 1)
    name.string([0xFF])
    name.raw(repeatElement(UInt8(0), count: 12))
    #expect(error(name.bytes) == .badName(what: "metadata entry", at: 24))
  }

  @Test(
    arguments: [
      [0], [1 << 62, 4], [UInt64.max], [1 << 32, 1 << 32], [0, 1 << 62, 1 << 62], [1, 1, 1, 1, 1],
    ] as [[UInt64]])
  func shapesThatCannotBeAreRefused(_ shape: [UInt64]) {
    var file = GGUFWriter(tensors: 1, entries: 0)
    file.tensor("w", shape: shape)
    #expect(error(file.bytes) == .badShape(tensor: "w"))
  }

  @Test func unalignedAndUnknownTensors() throws {
    var file = GGUFWriter(tensors: 1, entries: 0)
    file.tensor("w", shape: [32], offset: 8)
    #expect(error(file.bytes) == .unalignedTensor(tensor: "w", offset: 8))
    var others = GGUFWriter(tensors: 3, entries: 0)
    others.tensor("a", shape: [32], type: 99)
    others.tensor("b", shape: [33], type: 2)
    others.tensor("c", shape: [1 << 61], type: 0, offset: UInt64.max & ~31)
    let header = try parse(others.bytes)
    #expect(throws: GGUFError.unknownTensorType(tensor: "a", type: 99)) { try header.tensors[0].byteCount() }
    #expect(throws: GGUFError.partialBlock(tensor: "b")) { try header.tensors[1].byteCount() }
    #expect(throws: GGUFError.badShape(tensor: "c")) {
      try header.byteRange(of: header.tensors[2], fileSize: 1 << 40)
    }
  }

  @Test func damagedFilesNeverTrap() {
    let file = full
    var refused = 0
    func feed(_ bytes: [UInt8]) {
      do {
        let header = try parse(bytes)
        for tensor in header.tensors { _ = try header.byteRange(of: tensor, fileSize: bytes.count) }
      } catch let error {
        refused += 1
        #expect(!"\(error)".contains("\n"))
      }
    }
    for length in 0..<file.count { feed(Array(file[..<length])) }
    for bit in 0..<file.count * 8 {
      var damaged = file
      damaged[bit / 8] ^= 1 << (bit % 8)
      feed(damaged)
    }
    #expect(refused > file.count)
  }
}
