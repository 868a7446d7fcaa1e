internal import CMCAlignment
internal import CMCMarkup
internal import CMCVocabulary

/// The frame of the table of all tokens, which its script fills.
struct TokenTable {
  let map: TokenMap
  let summary: AlignmentSummary

  /// The section.
  var section: Element {
    Parts.section("tokens", "All tokens") {
      Element("p", ["class": "note no-print"]) {
        "Search in both columns of text; "
        Element("code", text: "/…/")
        " is a regular expression as cmc inspect --match takes it, "
        Element("code", text: "#12")
        " an id. A space is shown as "
        Element("code", text: "␣")
        ". Arrow keys move through the rows, Enter gives a token an address of its own."
      }
      Element("noscript") {
        Element("p", ["class": "note"], text: "The table needs JavaScript; everything above does not.")
      }
      toolbar
      grid
      Element("div", ["class": "under"]) {
        Element("span", ["id": "status", "role": "status", "aria-live": "polite"])
        Element("button", ["type": "button", "id": "download"], text: "Download these rows (TSV)")
      }
      Element(
        "div",
        [
          "id": "details", "hidden": "", "role": "region", "aria-live": "polite",
          "aria-label": "The selected token",
        ])
      Element("div", ["id": "paper", "class": "only-print"])
    }
  }

  private var toolbar: Element {
    let decisions = Set((0..<Int32(map.count)).map(map.decision))
    let methods = MapMethod.allCases.filter(decisions.contains).map(\.name)
    let kinds = TokenKind.allCases.filter { kind in
      kind != .hole && (map.source.kinds?.contains(kind) ?? (kind == .text))
    }.map(\.name)
    return Element("div", ["class": "toolbar", "role": "search"]) {
      Element("label", ["class": "grow"]) {
        "Search"
        Element(
          "input",
          [
            "id": "q", "type": "search", "autocomplete": "off", "spellcheck": "false",
            "placeholder": "text, /expression/ or #id",
          ])
      }
      choice("method", "Placed by", methods)
      choice("kind", "Kind", kinds)
      choice("script", "Script", summary.scripts.map(\.name))
      number("from", "Distance from")
      number("to", "to")
      Element("button", ["type": "button", "id": "clear"], text: "Clear")
    }
  }

  private func choice(_ id: String, _ label: String, _ values: [String]) -> Element {
    Element("label") {
      label
      Element("select", ["id": id]) {
        Element("option", ["value": ""], text: "all")
        values.map { Element("option", ["value": $0], text: $0) }
      }
    }
  }

  private func number(_ id: String, _ label: String) -> Element {
    Element("label", ["class": "narrow"]) {
      label
      Element("input", ["id": id, "type": "number", "min": "0", "step": "1", "inputmode": "numeric"])
    }
  }

  private var grid: Element {
    let columns = [
      ("id", "Id"), ("piece", "Token"), ("kind", "Kind"), ("script", "Script"), ("method", "Placed by"),
      ("distance", "Distance"), ("target", "Target id"), ("targetPiece", "Target"),
    ]
    return Element(
      "div",
      [
        "id": "grid", "class": "grid", "role": "grid", "tabindex": "0", "aria-label": "All tokens",
        "aria-colcount": "\(columns.count)",
      ]
    ) {
      Element("div", ["id": "heads", "class": "heads", "role": "row", "aria-rowindex": "1"]) {
        columns.map { key, title in
          Element(
            "div", ["role": "columnheader", "data-key": key, "aria-sort": key == "id" ? "ascending" : "none"]
          ) {
            Element("button", ["type": "button"], text: title)
          }
        }
      }
      Element("div", ["id": "rows", "class": "rows", "role": "rowgroup"])
      Element("p", ["id": "empty", "hidden": ""], text: "No token is like that.")
    }
  }
}
