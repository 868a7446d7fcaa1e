import CMCAlignment
import CMCControlledDecoding
import CMCTokenization
import CMCVocabulary
import TestSupport
import Testing

/// Two delta models at once: what each of them does counts, not only the last one's.
@Suite struct SeveralDeltasTests {
  let pair: DeltaHistoryTests.Pair

  init() throws {
    pair = try DeltaHistoryTests.Pair(DeltaHistoryTests.demo[0].0, DeltaHistoryTests.demo[0].1)
  }

  /// A map of four user tokens to two delta tokens, one of the four without a target.
  private func columns(without missing: Int) throws -> MappedColumns {
    let rows = 0..<4
    let map = try TokenMap(
      source: MapSide(name: "u"), target: MapSide(name: "d"),
      ids: rows.map { $0 == missing ? -1 : Int32($0 % 2) },
      methods: rows.map { $0 == missing ? .unmatched : .exact },
      distances: rows.map { $0 == missing ? -1 : 0 })
    return try MappedColumns(map, userWidth: 4, deltaWidth: 2)
  }

  private func scores(_ alphas: (Float, Float), missing: (Int, Int)) throws -> [Float] {
    let combiner = ScoreCombiner(
      mode: .add, policy: .mask,
      terms: [
        .init(columns: try columns(without: missing.0), alpha: alphas.0),
        .init(columns: try columns(without: missing.1), alpha: alphas.1),
      ])
    let (user, first, second): ([Float], [Float], [Float]) = ([1, 2, 3, 4], [10, 20], [100, 200])
    var scores = user
    user.withUnsafeBufferPointer { user in
      first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in
          scores.withUnsafeMutableBufferPointer {
            combiner.combine(user: user, deltas: [first, second], into: $0)
          }
        }
      }
    }
    return scores
  }

  /// Under `mask` a token that any of the models has no say in cannot be chosen; a factor of 0 masks nothing.
  @Test func eachModelMasksItsOwnUnmatchedTokens() throws {
    #expect(try scores((1, 1), missing: (3, 2)) == [111, 222, -.infinity, -.infinity])
    #expect(try scores((1, 1), missing: (1, 1)) == [111, -.infinity, 113, 224])
    #expect(try scores((1, 0), missing: (3, 2)) == [11, 22, 13, -.infinity])
    #expect(try scores((0, 1), missing: (3, 2)) == [101, 202, -.infinity, 204])
  }

  /// A user model's columns beyond a shared vocabulary are padding: they have no target.
  @Test func paddingOfASharedVocabularyIsUnmatched() throws {
    let combiner = ScoreCombiner(
      mode: .add, policy: .zero,
      terms: [.init(columns: try MappedColumns(identity: 4, deltaWidth: 3), alpha: 1)])
    var scores: [Float] = [1, 2, 3, 4]
    let (user, delta): ([Float], [Float]) = (scores, [10, 20, 30])
    user.withUnsafeBufferPointer { user in
      delta.withUnsafeBufferPointer { delta in
        scores.withUnsafeMutableBufferPointer { combiner.combine(user: user, deltas: [delta], into: $0) }
      }
    }
    #expect(scores == [11, 22, 33, 4])
  }

  /// Of candidates with equal scores the lower id is listed first.
  @Test func equalCandidatesAreListedByTheirIDs() throws {
    let width = pair.user.description.vocabulary.idLimit
    let generator = try ControlledGenerator(
      user: ScriptedModel.constant(width: width, 1), tokenizer: pair.user, prompt: [4], deltas: [],
      combiner: ScoreCombiner(mode: .add, policy: .zero, terms: []), matchKind: { _ in .exact })
    var options = ControlledGenerator.Options()
    options.maxTokens = 1
    options.traceTop = 3
    let step = try #require(try generator.generate(options).steps.first)
    #expect(step.userTop.map(\.id) == [0, 1, 2] && step.combinedTop.map(\.id) == [0, 1, 2])
  }

  /// A step is encoded anew when any of the models has to, and its positions are those of all.
  @Test(arguments: [true, false])
  func aStepTellsOfAllModels(mappedFirst: Bool) throws {
    let width = (
      user: pair.user.description.vocabulary.idLimit, delta: pair.delta.description.vocabulary.idLimit
    )
    let mapped = try DeltaModel(
      name: "mapped", model: ScriptedModel.hashing(width: width.delta, seed: 2),
      history: DeltaHistory(prompt: [7, 8], map: pair.map, user: pair.user, delta: pair.delta))
    let shared = try DeltaModel(
      name: "shared", model: ScriptedModel.hashing(width: width.user, seed: 3),
      history: DeltaHistory(prompt: [9]))
    let terms: [ScoreCombiner.Term] = [
      .init(
        columns: try MappedColumns(pair.map, userWidth: width.user, deltaWidth: width.delta), alpha: 0.4),
      .init(columns: try MappedColumns(identity: width.user, deltaWidth: width.user), alpha: 0.6),
    ]
    let map = pair.map
    let generator = try ControlledGenerator(
      user: ScriptedModel.hashing(width: width.user, seed: 1), tokenizer: pair.user, prompt: [4, 5, 6],
      deltas: mappedFirst ? [mapped, shared] : [shared, mapped],
      combiner: ScoreCombiner(
        mode: .add, policy: .zero, terms: mappedFirst ? terms : terms.reversed()),
      matchKind: { MatchKind($0, in: map) })
    var options = ControlledGenerator.Options()
    options.maxTokens = 60
    let steps = try generator.generate(options).steps.dropLast()
    var history = DeltaHistory(prompt: [7, 8], map: pair.map, user: pair.user, delta: pair.delta)
    for step in steps {
      let change = try history.append(step.token)
      try #require(step.deltaChanges.count == 2)
      #expect(step.deltaChanges[mappedFirst ? 0 : 1] == change)
      #expect(!step.deltaChanges[mappedFirst ? 1 : 0].isReencoded)
      #expect(step.isReencoded == change.isReencoded)
      #expect(step.deltaPositions == change.added.count + 1)
    }
    #expect(steps.contains(where: \.isReencoded) && !steps.allSatisfy(\.isReencoded))
  }
}
