package import CMCAlignment
import CMCPrimitives
package import CMCVocabulary

/// PM-MinED written down from its rule: every source token is held against every target token.
///
/// It shares no code with the aligner: rules 2 to 5 of ExactSemantics, section 2, in their order, O(n · m). Lengths are
/// measured once a form; under a prefix relation their difference is the edit distance, which a test of its own asserts.
package struct NaiveAligner: Sendable {
  /// Where a token goes.
  package struct Choice: Equatable, BitwiseCopyable, Sendable {
    /// The target id, or -1.
    package var id: Int32
    /// The rule.
    package var method: MapMethod
    /// The distance, or -1.
    package var distance: Int32
  }

  /// One byte string of a token that is not special.
  struct Form: BitwiseCopyable, Sendable {
    var id: Int32
    var start: Int
    var count: Int
    var length: Int32
    var kind: TokenKind
    var isLoneSpace: Bool
  }

  private let source: Vocabulary
  private let target: Vocabulary
  private let targetBytes: [UInt8]
  private let targetForms: [Form]

  /// Lists the target's forms.
  package init(source: Vocabulary, target: Vocabulary) {
    self.source = source
    self.target = target
    (targetForms, targetBytes) = Self.forms(target)
  }

  /// Where every source id goes.
  package func choices(threads: Int) throws -> [Choice] {
    let isSame = source.fingerprint == target.fingerprint
    return try parallelMap(count: source.idLimit, chunk: 256, threads: threads) { id in
      let kind = source.kinds[id]
      if kind == .hole { return Choice(id: -1, method: .unmatched, distance: -1) }
      if isSame { return Choice(id: Int32(id), method: kind == .special ? .role : .exact, distance: 0) }
      return kind == .special ? special(Int32(id)) : plain(Int32(id), kind)
    }
  }

  /// Rule 2, by looking at every special target for every clause.
  private func special(_ id: Int32) -> Choice {
    let roles = source.roles(of: id)
    let piece = source.canonical[Int(id)]
    let specials = (0..<Int32(target.idLimit)).filter { target.kind($0) == .special }
    func found(_ id: Int32) -> Choice { Choice(id: id, method: .role, distance: 0) }
    for other in specials where target.canonical[Int(other)] == piece {
      if roles.roles.contains(where: { target.roles(of: other).contains($0) }) { return found(other) }
    }
    if roles.roles == [.unk] {
      for other in specials where target.roles(of: other).roles == [.unk] { return found(other) }
    }
    let order: [TokenRole] = [.endOfTurn, .eos, .bos, .pad, .mask, .cls, .sep]
    for role in order where roles.contains(role) {
      for wanted in role == .endOfTurn ? [TokenRole.endOfTurn, .eos] : [role] {
        let having = specials.filter { target.roles(of: $0).contains(wanted) }
        let primary = target.roleAssignments.first {
          $0.role == wanted && $0.isPrimary && having.contains($0.id)
        }
        if let primary { return found(primary.id) }
        if let lowest = having.min() { return found(lowest) }
      }
    }
    for other in specials where target.canonical[Int(other)] == piece { return found(other) }
    return Choice(id: -1, method: .unmatched, distance: -1)
  }

  /// Rules 3 to 5.
  private func plain(_ id: Int32, _ kind: TokenKind) -> Choice {
    let forms = source.forms(of: id).map { Array($0) }
    for form in forms {
      var best: (rank: Int, id: Int32) = (9, -1)
      for other in targetForms where other.count == form.count {
        guard equal(other, form) else { continue }
        let rank = other.kind == kind ? 0 : other.kind == .byte ? 2 : 1
        if rank < best.rank || (rank == best.rank && other.id < best.id) { best = (rank, other.id) }
      }
      if best.rank < 9 { return Choice(id: best.id, method: .exact, distance: 0) }
    }
    var best: (distance: Int32, id: Int32) = (.max, -1)
    if kind != .byte { for form in forms { nearest(form, kind, &best) } }
    return best.id < 0
      ? Choice(id: -1, method: .unmatched, distance: -1)
      : Choice(id: best.id, method: .prefix, distance: best.distance)
  }

  private func nearest(_ form: [UInt8], _ kind: TokenKind, _ best: inout (distance: Int32, id: Int32)) {
    let length = Self.length(form[...], kind)
    let isAllSpaces = form.allSatisfy { $0 == 0x20 }
    form.withUnsafeBufferPointer { form in
      targetBytes.withUnsafeBufferPointer { bytes in
        targetForms.withUnsafeBufferPointer { targets in
          for other in targets where other.count != form.count && other.count > 0 && form.count > 0 {
            guard bytes[other.start] == form.first, (kind == .text) == (other.kind == .text) else { continue }
            if other.isLoneSpace, !isAllSpaces { continue }
            var same = 1
            let shorter = min(other.count, form.count)
            while same < shorter, bytes[other.start + same] == form[same] { same += 1 }
            guard same == shorter else { continue }
            let distance = abs(other.length - length)
            if distance < best.distance || (distance == best.distance && other.id < best.id) {
              best = (distance, other.id)
            }
          }
        }
      }
    }
  }

  private func equal(_ other: Form, _ form: [UInt8]) -> Bool {
    for i in 0..<form.count where targetBytes[other.start + i] != form[i] { return false }
    return true
  }

  private static func length(_ bytes: ArraySlice<UInt8>, _ kind: TokenKind) -> Int32 {
    kind == .text ? Int32(String(decoding: bytes, as: UTF8.self).unicodeScalars.count) : Int32(bytes.count)
  }

  private static func forms(_ vocabulary: Vocabulary) -> ([Form], [UInt8]) {
    var forms: [Form] = []
    var bytes: [UInt8] = []
    for id in 0..<Int32(vocabulary.idLimit) {
      let kind = vocabulary.kind(id)
      guard kind != .special, kind != .hole else { continue }
      for form in vocabulary.forms(of: id) {
        forms.append(
          Form(
            id: id, start: bytes.count, count: form.count, length: length(form, kind), kind: kind,
            isLoneSpace: form.elementsEqual([0x20])))
        bytes += form
      }
    }
    return (forms, bytes)
  }
}
