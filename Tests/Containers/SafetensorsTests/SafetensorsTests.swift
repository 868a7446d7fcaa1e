import CMCPrimitives
import CMCSafetensors
import Testing

/// A file with any header text and data.
private func file(_ json: String, data: Int = 0) -> [UInt8] {
  withUnsafeBytes(of: UInt64(json.utf8.count).littleEndian) { Array($0) } + Array(json.utf8)
    + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
}

private func header(_ bytes: [UInt8]) throws -> SafetensorsHeader {
  try bytes.withUnsafeBytes { try SafetensorsHeader(parsing: $0) }
}

@Test func tensorsReadBackWithTheirShapesAndTexts() throws {
  var writer = SafetensorsWriter(metadata: [("name", "α \"x\"")])
  writer.add("b", [UInt8(7), 8, 9])
  writer.add("a", [Int64(-1), Int64.max])
  writer.add("c", [Int32(5), -6, 7, 8], shape: [2, 2])
  writer.add("w", [Float(0.5), -2])
  writer.add("empty", [Int32](), shape: [0, 4])
  let bytes = writer.encoded()
  let header = try header(bytes)
  #expect(header.metadata == ["name": "α \"x\""])
  #expect(header["c"]?.shape == [2, 2])
  #expect(header["empty"]?.bytes.isEmpty == true)
  let a = try #require(header["a"])
  let b = try #require(header["b"])
  let c = try #require(header["c"])
  let w = try #require(header["w"])
  try bytes.withUnsafeBytes { (file: UnsafeRawBufferPointer) throws -> Void in
    let values = [
      try header.integers(a, in: file), try header.integers(b, in: file), try header.integers(c, in: file),
    ]
    #expect(values == [[-1, Int64.max], [7, 8, 9], [5, -6, 7, 8]])
    let floats = try header.floats(w, in: file)
    #expect(floats == [0.5, -2])
    #expect(throws: SafetensorsError.self) { try header.integers(w, in: file) }
    #expect(throws: SafetensorsError.self) { try header.floats(a, in: file) }
  }
  // Readers map tensors in place, so each must begin at a multiple of its element's size.
  for tensor in header.tensors {
    #expect(tensor.bytes.lowerBound % tensor.elementType.size == 0, "\(tensor.name)")
  }
}

@Test func offsetsThatOverlapLeaveHolesOrMissTheEndAreRefused() {
  func two(_ first: String, _ second: String, data: Int) -> [UInt8] {
    file(
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":\#(first)},"b":{"dtype":"U8","shape":[4],"data_offsets":\#(second)}}"#,
      data: data)
  }
  #expect(throws: Never.self) { try header(two("[0,4]", "[4,8]", data: 8)) }
  #expect(throws: Never.self) { try header(two("[4,8]", "[0,4]", data: 8)) }
  #expect(throws: SafetensorsError.offset(tensor: "b", begins: 3, expected: 4)) {
    try header(two("[0,4]", "[3,7]", data: 7))
  }
  #expect(throws: SafetensorsError.offset(tensor: "b", begins: 5, expected: 4)) {
    try header(two("[0,4]", "[5,9]", data: 9))
  }
  #expect(throws: SafetensorsError.self) { try header(two("[0,4]", "[0,4]", data: 4)) }
  #expect(throws: SafetensorsError.dataLength(needed: 8, found: 9)) {
    try header(two("[0,4]", "[4,8]", data: 9))
  }
  #expect(throws: SafetensorsError.cutShort(tensor: "b", end: 8, found: 7)) {
    try header(two("[0,4]", "[4,8]", data: 7))
  }
}

@Test func hostileHeadersAreErrors() {
  let cases: [(String, Int)] = [
    (#"{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"I64","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0),
    (#"{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}"#, 4),
    (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0]}}"#, 4),
    (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,99999999999999999999]}}"#, 4),
    (#"{"a":{"dtype":"U7","shape":[4],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"U8","data_offsets":[0,4]}}"#, 4), (#"{"a":[]}"#, 0), (#"{"a":{}}"#, 0), ("{", 0),
    ("[]", 0),
    (#"{"__metadata__":[]}"#, 0), (#"{"__metadata__":{"a":1}}"#, 0),
    (
      #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
      0
    ),
    (String(repeating: #"{"a":"#, count: 50) + "1" + String(repeating: "}", count: 50), 0), ("{}", 1),
  ]
  for (json, data) in cases {
    #expect(throws: SafetensorsError.self, "\(json)") { try header(file(json, data: data)) }
  }
  #expect(throws: Never.self) { try header(file("{}")) }
}

@Test func lengthsBeyondTheFileDoNotAllocate() {
  for length in [UInt64.max, 1 << 63, 1 << 40, 3] {
    let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}".utf8)
    #expect(throws: SafetensorsError.headerLength(length, limit: 2)) { try header(bytes) }
  }
  #expect(throws: SafetensorsError.tooShort(bytes: 7)) { try header([1, 2, 3, 4, 5, 6, 7]) }
  #expect(throws: SafetensorsError.self) { try header([0, 0, 0, 0, 0, 0, 0, 0]) }
}

@Test func everyTruncationIsAnError() {
  var writer = SafetensorsWriter()
  writer.add("ids", [Int64(1), 2, 3])
  let whole = writer.encoded()
  for length in 0..<whole.count {
    #expect(throws: SafetensorsError.self) { try header(Array(whole[..<length])) }
  }
}
