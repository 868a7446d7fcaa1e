import CMCAlignment
import CMCVocabulary

/// What the token file of a one-to-one map gives for each source piece.
struct TokenNaming {
  private let map: TokenMap
  private let sources: PieceNames
  private let targets: PieceNames
  /// Whether special tokens keep their ids whatever the target has there, as in a map made in the reference's manner.
  private let copiesSpecials: Bool

  init(_ map: TokenMap, _ sources: PieceNames, _ targets: PieceNames) {
    self.map = map
    self.sources = sources
    self.targets = targets
    let specials = (0..<min(sources.count, map.count)).filter { id in
      sources.kinds.map { id < $0.count && $0[id] == .special } ?? Self.looksSpecial(sources[id])
    }
    copiesSpecials =
      !specials.isEmpty && specials.allSatisfy { Int(map.ids[$0]) == $0 && map.methods[$0] == .role }
  }

  /// The target's piece, or nil where there is none.
  ///
  /// A copied special keeps its own name, not that of the target's unrelated token: the reference's file has it so.
  func name(_ source: Int) -> ArraySlice<UInt8>? {
    let id = Int(map.ids[source])
    guard id >= 0 else { return nil }
    if copiesSpecials, id == source, map.methods[source] == .role { return sources[source] }
    return id < targets.count ? targets[id] : sources[source]
  }

  /// Whether every distance is what a reader of the token file will find: 0, or the difference of two lengths.
  var tellsDistances: Bool {
    map.ids.indices.allSatisfy { source in
      guard let name = name(source) else { return map.distances[source] == TokenMap.noDistance }
      guard !map.isMatch(source) else { return map.distances[source] == 0 }
      let difference = TokenMapReader.scalarCount(name) - TokenMapReader.scalarCount(sources[source])
      return Int(map.distances[source]) == abs(difference)
    }
  }

  private static func looksSpecial(_ piece: ArraySlice<UInt8>) -> Bool {
    piece.count > 2 && piece.first == UInt8(ascii: "<") && piece.last == UInt8(ascii: ">")
  }
}
