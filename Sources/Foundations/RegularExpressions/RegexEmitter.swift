/// Writes a parsed pattern for PCRE2 over the bytes of a ``CharacterClassifier``.
struct RegexEmitter {
  let classifier: CharacterClassifier
  private(set) var text = ""

  init(_ node: RegexNode, classifier: CharacterClassifier) {
    self.classifier = classifier
    write(node)
  }

  private mutating func write(_ node: RegexNode) {
    switch node {
    case .set(let set): text += atom(set)
    case .folded(let scalar): text += atom(ScalarSet(scalar).ignoringCase)
    case .group(let item): write(item)
    case .sequence(let nodes):
      text += "(?:"
      for item in nodes { write(item) }
      text += ")"
    case .alternatives(let nodes):
      text += "(?:"
      writeBranches(nodes)
      text += ")"
    case .repeated(let item, let minimum, let maximum, let greed):
      // A repetition of a repetition needs a group of its own, or its sign would change the inner one.
      if case .set = item {
        write(item)
      } else {
        text += "(?:"
        write(item)
        text += ")"
      }
      text += Self.quantifier(minimum, maximum) + greed.rawValue
    case .look(let behind, let negative, let item):
      text += "(?" + (behind ? "<" : "") + (negative ? "!" : "=")
      // PCRE2 looks behind branches of different lengths where they are not in a group of their own.
      if behind, case .alternatives(let nodes) = item { writeBranches(nodes) } else { write(item) }
      text += ")"
    case .atomic(let item):
      text += "(?>"
      write(item)
      text += ")"
    case .anchor(let anchor):
      let newline = atom(ScalarSet(0x0A))
      switch anchor {
      case .textStart: text += "\\A"
      case .textEnd: text += "\\z"
      // Oniguruma sees no line after the last line feed of a text.
      case .lineStart: text += "(?:\\A|(?<=\(newline))(?!\\z))"
      case .lineEnd: text += "(?=\\z|\(newline))"
      }
    }
  }

  /// Writes branches without a group around them.
  private mutating func writeBranches(_ nodes: [RegexNode]) {
    for (index, item) in nodes.enumerated() {
      if index > 0 { text += "|" }
      write(item)
    }
  }

  private static func quantifier(_ minimum: Int, _ maximum: Int?) -> String {
    switch (minimum, maximum) {
    case (0, nil): "*"
    case (1, nil): "+"
    case (0, 1): "?"
    case (let low, nil): "{\(low),}"
    case (let low, let high?): "{\(low),\(high)}"
    }
  }

  private func atom(_ set: ScalarSet) -> String {
    let members = classifier.members[set] ?? []
    if members.isEmpty { return "(?!)" }
    let codes = members.map { byte in
      let digits = String(byte, radix: 16)
      return "\\x" + (digits.count < 2 ? "0" : "") + digits
    }
    return codes.count == 1 ? codes[0] : "[" + codes.joined() + "]"
  }
}
