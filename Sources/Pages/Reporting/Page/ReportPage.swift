internal import CMCHashing
package import CMCMarkup
internal import CMCPrimitives

/// What all pages share: head, theme, title, and a policy that forbids the network and every script but their own.
package struct ReportPage {
  /// The text of the window's title.
  package var title: String
  /// A word or two above the headline.
  package var eyebrow: String
  /// The headline.
  package var headline: [Node]
  /// A sentence under it.
  package var lede: String
  /// Style rules of this kind of page.
  package var style = ""
  /// The script of this kind of page.
  package var script = ""
  /// Data for the script, by the id of its element.
  package var data: [(id: String, json: [UInt8])] = []
  /// What stands between headline and footer.
  package var content: [Node]
  /// The program that made the page.
  package var tool: String
  /// Whether its script may ask the server that the page came from; a page of results asks nobody.
  package var asksItsServer = false
  /// What tells its source from others of the same name; nil where nobody needs to know.
  package var source: String?

  /// What is left out is empty.
  package init(
    title: String, eyebrow: String, headline: [Node], lede: String, style: String = "", script: String = "",
    data: [(id: String, json: [UInt8])] = [], content: [Node], tool: String
  ) {
    (self.title, self.eyebrow, self.headline, self.lede) = (title, eyebrow, headline, lede)
    (self.style, self.script, self.data) = (style, script, data)
    (self.content, self.tool) = (content, tool)
  }

  /// The page as a file.
  ///
  /// - Throws: `MarkupError`.
  package func bytes() throws -> [UInt8] {
    let style = try RawText(PageResource.pageStyle + "\n" + self.style)
    let scripts = try [PageResource.pageScript, script].filter { !$0.isEmpty }.map { try RawText($0) }
    let data = data.map { item in
      Element("script", ["type": "application/json", "id": item.id]) { RawText(json: item.json) }
    }
    return try HTMLDocument(
      Element("html", ["lang": "en"]) {
        head(style, scripts)
        Element("body") {
          Element("a", ["class": "skip", "href": "#main"], text: "Skip to content")
          top
          Element("main", ["id": "main", "class": "wrap"]) { content }
          Element("footer") {
            Element("div", ["class": "wrap"]) {
              Element(
                "p",
                text: asksItsServer
                  ? "Written by \(tool). This page asks nobody but the server that it came from."
                  : "Written by \(tool). This file is complete in itself and loads nothing.")
            }
          }
          data
          scripts.map { script in Element("script") { script } }
        }
      }
    ).serialized()
  }

  private func head(_ style: RawText, _ scripts: [RawText]) -> Element {
    let hashes = scripts.map { "'sha256-\(Self.base64Digest($0.text))'" }.joined(separator: " ")
    return Element("head") {
      Element("meta", ["charset": "utf-8"])
      Element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      Element(
        "meta",
        [
          "http-equiv": "Content-Security-Policy",
          "content": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src \(hashes)"
            + (asksItsServer ? "; connect-src 'self'" : ""),
        ])
      Element("meta", ["name": "generator", "content": tool])
      source.map { Element("meta", ["name": "source", "content": $0]) }
      Element("title", text: title)
      Element("style") { style }
    }
  }

  private var top: Element {
    Element("header", ["class": "top"]) {
      Element("div", ["class": "wrap"]) {
        Element("div") {
          Element("p", ["class": "eyebrow"], text: eyebrow)
          Element("h1") { headline }
          Element("p", ["class": "lede"], text: lede)
        }
        Element(
          "button",
          [
            "type": "button", "id": "theme", "class": "quiet theme", "hidden": "",
            "title": "Change between light and dark",
          ])
      }
    }
  }

  private static func base64Digest(_ text: String) -> String {
    let hex = Array(SHA256Digest(hashing: Array(text.utf8)).hex)
    return Base64.encode(
      stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(String(hex[$0..<$0 + 2]), radix: 16) })
  }
}
