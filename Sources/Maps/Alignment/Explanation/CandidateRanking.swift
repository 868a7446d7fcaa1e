import CMCPrimitives
import CMCVocabulary

/// The target tokens nearest to one source token, in a prefix relation or not.
struct CandidateRanking {
  /// A target token with its distance.
  struct Ranked {
    let id: Int32
    let distance: Int
    let relation: TokenExplanation.Relation
    /// Whether it is a single space and the source is not all spaces.
    let isLoneSpace: Bool

    /// Those in a prefix relation first, then by distance, then by id.
    var order: (Int, Int, Int32) { (relation == .unrelated ? 1 : 0, distance, id) }
  }

  let source: Vocabulary
  let target: Vocabulary

  /// The nearest targets, special ones among them.
  ///
  /// - Complexity: O(bytes of the target).
  func nearest(to id: Int32, count: Int) -> [Ranked] {
    var ranked: [Ranked] = []
    for candidate in 0..<Int32(target.idLimit) where target.kind(candidate) != .hole {
      guard target.canonical.length(Int(candidate)) > 0 else { continue }
      let new = rank(candidate, against: id)
      if ranked.count == count, let last = ranked.last, last.order <= new.order { continue }
      let place = ranked.firstIndex { new.order < $0.order } ?? ranked.count
      ranked.insert(new, at: place)
      if ranked.count > count { ranked.removeLast() }
    }
    return ranked
  }

  /// Compares one target with the source token, by the nearest of their forms.
  func rank(_ candidate: Int32, against id: Int32) -> Ranked {
    var best: Ranked?
    for form in source.forms(of: id) {
      for other in target.forms(of: candidate) {
        let next = rank(
          candidate, Array(other), Array(form),
          bytes: source.kind(id) == .fragment || source.kind(id) == .byte)
        if best.map({ next.order < $0.order }) ?? true { best = next }
      }
    }
    return best ?? Ranked(id: candidate, distance: 0, relation: .unrelated, isLoneSpace: false)
  }

  private func rank(_ id: Int32, _ other: [UInt8], _ form: [UInt8], bytes: Bool) -> Ranked {
    let relation: TokenExplanation.Relation
    if other == form {
      relation = .equal
    } else if form.starts(with: other) {
      relation = .shorter
    } else if other.starts(with: form) {
      relation = .longer
    } else {
      relation = .unrelated
    }
    let distance =
      bytes
      ? editDistance(other.map(UInt32.init), form.map(UInt32.init))
      : editDistance(scalars(other), scalars(form))
    return Ranked(
      id: id, distance: distance, relation: relation,
      isLoneSpace: other == [0x20] && !form.allSatisfy { $0 == 0x20 })
  }

  private func scalars(_ bytes: [UInt8]) -> [UInt32] {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
  }
}
