package import CMCMarkup
internal import CMCPrimitives

/// Parts that several pages are made of.
package enum Parts {
  /// A section with a heading that its label is.
  package static func section(_ id: String, _ title: String, @MarkupBuilder _ body: () -> [Node]) -> Element {
    Element("section", ["id": id, "aria-labelledby": "\(id)-title"]) {
      Element("h2", ["id": "\(id)-title"], text: title)
      body()
    }
  }

  /// Large figures in a row: what, how much, and a remark.
  package static func stats(_ items: [(name: String, value: String, remark: String)]) -> Element {
    Element("dl", ["class": "stats"]) {
      items.map { item in
        Element("div") {
          Element("dt", text: item.name)
          Element("dd", ["class": "big"], text: item.value)
          Element("dd", ["class": "small"], text: item.remark)
        }
      }
    }
  }

  /// A bar of segments whose lengths are shares of their sum; read aloud as one text.
  package static func bar(_ segments: [(kind: String, count: Int)], label: String, isTall: Bool = false)
    -> Element
  {
    let total = max(1, segments.reduce(0) { $0 + $1.count })
    return Element("div", ["class": isTall ? "bar tall" : "bar", "role": "img", "aria-label": label]) {
      segments.filter { $0.count > 0 }.map { segment in
        let share = Double(segment.count) / Double(total) * 100
        return Element(
          "i", ["class": "k-\(segment.kind)", "style": "width:\(NumberText.fixed(share, digits: 3))%"])
      }
    }
  }

  /// The colours of a bar with their names, counts and shares.
  package static func legend(_ items: [(kind: String, name: String, count: Int, total: Int)]) -> Element {
    Element("ul", ["class": "legend"]) {
      items.map { item in
        Element("li") {
          Element("i", ["class": "chip k-\(item.kind)", "aria-hidden": "true"])
          item.name
          Element("b", text: NumberText.grouped(item.count))
          Element("span", text: share(item.count, of: item.total))
        }
      }
    }
  }

  /// A share in per cent; one that is not nothing never looks like nothing.
  package static func share(_ count: Int, of total: Int) -> String {
    guard total > 0 else { return "–" }
    let share = Double(count) / Double(total)
    return count > 0 && share < 0.0005 ? "< 0.1 %" : NumberText.percent(share, digits: 1)
  }

  /// A number with a true minus sign; what is none, as the logarithm of 0, is endlessly small.
  package static func signed(_ value: Double, digits: Int = 2) -> String {
    value.isFinite ? NumberText.fixed(value, digits: digits) : "−∞"
  }

  /// Names and values, one a line; values that are nil are left out.
  package static func facts(_ items: [(String, Node?)]) -> Element {
    Element("dl", ["class": "facts"]) {
      items.flatMap { name, value in
        value.map { value in [Element("dt", text: name), Element("dd", children: [value])] } ?? []
      }
    }
  }

  /// A token in its visible form, kept apart from the text around it.
  package static func token(_ text: String) -> Element { Element("bdi", ["class": "token"], text: text) }
}
