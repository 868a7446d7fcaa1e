import CMCAlignment
import CMCControlledDecoding
import CMCPrimitives
import Foundation
import Testing

/// Scores against the formula written out in double precision, and the identities that must hold.
@Suite struct ScoreCombinerTests {
  static let user: [Float] = [1.5, -2, 0.25, 3, -0.5, 2.75]
  static let delta: [Float] = [0.5, -1.25, 2, -3]
  /// Column 4 has no target, column 3 two.
  static let map = TokenMap(
    source: MapSide(name: "u"), target: MapSide(name: "d"),
    entries: [
      MapEntry(id: 2, method: .exact, distance: 0), MapEntry(id: 0, method: .exact, distance: 0),
      MapEntry(id: 0, method: .prefix, distance: 1),
      TargetSequence(ids: [1, 2], weights: [0.25, 0.75], combination: .mean).map {
        MapEntry($0, method: .override, distance: 0)
      } ?? .unmatched,
      .unmatched, MapEntry(id: 3, method: .exact, distance: 0),
    ])

  /// The rule of ExactSemantics, section 4, by the word.
  static func naive(
    _ user: [Float], _ delta: [Float], _ map: TokenMap, alpha: Double, _ mode: ControlMode,
    _ policy: UnmatchedPolicy
  ) -> [Double] {
    func logSoftmax(_ x: [Float]) -> [Double] {
      let sum = x.reduce(0.0) { $0 + exp(Double($1)) }
      return x.map { Double($0) - log(sum) }
    }
    let b = mode == .add ? user.map(Double.init) : logSoftmax(user)
    guard alpha != 0 else { return b }
    let d = mode == .normalize ? logSoftmax(delta) : delta.map(Double.init)
    let terms: [Double?] = map.ids.indices.map { row in
      guard map.ids[row] >= 0 else { return nil }
      guard let sequence = map.sequences[Int32(row)] else { return d[Int(map.ids[row])] }
      let values = sequence.ids.map { d[Int($0)] }
      switch sequence.combination {
      case .max: return values.reduce(-.infinity, max)
      case .mean: return zip(values, sequence.weights).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
    }
    let mapped = terms.compactMap { $0 }
    return zip(b, terms).map { b, term in
      if let term { return b + alpha * term }
      switch policy {
      case .zero: return b
      case .mean: return b + alpha * mapped.reduce(0, +) / Double(mapped.count)
      case .min: return b + alpha * mapped.reduce(.infinity, min)
      case .mask: return -.infinity
      }
    }
  }

  func combine(
    _ user: [Float], _ delta: [Float], _ map: TokenMap, alpha: Float, _ mode: ControlMode,
    _ policy: UnmatchedPolicy
  ) throws -> [Float] {
    let columns = try MappedColumns(map, userWidth: user.count, deltaWidth: delta.count)
    let combiner = ScoreCombiner(mode: mode, policy: policy, terms: [.init(columns: columns, alpha: alpha)])
    var scores = user
    user.withUnsafeBufferPointer { user in
      delta.withUnsafeBufferPointer { delta in
        scores.withUnsafeMutableBufferPointer { combiner.combine(user: user, deltas: [delta], into: $0) }
      }
    }
    return scores
  }

  @Test(arguments: ControlMode.allCases, UnmatchedPolicy.allCases)
  func scoresAreThoseOfTheRule(mode: ControlMode, policy: UnmatchedPolicy) throws {
    for alpha: Float in [0, 0.5, 1, -1.5] {
      let scores = try combine(Self.user, Self.delta, Self.map, alpha: alpha, mode, policy)
      let expected = Self.naive(Self.user, Self.delta, Self.map, alpha: Double(alpha), mode, policy)
      for (score, wanted) in zip(scores, expected) {
        #expect(score == Float(wanted) || abs(Double(score) - wanted) < 1e-5)
      }
    }
  }

  @Test(arguments: [ControlMode.add, .baseNormalize])
  func zerosChangeNothing(mode: ControlMode) throws {
    for policy in [UnmatchedPolicy.zero, .mean, .min] {
      let alone = try combine(Self.user, Self.delta, Self.map, alpha: 0, mode, policy)
      #expect(try combine(Self.user, [0, 0, 0, 0], Self.map, alpha: 2, mode, policy) == alone)
    }
  }

  @Test func aConstantUnderMeanShiftsAll() throws {
    let scores = try combine(Self.user, [3, 3, 3, 3], Self.map, alpha: 0.5, .add, .mean)
    #expect(scores == Self.user.map { $0 + 1.5 })
    // Under zero the column without a target stays behind by just that much.
    let zero = try combine(Self.user, [3, 3, 3, 3], Self.map, alpha: 0.5, .add, .zero)
    #expect(zero[4] == Self.user[4] && zero[0] == Self.user[0] + 1.5)
  }

  @Test func aMapToItselfIsDirectAddition() throws {
    let map = TokenMap(
      source: MapSide(name: "u"), target: MapSide(name: "u"),
      choices: (0..<6).map { TargetChoice(id: $0, method: .exact, distance: 0) })
    let delta: [Float] = [1, -1, 0.5, 2, -2, 4]
    let scores = try combine(Self.user, delta, map, alpha: 0.75, .add, .zero)
    #expect(scores == zip(Self.user, delta).map { $0 + 0.75 * $1 })
  }

  @Test func twoTermsAdd() throws {
    let columns = try MappedColumns(Self.map, userWidth: 6, deltaWidth: 4)
    let other = try MappedColumns(identity: 6, deltaWidth: 6)
    let combiner = ScoreCombiner(
      mode: .add, policy: .zero,
      terms: [.init(columns: columns, alpha: 0.7), .init(columns: other, alpha: 0.3)])
    let second: [Float] = [1, 2, 3, 4, 5, 6]
    var scores = Self.user
    Self.user.withUnsafeBufferPointer { user in
      Self.delta.withUnsafeBufferPointer { delta in
        second.withUnsafeBufferPointer { second in
          scores.withUnsafeMutableBufferPointer {
            combiner.combine(user: user, deltas: [delta, second], into: $0)
          }
        }
      }
    }
    let first = try combine(Self.user, Self.delta, Self.map, alpha: 0.7, .add, .zero)
    for column in scores.indices {
      #expect(abs(scores[column] - (first[column] + 0.3 * second[column])) < 1e-6)
    }
    #expect(abs(combiner.contribution(of: 1, to: 2) - 0.9) < 1e-6)
  }

  @Test func mapsThatDoNotBelongAreRefused() {
    #expect(throws: ControlError.mapBeyondDelta(id: 3, width: 3)) {
      try MappedColumns(Self.map, userWidth: 6, deltaWidth: 3)
    }
    #expect(throws: ControlError.mapBeyondUser(rows: 6, width: 5)) {
      try MappedColumns(Self.map, userWidth: 5, deltaWidth: 4)
    }
    #expect(throws: ControlError.widthsDiffer(user: 5000, delta: 100)) {
      try MappedColumns(identity: 5000, deltaWidth: 100)
    }
  }

  @Test(arguments: [1, 7, 8, 63, 64, 65, 1000])
  func logSumExpIsThatOfDoubles(count: Int) {
    let values = (0..<count).map { Float(sin(Double($0) * 12.9898) * 30) }
    let top = Double(values.max() ?? 0)
    let expected = top + log(values.reduce(0.0) { $0 + exp(Double($1) - top) })
    let found = values.withUnsafeBufferPointer(logSumExp)
    #expect(abs(Double(found) - expected) < 2e-6 * max(1, abs(expected)))
    let masked = values + [-.infinity, -.infinity]
    #expect(abs(masked.withUnsafeBufferPointer(logSumExp) - found) < 1e-5)
  }
}
