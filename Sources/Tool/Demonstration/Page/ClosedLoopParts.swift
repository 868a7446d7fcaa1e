internal import CMCEvaluation
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCReporting

/// What several sections of the closed loop's page are made of.
enum ClosedLoopParts {
  /// A share in per cent.
  static func percent(_ share: Double) -> String { NumberText.percent(share, digits: 1) }

  /// A share in hundredths, without a sign of its unit.
  static func hundredths(_ share: Double, isSigned: Bool = false) -> String {
    guard share.isFinite else { return "–" }
    // What rounds to nothing has no sign.
    let size = NumberText.fixed(share.magnitude * 100, digits: 1)
    let sign = size == "0.0" ? "" : share < 0 ? "−" : isSigned ? "+" : ""
    return sign + size
  }

  /// An interval in hundredths.
  static func interval(_ estimate: Estimate, isSigned: Bool = false) -> String {
    "\(hundredths(estimate.low, isSigned: isSigned)) to \(hundredths(estimate.high, isSigned: isSigned))"
  }

  /// A yes or no that is told by sign and word, never by colour alone.
  ///
  /// - Parameter isShort: Whether the word is only for those who do not see the sign.
  static func mark(_ holds: Bool, yes: String, no: String, isShort: Bool = false) -> Element {
    Element("span", ["class": holds ? "verdict yes" : "verdict no"]) {
      Element("span", ["aria-hidden": "true"], text: holds ? "✓" : "✗")
      Element("span", ["class": isShort ? "unseen" : "word"], text: holds ? yes : no)
    }
  }

  /// Which user a system has: the class of its colour.
  static func kind(_ user: ClosedLoopUser?) -> String {
    switch user {
    case .one: "k-exact"
    case .two: "k-prefix"
    case nil: "k-none"
    }
  }

  /// The colours of the users, in words.
  static var users: Element {
    Element("ul", ["class": "legend kinds"]) {
      [(ClosedLoopUser.one, "first user"), (.two, "second user"), (nil, "no user, or no model")].map {
        user, name in
        Element("li") {
          Element("i", ["class": "chip \(kind(user))", "aria-hidden": "true"])
          name
        }
      }
      Element("li") {
        Element("i", ["class": "whisker", "aria-hidden": "true"])
        "95 % interval"
      }
    }
  }

  /// A share from 0 to 1 as a bar, with its interval over it; its text stands beside it.
  static func bar(_ estimate: Estimate, _ kind: String) -> Element {
    Element("span", ["class": "range", "aria-hidden": "true"]) {
      Element("i", ["class": "fill \(kind)", "style": "width:\(place(estimate.value))"])
      span(estimate.low, estimate.high)
    }
  }

  /// A share as number and bar.
  static func score(_ estimate: Estimate, _ kind: String) -> Element {
    Element("div", ["class": "score"]) {
      Element("b", text: hundredths(estimate.value))
      bar(estimate, kind)
    }
  }

  /// The mark of an interval within a range.
  static func span(_ low: Double, _ high: Double) -> Element {
    let (low, high) = (min(low, high), max(low, high))
    return Element("i", ["class": "span", "style": "left:\(place(low));width:\(place(high, after: low))"])
  }

  /// A share from 0 to 1 as a length; what lies beyond stands at the end.
  static func place(_ share: Double, after start: Double = 0) -> String {
    func within(_ x: Double) -> Double { x.isFinite ? max(0, min(1, x)) : 0 }
    return NumberText.fixed((within(share) - within(start)) * 100, digits: 2) + "%"
  }

  /// A table that scrolls in a box of its own where it is too wide.
  static func table(
    _ label: String, caption: String, classes: String = "", columns: [(name: String, kind: String)],
    @MarkupBuilder _ bodies: () -> [Node]
  ) -> Element {
    Element("div", ["class": "wide", "tabindex": "0", "role": "region", "aria-label": label]) {
      Element("table", ["class": "loop \(classes)"]) {
        Element("caption") { Element("span", text: caption) }
        Element("thead") {
          Element("tr") {
            columns.map { Element("th", ["scope": "col", "class": $0.kind], text: $0.name) }
          }
        }
        bodies()
      }
    }
  }

  /// The kinds of placement, the best first: the class of the colour, the name, and the tokens.
  static let placements:
    [(kind: String, name: String, tokens: @Sendable (ClosedLoopResult.TokenShares) -> Int)] = [
      ("exact", "the same bytes or role", { $0.exact }), ("prefix", "to a shorter token", { $0.shorter }),
      ("role", "to a longer token", { $0.longer }), ("other", "to another token", { $0.other }),
      ("none", "no target", { $0.unmatched }),
    ]

  /// How a map places tokens, as a bar.
  static func bar(_ shares: ClosedLoopResult.TokenShares, isTall: Bool = false) -> Element {
    let parts = placements.filter { $0.tokens(shares) > 0 }
    let words = parts.map { "\(Parts.share($0.tokens(shares), of: shares.tokens)) \($0.name)" }
    return Parts.bar(
      parts.map { ($0.kind, $0.tokens(shares)) }, label: words.joined(separator: ", "), isTall: isTall)
  }
}
