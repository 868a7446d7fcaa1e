internal import CMCEvaluation
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCReporting

extension ClosedLoopReport {
  // MARK: - Shifts

  /// How alike what tuning did to the logits is.
  var shifts: Section? {
    guard let shifts = result.shifts else { return nil }
    return Section(id: "shifts", title: "What tuning does to the scores") {
      [
        .element(
          Element(
            "p", ["class": "note"],
            text:
              "Both users were also tuned by LoRA, for this task and for another one. For each of the four, what tuning added to the scores along \(NumberText.grouped(shifts.prompts)) right answers is compared with each other's, through the token map. Strong colours are shifts that are alike; the row's model decides which tokens are compared. The p of a test is over prompts, of one training each.\(centredNote(shifts))"
          )),
        .element(
          Element("div", ["class": "pair even shifts"]) {
            if let centred = shifts.centred, let own = shifts.centredTest {
              Element("div") {
                matrix(
                  "Centred cosine distance: 0 where they are the same, 1 where they have nothing in common",
                  shifts, centred, isDistance: true)
                test(
                  "Centred cosine distance", own, shifts.shuffled?.centredTest, remainder: "")
              }
            }
            Element("div") {
              matrix("Cosine: 1 where they point the same way", shifts, shifts.cosine, isDistance: false)
              test("1 − cosine", shifts.cosineTest, shifts.shuffled?.cosineTest)
            }
            Element("div") {
              matrix(
                "Sinkhorn divergence: 0 where they are the same", shifts, shifts.sinkhorn, isDistance: true)
              test("Sinkhorn divergence", shifts.sinkhornTest, shifts.shuffled?.sinkhornTest)
            }
          }),
      ]
    }
  }

  private func matrix(
    _ caption: String, _ shifts: ClosedLoopResult.Shifts, _ values: [[Double?]], isDistance: Bool
  ) -> Element {
    MatrixTable(
      corner: "columns of, shifts of", caption: caption, names: shifts.runs, values: values,
      isDistance: isDistance
    ).element { $0.map { Parts.signed($0) } ?? "–" }
  }

  /// Why there is a centred distance, with the share of what it leaves out.
  private func centredNote(_ shifts: ClosedLoopResult.Shifts) -> String {
    shifts.meanShare.map {
      " Each step's mean is \(NumberText.percent($0, digits: 0)) of the squared shifts: a number added to all tokens of a step, which changes no probability and which no shuffled map breaks. The centred distance leaves it out; the other two see mostly that."
    } ?? ""
  }

  private func test(
    _ name: String, _ test: ClosedLoopResult.Test, _ shuffled: ClosedLoopResult.Test?,
    remainder: String = "; what is left there is a shift that all tokens share"
  ) -> Element {
    let control = shuffled.map {
      " Through a shuffled map: \(Parts.signed($0.same, digits: 3)) and \(Parts.signed($0.cross, digits: 3))\(remainder)."
    }
    let interval = test.low.flatMap { low in
      test.high.map { high in
        ", 95 % of the difference \(Parts.signed(low, digits: 3)) to \(Parts.signed(high, digits: 3))"
      }
    }
    return Element(
      "p", ["class": "tested"],
      text:
        "\(name): \(Parts.signed(test.same, digits: 3)) between tunings for the same task, \(Parts.signed(test.cross, digits: 3)) between tunings for different ones\(interval ?? ""); p \(Self.probability(test.p)).\(control ?? "")"
    )
  }

  private static func probability(_ p: Double) -> String {
    p < 0.0001 ? "< 0.0001" : "= " + NumberText.fixed(p, digits: p < 0.01 ? 4 : 3)
  }

  // MARK: - By what was asked

  /// Exact matches by what was asked, for the systems that matter most.
  var attributes: Section? {
    let shown = [Self.steered, .loraTwo, .oneDelta].compactMap { result.system($0) }.filter {
      !$0.attributes.isEmpty
    }
    guard let first = shown.first else { return nil }
    return Section(id: "attributes", title: "By what was asked") {
      [
        .element(ClosedLoopParts.users),
        .element(
          ClosedLoopParts.table(
            "By what was asked", caption: "Exact matches in per cent", classes: "few",
            columns: [("Asked for", "first"), ("Prompts", "num")] + shown.map { ($0.title, "scored") }
          ) {
            Element("tbody") {
              first.attributes.map { attribute in
                Element("tr") {
                  Element("th", ["scope": "row", "class": "first"], text: attribute.name)
                  Element("td", ["class": "num"], text: NumberText.grouped(attribute.exactMatch.count))
                  shown.map { system in
                    Element("td", ["class": "scored"]) {
                      if let own = system.attributes.first(where: { $0.name == attribute.name }) {
                        ClosedLoopParts.score(own.exactMatch, ClosedLoopParts.kind(system.user))
                      } else {
                        "–"
                      }
                    }
                  }
                }
              }
            }
          }),
      ]
    }
  }

  // MARK: - Examples

  /// Some prompts and what systems wrote.
  var examples: Section? {
    guard !result.examples.isEmpty else { return nil }
    return Section(id: "examples", title: "What they wrote") {
      [
        .element(
          Element("p", ["class": "note"], text: "The first prompts, not chosen ones.")),
        .element(Element("ol", ["class": "examples"]) { result.examples.map(example) }),
      ]
    }
  }

  private func example(_ example: ClosedLoopResult.Example) -> Element {
    Element("li") {
      Element("p", ["class": "prompt"]) { Element("bdi", text: example.prompt) }
      Element("p", ["class": "right"]) {
        Element("span", ["class": "label"], text: "Right answer")
        Parts.token(example.answer)
      }
      Element("ul", ["class": "answers"]) {
        example.answers.map { answer in
          Element("li") {
            ClosedLoopParts.mark(answer.isRight, yes: "right", no: "wrong", isShort: true)
            Element("span", ["class": "who"], text: title(of: answer.system))
            if answer.text.isEmpty {
              Element("span", ["class": "nothing"], text: "nothing")
            } else {
              Parts.token(answer.text)
            }
          }
        }
      }
    }
  }
}
