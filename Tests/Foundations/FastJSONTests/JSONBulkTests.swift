import CMCFastJSON
import Testing

@Suite struct JSONBulkTests {
  @Test func `members that are integers and others, across batches`() throws {
    var text = "{"
    for i in 0..<1000 { text += "\"k\(i)\":\(i % 7 == 3 ? "\"x\"" : "\(i)")," }
    let root = try JSONDocument(Array((text + "\"end\":null}").utf8)).root
    var seen: [String] = []
    try root.forEachInteger { key, value in
      seen.append("\(String(decoding: key, as: UTF8.self))=\(value)")
    } otherwise: { key, value in
      seen.append("\(String(decoding: key, as: UTF8.self))=\(value.isNull ? "null" : value.string ?? "?")")
    }
    var wanted = (0..<1000).map { "k\($0)=\($0 % 7 == 3 ? "x" : "\($0)")" }
    wanted.append("end=null")
    #expect(seen == wanted)
  }

  @Test func `texts, pairs and others, across batches`() throws {
    let parts = [
      "\"a\"", "[\"b\",\"c\"]", "[\"d\"]", "[\"e\",1]", "[\"f\",\"g\",\"h\"]", "[]", "7", "{\"i\":\"j\"}",
    ]
    let shown = ["a", "b+c", "an array", "an array", "an array", "an array", "an integer", "an object"]
    let count = 1500
    let text = "[" + (0..<count).map { parts[$0 * $0 % 8] }.joined(separator: ",") + "]"
    var seen: [String] = []
    try JSONDocument(Array(text.utf8)).root.forEachText { index, first, second in
      #expect(index == seen.count)
      let rest = second.map { "+" + String(decoding: $0, as: UTF8.self) } ?? ""
      seen.append(String(decoding: first, as: UTF8.self) + rest)
    } otherwise: { index, value in
      #expect(index == seen.count)
      seen.append(value.typeName)
    }
    #expect(seen == (0..<count).map { shown[$0 * $0 % 8] })
  }

  @Test func `empty and wrong containers`() throws {
    let none: (Int, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>?) throws -> Void = { _, _, _ in
      Issue.record("called")
    }
    try JSONDocument(Array("[]".utf8)).root.forEachText(none) { _, _ in Issue.record("called") }
    #expect(throws: JSONError.self) { try JSONDocument(Array("{}".utf8)).root.forEachText(none) { _, _ in } }
    #expect(throws: JSONError.self) {
      try JSONDocument(Array("[]".utf8)).root.forEachInteger { _, _ in
      } otherwise: { _, _ in
      }
    }
  }
}
