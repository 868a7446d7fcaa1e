import CMCAlignment
import CMCLanguageModel
import CMCPrimitives
import CMCTokenization
import CMCVocabulary

/// The checks that need no generation.
extension MapVerifier {
  private var user: Vocabulary { models.userTokenizer.description.vocabulary }
  private var delta: Vocabulary { models.deltaTokenizer.description.vocabulary }

  /// Whether entries that say so are exact, or in a prefix relation.
  func checkEntries(_ report: inout VerificationReport) {
    let relation = TextRelation(user: user, delta: delta)
    var wrong: [Int32] = []
    var count = 0
    for row in 0..<models.map.count where models.map.ids[row] >= 0 {
      let (source, target) = (Int32(row), models.map.ids[row])
      let holds: Bool
      switch models.map.methods[row] {
      case .exact: holds = relation.isExact(source, target)
      case .prefix: holds = relation.holds(source, target)
      default: continue
      }
      count += 1
      if !holds { wrong.append(source) }
    }
    let shown = wrong.prefix(3).map(String.init).joined(separator: ", ")
    report.add(
      "entries are what they say", wrong.isEmpty ? .passed : .failed,
      wrong.isEmpty
        ? "\(count) exact and prefix entries, all with such bytes"
        : "\(wrong.count) of \(count) exact and prefix entries have other bytes (tokens \(shown)…)")
  }

  /// Whether each special token and role has a place.
  func checkSpecials(_ report: inout VerificationReport) {
    var missing: [String] = []
    for role in [TokenRole.eos, .endOfTurn] {
      let ids = user.ids(of: role)
      if !ids.isEmpty, !delta.ids(of: role).isEmpty, !ids.contains(where: { models.map.isMatched($0) }) {
        missing.append(role.name)
      }
    }
    report.add(
      "end roles have a target", missing.isEmpty ? .passed : .failed,
      missing.isEmpty
        ? "eos and end of turn, as far as both models have them"
        : "\(missing.joined(separator: ", ")) has none")
    let specials = (0..<Int32(min(user.idLimit, models.map.count))).filter { user.kind($0) == .special }
    let unplaced = specials.filter { !models.map.isMatched($0) }
    let shown = unplaced.prefix(5).map { String(decoding: user.canonical[Int($0)], as: UTF8.self) }
    report.add(
      "special tokens have a target", unplaced.isEmpty ? .passed : .warning,
      unplaced.isEmpty
        ? "all \(specials.count)"
        : "\(unplaced.count) of \(specials.count) have none: \(shown.joined(separator: " "))\(unplaced.count > 5 ? " …" : "")"
    )
  }

  /// Whether text survives both tokenizers.
  func checkTexts(_ report: inout VerificationReport) throws {
    for (side, tokenizer) in [("user", models.userTokenizer), ("delta", models.deltaTokenizer)] {
      var lost: [String] = []
      for text in settings.texts where try tokenizer.decode(tokenizer.encode(text)) != Array(text.utf8) {
        lost.append(text)
      }
      report.add(
        "text survives the \(side) tokenizer", lost.isEmpty ? .passed : .warning,
        lost.isEmpty
          ? "all \(settings.texts.count) texts"
          : "\(lost.count) of \(settings.texts.count) texts come back changed: \(lost[0].prefix(24))")
    }
  }

  /// Whether the user's vocabulary, aligned with itself, is the identity.
  func checkSelfMap(_ report: inout VerificationReport) throws {
    let description = models.userTokenizer.description
    let map = try TokenMap.aligning(description, to: description)
    var wrong = 0
    // Two tokens with the same bytes are each other's equal; the lower id stands for both.
    for row in 0..<map.count where description.vocabulary.kinds[row] != .hole {
      let id = map.ids[row]
      if id < 0
        || !description.vocabulary.canonical[Int(id)].elementsEqual(description.vocabulary.canonical[row])
      {
        wrong += 1
      }
    }
    report.add(
      "the user vocabulary maps to itself", wrong == 0 ? .passed : .failed,
      wrong == 0 ? "\(description.vocabulary.tokenCount) tokens" : "\(wrong) tokens do not")
  }

  /// Whether zeros change nothing, and a constant only what has no target.
  func checkConstants(_ report: inout VerificationReport) throws {
    guard let prompt = settings.prompts.first else { return }
    models.user.truncate(to: 0)
    var logits: [Float] = []
    try models.user.extend(prompt.user, logits: .last) { _, values in logits = Array(values) }
    func scores(_ constant: Float, _ mode: ControlMode) -> [Float] {
      let combiner = ScoreCombiner(
        mode: mode, policy: settings.policy,
        terms: [ScoreCombiner.Term(columns: columns, alpha: settings.alpha)])
      let delta = [Float](repeating: constant, count: columns.deltaWidth)
      var scores = logits
      logits.withUnsafeBufferPointer { user in
        delta.withUnsafeBufferPointer { delta in
          scores.withUnsafeMutableBufferPointer { combiner.combine(user: user, deltas: [delta], into: $0) }
        }
      }
      return scores
    }
    let isMask = settings.policy == .mask
    var changed = 0
    for mode in [ControlMode.add, .baseNormalize] {
      let shift = mode == .add ? 0 : logits.withUnsafeBufferPointer(logSumExp)
      for (column, score) in scores(0, mode).enumerated() where !(isMask && columns.isUnmatched(column)) {
        if score != logits[column] - shift { changed += 1 }
      }
    }
    report.add(
      "a delta of zeros changes nothing", changed == 0 ? .passed : .failed,
      changed == 0 ? "in add and base-normalize, \(logits.count) scores each" : "\(changed) scores differ")
    let constant = scores(1, .add)
    var unexplained = 0
    var moved = 0
    for column in constant.indices where !(isMask && columns.isUnmatched(column)) {
      let isShifted = !columns.isUnmatched(column) || settings.policy != .zero
      let expected = logits[column] + (isShifted ? settings.alpha : 0)
      if abs(constant[column] - expected) > 1e-4 * max(1, abs(expected)) { unexplained += 1 }
      if !isShifted { moved += 1 }
    }
    report.add(
      "a constant delta shifts all alike", unexplained == 0 ? .passed : .failed,
      unexplained == 0
        ? "but for \(moved) unmatched columns, which stay" : "\(unexplained) columns moved otherwise")
  }
}
