import CMCUnicode
import Testing

@Suite struct NormalizationFormTests {
  func rewritten(_ text: String, _ form: NormalizationForm) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var covered = 0
    bytes.withUnsafeBufferPointer { buffer in
      form.rewrite(buffer) {
        #expect($0.lowerBound == covered)
        covered = $0.upperBound
        result += bytes[$0]
      } change: {
        #expect($0.lowerBound == covered)
        covered = $0.upperBound
        result += $1
      }
    }
    #expect(covered == bytes.count)
    return String(decoding: result, as: UTF8.self)
  }

  @Test(arguments: [
    ("e\u{301}", NormalizationForm.nfc, "\u{E9}"), ("\u{E9}", .nfd, "e\u{301}"), ("ﬁ", .nfkc, "fi"),
    ("①", .nfkd, "1"), ("각", .nfd, "\u{1100}\u{1161}\u{11A8}"), ("\u{1100}\u{1161}\u{11A8}", .nfc, "각"),
    ("가\u{11A8}", .nfc, "각"), ("\u{212B}", .nfc, "\u{C5}"), ("a\u{323}\u{307}", .nfc, "\u{1EA1}\u{307}"),
    ("a\u{307}\u{323}", .nfc, "\u{1EA1}\u{307}"), ("q\u{344}", .nfc, "q\u{308}\u{301}"),
    ("漢字 plain", .nfc, "漢字 plain"),
    ("\u{9C7}\u{9BE}", .nfc, "\u{9CB}"),
  ])
  func knownForms(text: String, form: NormalizationForm, expected: String) {
    #expect(Array(rewritten(text, form).unicodeScalars) == Array(expected.unicodeScalars))
  }
}
