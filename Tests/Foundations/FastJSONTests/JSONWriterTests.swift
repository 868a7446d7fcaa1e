import CMCFastJSON
import Testing

@Suite struct JSONWriterTests {
  private func text(_ style: JSONWriter.Style, _ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter(style)
    body(&json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private func sample(_ json: inout JSONWriter) {
    json.object { json in
      json.member("a", [1, -2, 12_345_678])
      json.member("é\"\\\n\u{1}\u{7F}😀", "▁")
      json.key("empty")
      json.array { _ in }
      json.key("none")
      json.null()
    }
  }

  @Test(arguments: [0, 1, UInt64(Int64.max), UInt64(Int64.max) + 1, .max])
  func largeNumbersAreThemselves(number: UInt64) throws {
    let written = text(.compact) { $0.object { $0.member("seed", number) } }
    #expect(written == "{\"seed\":\(number)}")
    let read = try JSONDocument(Array(written.utf8)).root.require("seed")
    #expect(read.uint64 == number)
    #expect(read.int == Int(exactly: number))
    #expect(try JSONDocument(Array("[-1]".utf8)).root.elements.first?.uint64 == nil)
  }

  /// What Python 3 prints for json.dumps(value, indent=4) of the same value.
  @Test func pythonStyleIsPythons() {
    #expect(
      text(.python(indent: 4), sample) == #"""
        {
            "a": [
                1,
                -2,
                12345678
            ],
            "\u00e9\"\\\n\u0001\u007f\ud83d\ude00": "\u2581",
            "empty": [],
            "none": null
        }
        """#)
  }

  @Test func compactAndReadable() {
    #expect(
      text(.compact, sample)
        == "{\"a\":[1,-2,12345678],\"é\\\"\\\\\\n\\u0001\u{7F}😀\":\"▁\",\"empty\":[],\"none\":null}")
    #expect(
      text(.readable) {
        $0.array { json in
          json.value(1); json.value(true); json.value(0.5)
        }
      } == "[1,true,0.5]")
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var json = JSONWriter(.readable)
    sample(&json)
    let root = try JSONDocument(json.bytes).root
    #expect(root["a"]?.elements.compactMap(\.int) == [1, -2, 12_345_678])
    #expect(root.members[1].key.unicodeScalars.elementsEqual("é\"\\\n\u{1}\u{7F}😀".unicodeScalars))
    #expect(root["none"]?.isNull == true)
  }
}
