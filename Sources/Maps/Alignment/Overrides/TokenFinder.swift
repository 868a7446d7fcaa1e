import CMCPrimitives
package import CMCVocabulary

/// Finds the tokens of a vocabulary that a selector names.
package struct TokenFinder: Sendable {
  private let vocabulary: Vocabulary

  /// Looks in the given vocabulary.
  package init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  /// The ids that a selector names, ascending; a role gives its primary id first.
  ///
  /// - Complexity: O(tokens).
  package func ids(_ selector: TokenSelector) -> [Int32] {
    switch selector {
    case .id(let id): return vocabulary.kind(Int32(id)) == .hole ? [] : [Int32(id)]
    case .role(let role): return vocabulary.ids(of: role)
    case .byte(let byte):
      let single = matching { vocabulary.canonical[$0].elementsEqual(CollectionOfOne(byte)) }
      let tokens = single.filter { vocabulary.kind($0) == .byte }
      return tokens.isEmpty ? single : tokens
    case .piece(let piece): return ids(piece: Array(piece.utf8))
    case .glob(let pattern):
      let glob = Glob(pattern)
      return matching { glob.matches(vocabulary.pieces[$0]) || glob.matches(vocabulary.canonical[$0]) }
    }
  }

  /// The tokens whose piece it is in the file's spelling, else those whose text it is, else those shown so.
  private func ids(piece: [UInt8]) -> [Int32] {
    let spelled = matching { vocabulary.pieces[$0].elementsEqual(piece) }
    if !spelled.isEmpty { return spelled }
    let text = matching { id in vocabulary.forms(of: Int32(id)).contains { $0.elementsEqual(piece) } }
    if !text.isEmpty { return text }
    return matching { id in
      TokenDisplay.string(vocabulary.canonical[id], kind: vocabulary.kinds[id]).utf8.elementsEqual(piece)
    }
  }

  /// The visible form of the token whose piece is nearest to a misspelt one, where one is near.
  package func nearest(to selector: TokenSelector) -> String? {
    guard case .piece(let piece) = selector else { return nil }
    let ids = (0..<Int32(vocabulary.idLimit)).filter {
      vocabulary.kind($0) == .special || abs(vocabulary.canonical.length(Int($0)) - piece.utf8.count) <= 1
    }
    let names = ids.map { String(decoding: vocabulary.pieces[Int($0)], as: UTF8.self) }
    return nearestName(to: piece, in: names).map { "'\($0)'" }
  }

  private func matching(_ isMatch: (Int) -> Bool) -> [Int32] {
    (0..<vocabulary.idLimit).filter { vocabulary.kinds[$0] != .hole && isMatch($0) }.map(Int32.init)
  }
}

/// A pattern in which `*` stands for any bytes and `?` for one character.
struct Glob {
  private let pattern: [UInt8]

  init(_ pattern: String) { self.pattern = Array(pattern.utf8) }

  /// Whether the whole of `bytes` fits.
  ///
  /// - Complexity: O(pattern · bytes) at worst; no recursion.
  func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
    let text = Array(bytes)
    var (p, t) = (0, 0)
    var (starP, starT) = (-1, 0)
    while t < text.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        (starP, starT) = (p, t)
        p += 1
      } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") {
        t += 1
        while t < text.count, text[t] & 0xC0 == 0x80 { t += 1 }
        p += 1
      } else if p < pattern.count, pattern[p] == text[t] {
        p += 1
        t += 1
      } else if starP >= 0 {
        starT += 1
        (p, t) = (starP + 1, starT)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
