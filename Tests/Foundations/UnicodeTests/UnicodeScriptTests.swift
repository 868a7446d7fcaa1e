import CMCHashing
import CMCUnicode
import Testing

@Suite struct UnicodeScriptTests {
  @Test(
    arguments: [
      ("a", "Latin"), ("Z", "Latin"), ("@", "Common"), ("[", "Common"), ("`", "Common"), ("{", "Common"),
      ("7", "Common"),
      ("é", "Latin"), ("×", "Common"), ("ª", "Latin"), ("Ω", "Greek"), ("ж", "Cyrillic"), ("א", "Hebrew"),
      ("ب", "Arabic"), ("،", "Common"), ("न", "Devanagari"), ("।", "Common"), ("ก", "Thai"), ("한", "Hangul"),
      ("あ", "Hiragana"), ("ア", "Katakana"), ("ー", "Common"), ("漢", "Han"), ("\u{20000}", "Han"),
      ("\u{301}", "Inherited"), ("\u{200D}", "Inherited"), ("😀", "Common"), ("\u{E000}", "Unknown"),
      ("\u{10FFFF}", "Unknown"), ("\u{10300}", "Old_Italic"),
    ] as [(Unicode.Scalar, String)])
  func knowsTheScriptOfAScalar(_ scalar: Unicode.Scalar, _ name: String) {
    #expect(UnicodeScript.of(scalar).name == name)
  }

  @Test func agreesWithTheOriginalLibraryOnEveryScalar() {
    let names = UnicodeScript.all.map { Array("\($0.name)\n".utf8) }
    var lines: [UInt8] = []
    lines.reserveCapacity(12_000_000)
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let script = UnicodeScript.of(scalar)
      lines.append(contentsOf: names[UnicodeScript.all.firstIndex(of: script) ?? 0])
    }
    #expect(SHA256Digest(hashing: lines).hex == UnicodeScriptGolden.digest)
  }

  @Test(arguments: [
    (" hello", "Latin"), ("123 ж", "Cyrillic"), ("\u{301}α", "Greek"), ("123!", "Common"), ("", "Common"),
    ("▁über", "Latin"), ("«漢字»a", "Han"), ("\u{E000}a", "Unknown"),
  ])
  func takesTheFirstScalarThatHasAScript(_ text: String, _ name: String) {
    #expect(script(Array(text.utf8)) == name)
  }

  @Test(arguments: [[0xE6, 0xBC], [0xFF], [0x80, 0x80], [0xED, 0xA0, 0x80]] as [[UInt8]])
  func bytesOfNoCharacterAreCommon(_ bytes: [UInt8]) {
    #expect(script(bytes) == "Common")
    #expect(script(bytes + Array("ж".utf8)) == "Cyrillic")
  }

  @Test func findsAScriptByItsName() {
    #expect(UnicodeScript(name: "latin") == .latin)
    #expect(UnicodeScript(name: "old italic")?.name == "Old_Italic")
    #expect(UnicodeScript(name: "Old-Italic")?.name == "Old_Italic")
    #expect(UnicodeScript(name: "Klingon") == nil)
    #expect(UnicodeScript.common.name == "Common")
    #expect(UnicodeScript.inherited.name == "Inherited")
    #expect(UnicodeScript.unknown.name == "Unknown")
    #expect(UnicodeScript.unicodeVersion.hasPrefix("18."))
  }

  private func script(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBufferPointer { UnicodeScript.script(ofText: $0).name }
  }
}
