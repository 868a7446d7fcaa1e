import CMCMarkup
import CMCPrimitives
import TestSupport
import Testing

@Suite struct DocumentTests {
  private func page(_ text: String) -> Element {
    Element("html") {
      Element("head") {
        Element("meta", ["charset": "utf-8"])
        Element("title", text: text)
      }
      // A letter at both ends: parsers drop blanks at the edges of blocks.
      Element("body") { Element("p", ["title": text]) { "a\(text)z" } }
    }
  }

  @Test func anyBytesComeBackFromHTML() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<3000 {
      let text = VisibleText.string(hostileBytes(&generator))
      let bytes = try HTMLDocument(page(text)).serialized()
      let read = try HTMLDocument(parsing: bytes)
      let paragraph = try #require(read.root?.flattened.first { $0.name == "p" })
      #expect(paragraph.text == "a\(text)z")
      #expect(paragraph["title"] == text)
      #expect(read.root?.flattened.map(\.name) == ["html", "head", "meta", "title", "body", "p"])
    }
  }

  @Test func anyBytesComeBackFromXML() throws {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<3000 {
      let text = VisibleText.string(hostileBytes(&generator))
      let made = Element("svg", ["width": "1"]) { Element("text", ["id": text]) { "a\(text)z" } }
      let read = try XMLDocument(parsing: XMLDocument(made).serialized())
      let element = try #require(read.root?.flattened.last)
      #expect(element.text == "a\(text)z")
      // XML reads a line end or a tab in an attribute as a blank unless it is escaped; libxml2 escapes them.
      #expect(element["id"] == text)
    }
  }

  @Test func visibleFormsAreAsDocumented() {
    #expect(VisibleText.string([0x01, 0x41, 0xFF, 0x0A]) == "␁A<0xFF>\n")
    #expect(VisibleText.string("\u{202E}x\u{85}\u{7F}\r") == "\\u{202E}x\\u{85}␡␍")
    #expect(VisibleText.string(Array("שלום é".utf8)) == "שלום é")
  }

  @Test func sameElementsSameBytes() throws {
    let first = try HTMLDocument(page("é ▁ <b>")).serialized()
    #expect(try HTMLDocument(page("é ▁ <b>")).serialized() == first)
    let text = String(decoding: first, as: UTF8.self)
    #expect(text.hasPrefix("<!DOCTYPE html>\n<html>"))
    #expect(text.contains("é ▁ &lt;b&gt;"))
  }

  @Test func rawTextCannotEndItsElement() throws {
    #expect(throws: MarkupError.self) { try RawText("x</script>") }
    #expect(throws: MarkupError.self) { try RawText("<!--") }
    #expect(throws: MarkupError.self) { try RawText("a\u{0}b") }
    let raw = try RawText("if (1 < 2 && 3 > 2) { f(\"'\") }")
    let page = Element("html") {
      Element("head") { Element("script") { raw } }
      Element("body")
    }
    let text = String(decoding: try HTMLDocument(page).serialized(), as: UTF8.self)
    #expect(text.contains("<script>\(raw.text)</script>"))
  }

  @Test func dataHoldsNothingThatAParserOfDocumentsSees() throws {
    let data = RawText(json: Array("[\"</script><!-- & \u{202E}é漢\u{2028}🙂\u{10FFFF}\"]".utf8))
    #expect(
      data.text
        == "[\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\u202eé漢\\u2028🙂\\udbff\\udfff\"]")
  }

  @Test func namesAreChecked() {
    for element in [
      Element("a b"), Element(""), Element("p", ["on x": ""]), Element("p", ["a": "", "a": ""]),
    ] {
      #expect(throws: MarkupError.self) { _ = try XMLDocument(element) }
    }
  }

  @Test func badXMLIsAnError() {
    #expect(throws: MarkupError.self) { _ = try XMLDocument(parsing: Array("<a><b></a>".utf8)) }
    #expect(throws: MarkupError.self) { _ = try XMLDocument(parsing: []) }
    #expect(throws: MarkupError.self) { _ = try HTMLDocument(parsing: []) }
  }
}
