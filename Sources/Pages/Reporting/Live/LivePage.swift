internal import CMCMarkup

/// The page of a server: one types a prompt, moves α, and reads what comes beside what the user model writes alone.
///
/// It is complete in itself; its script asks nobody but the server that it came from.
package struct LivePage: Sendable {
  /// The program that serves it.
  package var tool: String

  /// A page of a program.
  package init(tool: String) { self.tool = tool }

  /// The page.
  ///
  /// - Throws: `MarkupError`.
  package func html() throws -> [UInt8] {
    var page = ReportPage(
      title: "cmc · steering by hand", eyebrow: "Live", headline: [.text("Steering by hand")],
      lede:
        "What the user model writes alone, and what it writes under a delta model: move α and read again.",
      style: PageResource.traceStyle + "\n" + PageResource.liveStyle, script: PageResource.liveScript,
      content: [.element(asking), .element(answers), .element(step)], tool: tool)
    page.asksItsServer = true
    return try page.bytes()
  }

  private var asking: Element {
    Element("section", ["id": "ask", "aria-labelledby": "ask-title"]) {
      Element("h2", ["id": "ask-title", "class": "unseen"], text: "What to write")
      Element("form", ["id": "form", "autocomplete": "off"]) {
        Element("div", ["class": "toolbar"]) {
          field("Key", Element("input", ["id": "key", "type": "password"]), hidden: true)
          field("Model", Element("select", ["id": "model"]))
          field(
            "As",
            Element("select", ["id": "kind"]) {
              Element("option", ["value": "chat"], text: "a message in a chat")
              Element("option", ["value": "prompt"], text: "a text to go on with")
            })
          field("Map", Element("select", ["id": "map"]))
          field(
            "Combining",
            Element("select", ["id": "mode"]) {
              Element("option", ["value": ""], text: "as served")
              for mode in ["base-normalize", "normalize", "add"] {
                Element("option", ["value": mode], text: mode)
              }
            })
          field("Tokens", number("tokens", value: "48", min: "1", max: "1000", step: "1"), narrow: true)
          field(
            "Temperature", number("temperature", value: "0", min: "0", max: "5", step: "0.1"), narrow: true)
          field("Seed", number("seed", value: "1", min: "0", max: "999999", step: "1"), narrow: true)
        }
        Element("ol", ["id": "turns", "hidden": "", "aria-label": "The conversation so far"])
        Element("label", ["class": "block"]) {
          Element("span", text: "Text")
          Element("textarea", ["id": "prompt", "rows": "4", "dir": "auto"])
        }
        Element("div", ["class": "alpha"]) {
          Element("label", ["for": "alpha"], text: "α")
          Element(
            "input",
            [
              "id": "alpha", "type": "range", "min": "-1", "max": "2", "step": "0.05", "value": "1",
              "aria-describedby": "alpha-note",
            ])
          Element("output", ["id": "alpha-value", "for": "alpha"], text: "1.00")
        }
        Element(
          "p", ["class": "note", "id": "alpha-note"],
          text: "0 is the user model alone; what is on the right is written again when α moves.")
        Element("div", ["class": "toolbar"]) {
          Element("button", ["type": "submit", "id": "write", "title": "Control and Enter"], text: "Write")
          Element("button", ["type": "button", "id": "stop", "disabled": ""], text: "Stop")
          Element(
            "button", ["type": "button", "id": "go-on", "class": "quiet", "disabled": ""],
            text: "Go on from the steered answer")
          Element(
            "button", ["type": "button", "id": "anew", "class": "quiet", "hidden": ""], text: "Begin anew")
          Element("button", ["type": "button", "id": "share", "class": "quiet"], text: "Copy a link to this")
          Element("p", ["id": "status", "role": "status", "class": "note grow"])
        }
      }
    }
  }

  private var answers: Element {
    Element("div", ["class": "pair answers"]) {
      answer("alone", "The user model alone")
      answer("steered", "Steered")
    }
  }

  private func answer(_ id: String, _ title: String) -> Element {
    Element("section", ["aria-labelledby": "\(id)-title"]) {
      Element("h2", ["id": "\(id)-title"], text: title)
      Element("p", ["class": "note", "id": "\(id)-note"])
      Element(
        "div",
        [
          "id": id, "class": "flow", "role": "listbox", "tabindex": "0", "aria-labelledby": "\(id)-title",
          "dir": "auto",
        ])
    }
  }

  private var step: Element {
    Element("section", ["id": "tokens", "aria-labelledby": "tokens-title"]) {
      Element("h2", ["id": "tokens-title"], text: "A token")
      Element("ul", ["class": "legend"]) {
        for (look, name) in [
          ("exact", "placed exactly"), ("prefix", "through a prefix"), ("other", "otherwise"),
          ("none", "unmatched"),
        ] {
          Element("li") {
            Element("i", ["class": "chip k-\(look)"])
            Element("span", text: name)
          }
        }
        Element("li") { Element("span", ["class": "differs"], text: "differs from the other side") }
      }
      Element("div", ["id": "step", "aria-live": "polite"]) {
        Element("p", ["class": "note"], text: "Point at a token, or move to one with the arrow keys.")
      }
    }
  }

  private func field(_ name: String, _ input: Element, narrow: Bool = false, hidden: Bool = false) -> Element
  {
    let children: [Node] = [.element(Element("span", text: name)), .element(input)]
    if hidden { return Element("label", ["id": "key-field", "hidden": ""], children: children) }
    return Element("label", ["class": narrow ? "narrow" : ""], children: children)
  }

  private func number(_ id: String, value: String, min: String, max: String, step: String) -> Element {
    Element(
      "input", ["id": id, "type": "number", "value": value, "min": min, "max": max, "step": step])
  }
}
