internal import CMCEvaluation
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCReporting

extension ClosedLoopReport {
  /// What each user answers under no steering, and every system that matters without these prompts.
  var beyond: Section? {
    guard let users = result.beyond, !users.isEmpty else { return nil }
    return Section(id: "beyond", title: "What a user itself cannot do") {
      [
        .element(
          Element(
            "p", ["class": "note"],
            text:
              "A shift reorders what a model can write; it hardly teaches it anything. Counted here are the prompts that a user answers under no steering, whatever the map, the factor or the delta model: they are its own limit, not the map's. Whether its own weights could be tuned to it, the rows of its tunings say. Without these prompts the systems stand as in the last columns; that they are found by the steerings' own answers flatters those there a little."
          ))
      ] + users.flatMap { limits($0) }
    }
  }

  private func limits(_ beyond: ClosedLoopResult.Beyond) -> [Node] {
    let name = beyond.user == .one ? "First user" : "Second user"
    let parts = beyond.attributes.map { "\($0.name) \($0.prompts) of \($0.total)" }.joined(separator: ", ")
    return [
      .element(Element("h3", text: name)),
      .element(
        Element(
          "p", ["class": "prose"],
          text:
            "\(NumberText.grouped(beyond.prompts)) of \(NumberText.grouped(result.prompts)) prompts under none of \(beyond.steerings) steerings\(parts.isEmpty ? "" : ", by what they ask for: " + parts)."
        )),
      .element(
        ClosedLoopParts.table(
          "\(name) without what it cannot do", caption: "Exact matches", classes: "few",
          columns: [
            ("System", "first"), ("Of these prompts", "num"), ("Of all others, %", "num"), ("95 %", "num"),
          ]
        ) {
          Element("tbody") {
            beyond.systems.map { system in
              Element("tr") {
                Element("th", ["scope": "row", "class": "first"], text: title(of: system.id))
                Element("td", ["class": "num"], text: "\(system.answered)")
                Element("td", ["class": "num"]) {
                  Element("b", text: ClosedLoopParts.hundredths(system.rest.value))
                }
                Element("td", ["class": "num"], text: ClosedLoopParts.interval(system.rest))
              }
            }
          }
        }),
    ]
  }
}
