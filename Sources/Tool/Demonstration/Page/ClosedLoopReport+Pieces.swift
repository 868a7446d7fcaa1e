internal import CMCEvaluation
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCReporting

extension ClosedLoopReport {
  // MARK: - How the pieces fit

  /// The schema of the method, and a paragraph for those who do not know it.
  func pieces() -> [Node] {
    [
      .element(
        Element("div", ["class": "schema"]) {
          box("First user", "frozen while the delta model learns beside it", "one", weights([.baseOne]))
          arrow(
            "+", joins: "learns the task beside", above: "one vocabulary",
            below: "scores added, token by token")
          box("Delta model", "small; learnt the task once", "delta", weights([.deltaAlone]))
          arrow(
            "→", joins: "steers, through the map,", above: "token map",
            below: "other ids, other pieces")
          box("Second user", "never trained for the task", "two", weights([.baseTwo]))
        }),
      .element(
        Element("p", ["class": "formula"]) {
          Element("span", ["class": "mono"], text: "score(t) = user(t) + α · delta(map(t))")
          Element("small", text: "for every token t of the user; one without a target keeps the user's score")
        }),
      .element(
        Element("div", ["class": "pair even told"]) {
          method
          if let task { task }
        }),
    ]
  }

  private var method: Element {
    Element("div") {
      Element("h3", text: "The method")
      Element(
        "p", ["class": "prose"],
        text:
          "Tuning a language model changes the scores it gives to the next token. A delta model is a small model that learns only this change, beside a larger one that stays as it is, the template. Whoever shares the template's vocabulary can add the scores of the delta model to their own. A model with another vocabulary has other tokens, so a map first says for each of its tokens which one of the delta model's it is: the same one, or the nearest that begins with it or that it begins with. With α the change is made weaker or stronger."
      )
    }
  }

  /// What is asked and what is right, by the first example.
  private var task: Element? {
    guard let example = result.examples.first else { return nil }
    return Element("div") {
      Element("h3", text: "The task")
      Element(
        "p", ["class": "prose"],
        text:
          "A prompt tells of a person and asks for one thing; the right answer is a record of the person's name and that thing, and then the end. Names are made up, and those of the prompts here are in no training text."
      )
      Element("p", ["class": "prompt"]) { Element("bdi", text: example.prompt) }
      Element("p", ["class": "right"]) {
        Element("span", ["class": "label"], text: "Right answer")
        Parts.token(example.answer)
      }
    }
  }

  private func weights(_ ids: [ClosedLoopSystemID]) -> String? {
    ids.compactMap { result.system($0)?.weightBytes }.first.map { "\(Self.megabytes($0)) MB of weights" }
  }

  private func box(_ name: String, _ words: String, _ kind: String, _ remark: String?) -> Element {
    Element("div", ["class": "box \(kind)"]) {
      Element("b", text: name)
      Element("span", text: words)
      if let remark { Element("small", text: remark) }
    }
  }

  private func arrow(_ sign: String, joins words: String, above: String, below: String) -> Element {
    Element("div", ["class": "join"]) {
      Element("span", ["class": "above"], text: above)
      Element("span", ["class": "sign", "aria-hidden": "true"], text: sign)
      Element("span", ["class": "unseen"], text: words)
      Element("span", ["class": "below"], text: below)
    }
  }

  // MARK: - Alignment

  /// How the tokens meet: all of the vocabulary, and those that the right answers are made of.
  var alignment: Section? {
    Section(id: "alignment", title: "How the vocabularies meet") {
      [
        .element(
          Element(
            "p", ["class": "note"],
            text: "Where the second user's tokens go in the delta model's vocabulary, by the PM-MinED map.")),
        .element(
          Element("div", ["class": "pair even"]) {
            share("All tokens of the vocabulary", result.alignment)
            share("Tokens of the right answers", result.answers)
          }),
      ]
    }
  }

  private func share(_ title: String, _ shares: ClosedLoopResult.TokenShares) -> Element {
    Element("div") {
      Element("h3", text: "\(title): \(NumberText.grouped(shares.tokens))")
      ClosedLoopParts.bar(shares, isTall: true)
      Parts.legend(
        ClosedLoopParts.placements.filter { $0.tokens(shares) > 0 }.map {
          ($0.kind, $0.name, $0.tokens(shares), shares.tokens)
        })
    }
  }

  /// Bytes in millions.
  static func megabytes(_ bytes: Int) -> String {
    NumberText.fixed(Double(bytes) / 1e6, digits: bytes < 100_000_000 ? 1 : 0)
  }
}
