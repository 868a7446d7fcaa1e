import CMCPrimitives
import CMCTokenization
import CMCVocabulary

/// What counting needs to know of each source id, looked up once.
struct CoverageTable: Sendable {
  /// What each entry amounts to: ``TokenMap/decision(_:)``.
  let methods: [MapMethod]
  /// The bytes a token contributes to text.
  let lengths: [Int32]
  /// Whether the target tokens have exactly the token's bytes.
  let isSame: [Bool]

  /// Reads map and vocabularies.
  ///
  /// - Complexity: O(bytes of both vocabularies).
  init(_ map: TokenMap, source: Vocabulary, target: Vocabulary) {
    let ids = 0..<Int32(source.idLimit)
    let methods = ids.map { id in
      Int(id) < map.count ? map.decision(id) : .unmatched
    }
    self.methods = methods
    lengths = ids.map { id in
      switch source.kind(id) {
      case .special, .hole: 0
      case .text, .fragment, .byte: Int32(clamping: source.canonical[Int(id)].count)
      }
    }
    isSame = ids.map { id in
      guard methods[Int(id)] != .unmatched else { return false }
      return Self.isSame(id, map.sequences[id]?.ids ?? [map.ids[Int(id)]], source, target)
    }
  }

  private static func isSame(
    _ id: Int32, _ targets: [Int32], _ source: Vocabulary, _ target: Vocabulary
  ) -> Bool {
    guard targets.allSatisfy({ target.kind($0) != .hole }) else { return false }
    if targets.count == 1 {
      // A space that may be left out is no difference in the text.
      let forms = target.forms(of: targets[0])
      return source.forms(of: id).contains { form in forms.contains { $0.elementsEqual(form) } }
    }
    return targets.flatMap { target.canonical[Int($0)] }.elementsEqual(source.canonical[Int(id)])
  }
}
