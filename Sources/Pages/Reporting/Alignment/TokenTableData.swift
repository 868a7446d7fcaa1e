internal import CMCAlignment
internal import CMCFastJSON
internal import CMCMarkup
internal import CMCPrimitives
internal import CMCVocabulary

/// All rows of a map as compact columns for the script of the page.
///
/// Kind, method and class are one character a row, targets and distances numbers, and each target's text stands once
/// however many rows go to it.
struct TokenTableData {
  let map: TokenMap
  let name: String

  /// The columns as JSON.
  ///
  /// - Complexity: O(bytes of both vocabularies).
  func json() -> [UInt8] {
    var json = JSONWriter(.compact, capacity: (map.count + (map.target.maxID ?? 0)) * 24)
    json.object { json in
      json.member("name", name)
      json.key("pieces")
      pieces(map.source.pieces, count: map.count, where: { _ in true }, &json)
      columns(&json)
      let used = usedTargets()
      json.key("targetPieces")
      pieces(map.target.pieces, count: used.count, where: { used[$0] }, &json)
      json.key("sequences")
      json.object { json in
        for (id, sequence) in map.sequences.sorted(by: { $0.key < $1.key }) {
          json.key("\(id)")
          json.object { json in
            json.member("ids", sequence.ids)
            json.key("weights")
            json.array { json in for weight in sequence.weights { json.value(Double(weight)) } }
          }
        }
      }
    }
    return json.bytes
  }

  private func columns(_ json: inout JSONWriter) {
    let kinds = TokenKind.allCases
    json.key("kindNames")
    json.array { json in for kind in kinds { json.value(kind.name) } }
    json.key("kinds")
    json.value(
      utf8: (0..<map.count).map { row in
        let kind = map.source.kind(Int32(row)) ?? .text
        return 97 + UInt8(kinds.firstIndex(of: kind) ?? 0)
      })
    json.key("methodNames")
    json.array { json in for method in MapMethod.allCases { json.value(method.name) } }
    json.key("methods")
    json.value(
      utf8: (0..<map.count).map { 97 + map.decision(Int32($0)).rawValue })
    classes(&json)
    json.member("distances", map.distances)
    json.key("targets")
    json.array { json in
      for row in 0..<map.count { json.value(map.isMatched(Int32(row)) ? map.ids[row] : TokenMap.unmatchedID) }
    }
  }

  /// The rows of the script table: names in the order they come up, and a character of U+0100 and on a row.
  private func classes(_ json: inout JSONWriter) {
    var places: [TokenClass: UInt32] = [:]
    var names: [String] = []
    var text: [UInt8] = []
    for row in 0..<map.count {
      guard let tokenClass = map.source.tokenClass(Int32(row)) else {
        text.append(UInt8(ascii: "-"))
        continue
      }
      let place =
        places[tokenClass]
        ?? {
          let place = UInt32(names.count)
          places[tokenClass] = place
          names.append(tokenClass.name)
          return place
        }()
      // Two bytes of UTF-8 reach U+07FF, far beyond the number of scripts.
      let scalar = 0x100 + place
      text.append(UInt8(0xC0 | scalar >> 6))
      text.append(UInt8(0x80 | scalar & 0x3F))
    }
    json.key("classNames")
    json.array { json in for name in names { json.value(name) } }
    json.key("classes")
    json.value(utf8: text)
  }

  private func usedTargets() -> [Bool] {
    let highest = max(map.ids.max() ?? -1, map.sequences.values.flatMap(\.ids).max() ?? -1)
    let limit = min(Int(highest) + 1, (map.target.maxID ?? Int(highest)) + 1)
    var used = [Bool](repeating: false, count: max(0, limit))
    for id in map.ids where id >= 0 && id < limit { used[Int(id)] = true }
    for id in map.sequences.values.flatMap(\.ids) where id >= 0 && id < limit { used[Int(id)] = true }
    return used
  }

  private func pieces(
    _ table: ByteTable?, count: Int, where isShown: (Int) -> Bool, _ json: inout JSONWriter
  ) {
    json.array { json in
      for row in 0..<count {
        guard let table, row < table.count, isShown(row) else {
          json.value(utf8: EmptyCollection<UInt8>())
          continue
        }
        let piece = table[row]
        if piece.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
          json.value(utf8: piece)
        } else {
          json.value(VisibleText.string(Array(piece)))
        }
      }
    }
  }
}
