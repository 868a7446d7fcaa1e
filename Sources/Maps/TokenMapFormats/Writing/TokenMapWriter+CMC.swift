import CMCAlignment
import CMCFastJSON
import CMCPrimitives
import CMCVocabulary

extension TokenMapWriter {
  /// The word in a path by which the reference takes a map for one-to-one.
  static let oneToOneMark = "one2one"

  static func cmcOneToOne(
    _ map: TokenMap, _ prefix: String, _ options: TokenMapWriteOptions
  ) throws -> TokenMapOutput {
    guard prefix.utf8Contains(oneToOneMark) else {
      throw TokenMapFormatError.prefix(
        given: prefix, format: .cmcOneToOne, corrected: prefix.withName { "\($0)_\(oneToOneMark)" })
    }
    let sources = try PieceNames.raw(map.source, options.sourcePieces, side: "source", format: .cmcOneToOne)
    let targets = try PieceNames.raw(map.target, options.targetPieces, side: "target", format: .cmcOneToOne)
    guard sources.count <= map.count else {
      throw TokenMapFormatError.sizes("the map", map.count, "the source vocabulary", sources.count)
    }
    var ids = JSONWriter(.python(indent: 4))
    ids.array { json in for id in map.ids { json.value(id) } }
    var match = JSONWriter(.python(indent: 4))
    match.array { json in for id in map.ids.indices { json.value(map.isMatch(id) ? 1 : 0) } }
    let (order, duplicates) = sources.distinct()
    let naming = TokenNaming(map, sources, targets)
    var tokens = JSONWriter(.python(indent: 4))
    tokens.object { json in
      for (first, last) in order {
        json.key(utf8: sources[first])
        if let name = naming.name(last) { json.value(utf8: name) } else { json.null() }
      }
    }
    var dropped = dropped(map, keeps: [.match, .pieces])
    if duplicates == 0, order.count == map.count, naming.tellsDistances {
      dropped.removeAll { $0 == .distances }
    }
    if duplicates > 0 { dropped.append(.duplicatePieces(duplicates)) }
    return TokenMapOutput(
      files: [
        ("\(prefix)_id.json", ids.bytes), ("\(prefix)_match.json", match.bytes),
        ("\(prefix)_token.json", tokens.bytes),
      ],
      dropped: dropped)
  }

  static func cmcOneToMany(_ map: TokenMap, _ prefix: String) throws -> TokenMapOutput {
    guard !prefix.utf8Contains(oneToOneMark) else {
      throw TokenMapFormatError.prefix(
        given: prefix, format: .cmcOneToMany, corrected: prefix.replacing(oneToOneMark, with: "one2many"))
    }
    var ids = JSONWriter(.python(indent: 4))
    ids.array { json in
      for (source, id) in map.ids.enumerated() {
        json.array { json in
          if let sequence = map.sequences[Int32(source)] {
            for id in sequence.ids { json.value(id) }
          } else if id >= 0 {
            json.value(id)
          }
        }
      }
    }
    return TokenMapOutput(
      files: [("\(prefix)_id.json", ids.bytes)], dropped: dropped(map, keeps: [.sequences]))
  }
}

extension String {
  /// Whether a text is in this one, byte by byte.
  func utf8Contains(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    let all = Array(utf8)
    guard all.count >= wanted.count else { return false }
    return (0...all.count - wanted.count).contains { all[$0..<$0 + wanted.count].elementsEqual(wanted) }
  }

  /// The path with its last part changed; a path that ends with a slash gets a last part.
  func withName(_ change: (Substring) -> String) -> String {
    let start = lastIndex(of: "/").map { index(after: $0) } ?? startIndex
    return self[..<start] + change(self[start...])
  }
}
