internal import CMCAlignment
internal import CMCHashing
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCVocabulary

extension AlignmentReport {
  /// The special tokens, those with roles first; some families reserve thousands, of which the table of all tokens has the rest.
  var specials: Element? {
    guard !placements.isEmpty else { return nil }
    let limit = 250
    let left = placements.count - limit
    return Parts.section("specials", "Special tokens") {
      Element(
        "p", ["class": "note"],
        text:
          "\(NumberText.grouped(placements.count)) special tokens, \(NumberText.grouped(placements.count { $0.targets.isEmpty })) of them without a target."
      )
      Element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Special tokens"]) {
        Element("table") {
          Element("thead") {
            Element("tr") {
              for (name, isNumber) in [
                ("Token", false), ("Id", true), ("Roles", false), ("Target", false), ("Id", true),
                ("Why", false),
              ] {
                Element("th", ["scope": "col", "class": isNumber ? "num" : "text"], text: name)
              }
            }
          }
          Element("tbody") { placements.prefix(limit).map(placementRow) }
        }
      }
      if left > 0 {
        Element("p", ["class": "note"]) {
          "… and \(NumberText.grouped(left)) more: "
          Element("a", ["href": "#kind=special"], text: "show all in the table")
        }
      }
    }
  }

  private func placementRow(_ placement: SpecialPlacement) -> Element {
    var roles: [String] = []
    for role in placement.roles where !roles.contains(role.role.name) { roles.append(role.role.name) }
    return Element("tr") {
      Element("td") {
        Element("a", ["class": "plain", "href": "#token=\(placement.token.id)"]) {
          Parts.token(placement.token.label)
        }
      }
      Element("td", ["class": "num"], text: "\(placement.token.id)")
      Element("td") { roles.map { Element("span", ["class": "tag t-role"], text: $0) } }
      Element("td") {
        if placement.targets.isEmpty {
          Element("span", ["class": "note"], text: "none")
        } else {
          Parts.token(placement.targets.map { $0.piece ?? "\($0.id)" }.joined(separator: " + "))
        }
      }
      Element("td", ["class": "num"], text: placement.targets.map { "\($0.id)" }.joined(separator: " + "))
      Element("td", ["class": "note"], text: placement.reason)
    }
  }

  /// What the map was made of.
  var provenance: Element {
    Parts.section("provenance", "Where this comes from") {
      Element("div", ["class": "pair"]) {
        sideFacts("Source: the user model", map.source, source)
        sideFacts("Target: the delta model", map.target, target)
      }
      Element("h3", text: "Map")
      Parts.facts(
        [
          ("Rules", rules.map { .text($0) }), ("Written by", .text(tool)),
          ("Override files", map.overrides.isEmpty ? .text("none") : nil),
        ]
          + map.overrides.map { file in
            (
              "Override file",
              .element(
                Element("span") {
                  file.name + " "
                  Element("code", text: "SHA-256 \(file.digest.hex)")
                })
            )
          })
    }
  }

  private func sideFacts(_ title: String, _ side: MapSide, _ origin: Side) -> Element {
    Element("div") {
      Element("h3", text: title)
      Parts.facts(
        [
          ("Name", .text(side.name)), ("Family", origin.family.map { .text($0) }),
          ("Format", origin.format.map { .text($0) }),
          ("Files", origin.files.isEmpty ? nil : .text(origin.files.joined(separator: ", "))),
          ("Tokens", side.tokens.map { .text(NumberText.grouped($0)) }),
          ("Highest id", side.maxID.map { .text(NumberText.grouped($0)) }),
          ("Logits", side.logitsWidth.map { .text(NumberText.grouped($0)) }),
          ("Fingerprint", side.fingerprint.map { .element(Element("code", text: $0.hex)) }),
        ] + origin.notes.map { ("Note", .text($0)) })
    }
  }
}
