package import CMCMarkup
internal import CMCPNG
internal import CMCPrimitives

extension Figure {
  /// The figure as an SVG file that follows the reader's choice of light or dark.
  ///
  /// - Throws: `MarkupError`, `PNGError`.
  package func svg() throws -> [UInt8] {
    let style = """
      text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
      \(Self.rules(Theme.light))
      @media (prefers-color-scheme: dark) { \(Self.rules(Theme.dark)) }
      """
    var root = try element(isAlone: true)
    root.children.insert(.element(Element("style", text: style)), at: 0)
    return try XMLDocument(root).serialized()
  }

  private static func rules(_ theme: Theme) -> String {
    Paint.named.map { paint, name in
      ".f-\(name) { fill: \(theme.color(paint).css); } .s-\(name) { stroke: \(theme.color(paint).css); }"
    }.joined(separator: " ")
  }

  /// The figure as an element of a page, which gives the colours.
  ///
  /// - Parameter isAlone: Whether it is the outermost element of a file.
  package func element(isAlone: Bool = false) throws -> Element {
    var root = Element(
      "svg",
      [
        "viewBox": "0 0 \(Self.short(width)) \(Self.short(height))", "role": "img",
        "aria-label": "\(title). \(summary)",
      ])
    if isAlone {
      root = root.with("xmlns", "http://www.w3.org/2000/svg").with("width", Self.short(width)).with(
        "height", Self.short(height))
      root.children.append(.element(Element("title", text: title)))
      root.children.append(
        .element(
          Element("rect", ["class": "f-surface", "width": Self.short(width), "height": Self.short(height)])))
    }
    for mark in marks { root.children.append(.element(try Self.element(mark))) }
    return root
  }

  /// The figure within a page, in a box of its own that scrolls sideways where the window is narrow.
  ///
  /// A figure is as wide as there is room, but never so narrow that its smallest letters are below
  /// ``leastLetters`` pixels, and never more than a quarter wider than it was drawn.
  package func scrolling() throws -> Element {
    let figure = try element().with(
      "style", "--least:\(Self.short(leastWidth.rounded(.up)))px;--most:\(Self.short(width * 1.25))px")
    return Element(
      "div", ["class": "chart", "tabindex": "0", "role": "region", "aria-label": title],
      children: [.element(figure)])
  }

  /// How many pixels high the smallest letters of a figure are at least.
  static let leastLetters = 10.0

  /// How many pixels wide the figure must be for its smallest letters to be read.
  var leastWidth: Double {
    let sizes = marks.compactMap { mark in
      if case .text(_, _, let size, _, _, _) = mark { size } else { nil }
    }
    return sizes.min().map { width * Self.leastLetters / $0 } ?? 0
  }

  private static func element(_ mark: Mark) throws -> Element {
    switch mark {
    case .rectangle(let at, let width, let height, let paint, let remark):
      return Element(
        "rect",
        [
          "x": short(at.x), "y": short(at.y), "width": short(width), "height": short(height),
          paint.attribute(isStroke: false).name: paint.attribute(isStroke: false).value,
        ], children: self.remark(remark))
    case .dot(let at, let radius, let paint, let remark):
      return Element(
        "circle",
        [
          "cx": short(at.x), "cy": short(at.y), "r": short(radius),
          paint.attribute(isStroke: false).name: paint.attribute(isStroke: false).value,
        ], children: self.remark(remark))
    case .line(let points, let paint, let width):
      return Element(
        "polyline",
        [
          "points": points.map { "\(short($0.x)),\(short($0.y))" }.joined(separator: " "), "fill": "none",
          "stroke-width": short(width), "stroke-linejoin": "round", "stroke-linecap": "round",
          paint.attribute(isStroke: true).name: paint.attribute(isStroke: true).value,
        ])
    case .text(let at, let text, let size, let anchor, let paint, let isUpright):
      let element = Element(
        "text",
        [
          "x": short(at.x), "y": short(at.y), "font-size": short(size), "text-anchor": anchor.rawValue,
          paint.attribute(isStroke: false).name: paint.attribute(isStroke: false).value,
        ], text: text)
      return element.with("transform", isUpright ? "rotate(-90 \(short(at.x)) \(short(at.y)))" : nil)
    case .image(let at, let width, let height, let pixels):
      return Element(
        "image",
        [
          "x": short(at.x), "y": short(at.y), "width": short(width), "height": short(height),
          "preserveAspectRatio": "none", "style": "image-rendering:pixelated",
          "href":
            "data:image/png;base64,\(Base64.encode(try PNG.encode(width: pixels.width, height: pixels.height, rgb: pixels.bytes)))",
        ])
    }
  }

  private static func remark(_ text: String?) -> [Node] {
    text.map { [.element(Element("title", text: $0))] } ?? []
  }

  /// A coordinate with at most two digits behind the point, and the sign that SVG reads.
  private static func short(_ value: Double) -> String {
    var text = NumberText.fixed(value, digits: 2).replacing("−", with: "-")
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

extension Figure.Paint {
  /// The paints that follow the theme, by the names that classes have.
  static let named: [(Figure.Paint, String)] = [
    (.ink, "ink"), (.muted, "muted"), (.line, "line"), (.surface, "surface"), (.exact, "exact"),
    (.prefix, "prefix"),
    (.role, "role"), (.unmatched, "none"), (.other, "other"),
  ]

  /// The attribute that paints a fill or a stroke.
  func attribute(isStroke: Bool) -> (name: String, value: String) {
    if case .color(let color) = self { return (isStroke ? "stroke" : "fill", color.css) }
    let name = Self.named.first { $0.0 == self }?.1 ?? "ink"
    return ("class", (isStroke ? "s-" : "f-") + name)
  }
}
