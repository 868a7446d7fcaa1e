import CMCPrimitives
import Testing

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", []), ("AA==", [0]), ("/w==", [255]), ("ICA=", [32, 32]), ("TWFu", [77, 97, 110]), ("AA", [0]),
    ("+/+/", [0xFB, 0xFF, 0xBF]),
  ])
  func `decodes`(_ text: String, _ bytes: [UInt8]) { #expect(Base64.decode(text.utf8) == bytes) }

  @Test(arguments: ["A", "AAAAA", "A===", "AA=", "====", "A=A=", "AA A", "-_-_", "é"])
  func `refuses`(_ text: String) { #expect(Base64.decode(text.utf8) == nil) }

  @Test func `what is no base64 leaves the bytes as they were`() {
    var bytes: [UInt8] = [1]
    let isValid = Array("TWFuTW!u".utf8).withUnsafeBufferPointer { Base64.decode($0, to: &bytes) }
    #expect(!isValid && bytes == [1])
  }

  @Test(arguments: [
    ("", []), ("AA==", [0]), ("/w==", [255]), ("ICA=", [32, 32]), ("TWFu", [77, 97, 110]),
    ("+/+/AA==", [0xFB, 0xFF, 0xBF, 0]),
  ])
  func `encodes`(_ text: String, _ bytes: [UInt8]) {
    #expect(Base64.encode(bytes) == text)
    #expect(Base64.decode(text.utf8) == bytes)
  }
}
