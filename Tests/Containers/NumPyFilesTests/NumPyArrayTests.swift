import CMCNumPyFiles
import CMCPrimitives
import Foundation
import Testing

/// A `.npy` file with any header text and data.
private func file(_ header: String, data: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
  let text = Array((header + "\n").utf8)
  var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version, 0]
  bytes += [UInt8(text.count & 255), UInt8(text.count >> 8 & 255)]
  if version > 1 { bytes += [UInt8(text.count >> 16 & 255), UInt8(text.count >> 24 & 255)] }
  return bytes + text + data
}

@Test func aVectorReadsBackAndItsDataAreAligned() throws {
  for count in [0, 1, 7, 1000] {
    let values = (0..<count).map { Int64($0) * 1_000_003 - 5 }
    let encoded = NumPyArray(values).encoded()
    #expect((encoded.count - 8 * count) % 64 == 0)
    let array = try NumPyArray(parsing: encoded)
    #expect(array.shape == [count])
    #expect(array.elementType == .int64)
    #expect(try array.integers() == values)
  }
}

/// U+0085 ends a line too: a message about a hostile key stays in one.
@Test(arguments: ["\u{85}", "\u{2028}", "\r\n", "\u{1B}[2J"])
func messagesStayInOneLine(ending: String) {
  let error = #expect(throws: NumPyError.self) {
    try NumPyArray(parsing: file("{'ke\(ending)y': 1, 'descr': '<i8'}"))
  }
  #expect(error?.description.contains(where: \.isNewline) == false)
  #expect(error?.description.contains("\u{1B}") == false)
}

@Test func everyIntegerTypeIsReadWithItsSign() throws {
  let cases: [(String, [UInt8], Int64)] = [
    ("|i1", [0xFE], -2), ("<i1", [0xFE], -2), (">i1", [0xFE], -2), ("|u1", [0xFE], 254),
    ("<i2", [0xFE, 0xFF], -2),
    ("<u2", [0xFE, 0xFF], 65534), ("<i4", [0xFE, 0xFF, 0xFF, 0xFF], -2),
    ("<u4", [0xFE, 0xFF, 0xFF, 0xFF], 4_294_967_294),
    ("<i8", [0xFE] + [UInt8](repeating: 0xFF, count: 7), -2), ("<u8", [7, 0, 0, 0, 0, 0, 0, 0], 7),
  ]
  for (descr, data, value) in cases {
    let array = try NumPyArray(
      parsing: file("{'descr': '\(descr)', 'fortran_order': False, 'shape': (1,), }", data: data))
    #expect(try array.integers() == [value], "\(descr)")
  }
}

@Test func floatsAreReadAndNotTakenForIntegers() throws {
  let array = try NumPyArray(parsing: NumPyArray([Float(1.5), -0.25]).encoded())
  #expect(try array.doubles() == [1.5, -0.25])
  #expect(throws: NumPyError.wrongElementType(found: .float32, wanted: "integers")) { try array.integers() }
  #expect(throws: NumPyError.self) { try NumPyArray([Int32(1)]).doubles() }
}

@Test func versionsTwoAndThreeAreRead() throws {
  for version in [2, 3] as [UInt8] {
    let array = try NumPyArray(
      parsing: file(
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", data: [3, 4], version: version))
    #expect(try array.integers() == [3, 4])
  }
}

@Test func fortranOrderIsPutIntoRows() throws {
  // Columns (1, 2), (3, 4), (5, 6) of a 2 x 3 array.
  let array = try NumPyArray(
    parsing: file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", data: [1, 2, 3, 4, 5, 6]))
  #expect(array.shape == [2, 3])
  #expect(try array.integers() == [1, 3, 5, 2, 4, 6])
}

@Test func headersOfOtherWritersAreRead() throws {
  for header in [
    "{\"shape\":(2,),\"descr\":\"|u1\",\"fortran_order\":False}",
    "  { 'descr' : '|u1' ,\n 'fortran_order' : False , 'shape' : ( 2L , ) }   ",
  ] {
    #expect(try NumPyArray(parsing: file(header, data: [8, 9])).integers() == [8, 9])
  }
}

@Test func hostileHeadersAreErrors() {
  let tail = "'fortran_order': False, 'shape': (1,), }"
  let cases: [(String, NumPyError)] = [
    ("{'descr': '>i4', \(tail)", .bigEndian(">i4")), ("{'descr': '|O', \(tail)", .elementType("|O")),
    ("{'descr': [('a', '<i4')], \(tail)", .elementType("a structure")), ("{\(tail)", .missingKey("descr")),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", .dimensions(0)),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1), }", .dimensions(3)),
    ("{'descr': '|u1', 'fortran_order': False}", .missingKey("shape")),
    (
      "{'descr': '<i8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
      .shapeOverflow([4_611_686_018_427_387_904, 4])
    ),
    (
      "{'descr': '<i8', 'fortran_order': False, 'shape': (1000000000,), }",
      .dataSize(shape: [1_000_000_000], needed: 8_000_000_000, found: 1)
    ),
  ]
  for (header, expected) in cases {
    #expect(throws: expected, "\(header)") { try NumPyArray(parsing: file(header, data: [0])) }
  }
  for header in [
    "", "{", "[]", "{'descr': '<i8\\'', \(tail)", "{'descr': <i8, \(tail)",
    "{'shape': (99999999999999999999,)}",
    "{'shape': (-1,)}", "{'other': 1}", "{'descr': '|u1', \(tail) x", "{'fortran_order': Maybe}",
    "{'descr': 'x",
    "{'shape': (" + String(repeating: "1, ", count: 20000) + ")}",
  ] {
    #expect(throws: NumPyError.self, "\(header.prefix(60))") {
      try NumPyArray(parsing: file(header, data: [0]))
    }
  }
}

@Test func everyTruncationIsAnError() {
  let whole = NumPyArray([Int32(1), 2, 3]).encoded()
  for length in 0..<whole.count {
    #expect(throws: NumPyError.self) { try NumPyArray(parsing: Array(whole[..<length])) }
  }
  #expect(throws: NumPyError.self) { try NumPyArray(parsing: whole + [0]) }
  var other = whole
  other[6] = 9
  #expect(throws: NumPyError.version(major: 9, minor: 0)) { try NumPyArray(parsing: other) }
  // A header of 4 GiB.
  let long: [UInt8] = Array(whole[..<6]) + [2, 0, 255, 255, 255, 255, 0x7B]
  #expect(throws: NumPyError.truncatedHeader(needed: 4_294_967_295, remaining: 1)) {
    try NumPyArray(parsing: long)
  }
}

@Test func unsignedNumbersBeyond63BitsAreRefused() throws {
  let array = try NumPyArray(
    parsing: file(
      "{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }", data: [UInt8](repeating: 255, count: 8)))
  #expect(throws: NumPyError.valueOutOfRange(at: 0)) { try array.integers() }
}

/// Halves below 2⁻¹⁴ are multiples of 2⁻²⁴.
@Test func theSmallestHalvesAreRead() throws {
  let header = "{'descr': '<f2', 'fortran_order': False, 'shape': (4,), }"
  let array = try NumPyArray(
    parsing: file(header, data: [0x01, 0x00, 0xFF, 0x03, 0x00, 0x82, 0x00, 0x04]))
  #expect(try array.doubles() == [0x1p-24, 1023 * 0x1p-24, -512 * 0x1p-24, 0x1p-14])
}
