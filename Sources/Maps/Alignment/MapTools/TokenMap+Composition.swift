import CMCHashing

/// A map put together of two.
public struct TokenMapComposition: Sendable, Equatable {
  /// The map.
  public var map: TokenMap
  /// Entries that the first map has a target for and that the second leaves without one.
  public var lost: Int
  /// What could not be checked; one sentence each.
  public var notes: [String]
}

extension TokenMap {
  /// Follows this map, then another one: A → B and B → C make A → C.
  ///
  /// Distances add up, unless one is unknown; of two methods the worse stands. Sequences multiply by weight; targets
  /// that the second map leaves out take their weight along, and the rest is scaled to 1.
  ///
  /// - Throws: ``TokenMapToolError`` where the vocabulary in the middle is not the same.
  /// - Complexity: O(rows of this map + lengths of sequences).
  public func composed(with next: TokenMap) throws -> TokenMapComposition {
    let notes = try checkMiddle(next)
    var composer = Composer(first: self, second: next)
    for source in ids.indices { composer.add(source) }
    let map = try TokenMap(
      source: source, target: next.target, ids: composer.ids, methods: composer.methods,
      distances: composer.distances, sequences: composer.sequences,
      overrides: overrides + next.overrides.filter { !overrides.contains($0) })
    return TokenMapComposition(map: map, lost: composer.lost, notes: notes)
  }

  private func checkMiddle(_ next: TokenMap) throws -> [String] {
    if let limit = entry(beyond: next.count - 1) {
      throw TokenMapToolError.idOutOfRange(source: limit.source, id: limit.id, limit: next.count - 1)
    }
    if let expected = target.fingerprint, let found = next.source.fingerprint {
      guard expected == found else {
        throw TokenMapToolError.fingerprint(
          side: "the first map's target and the second map's source", expected: expected.hex, found: found.hex
        )
      }
      return []
    }
    let found = next.source.maxID ?? next.count - 1
    if let expected = target.maxID, expected != found {
      throw TokenMapToolError.size(
        side: "the first map's target and the second map's source", expected: expected, found: found)
    }
    return ["a map without fingerprints: the vocabulary in the middle was compared by size only"]
  }
}

extension MapMethod {
  /// How far an entry of this method is from being the same token; composition keeps the larger.
  var badness: Int {
    switch self {
    case .exact: 0
    case .role: 1
    case .override: 2
    case .prefix: 3
    case .edit: 4
    case .retokenized: 5
    case .imported: 6
    case .unmatched: 7
    }
  }
}

/// The columns of a composition as they grow.
private struct Composer {
  let first: TokenMap
  let second: TokenMap
  var ids: [Int32] = []
  var methods: [MapMethod] = []
  var distances: [Int32] = []
  var sequences: [Int32: TargetSequence] = [:]
  var lost = 0

  init(first: TokenMap, second: TokenMap) {
    self.first = first
    self.second = second
    ids.reserveCapacity(first.count)
    methods.reserveCapacity(first.count)
    distances.reserveCapacity(first.count)
  }

  mutating func add(_ source: Int) {
    let start = first.sequences[Int32(source)]
    let middle = start?.ids ?? (first.ids[source] < 0 ? [] : [first.ids[source]])
    let reached = middle.indices.filter { second.ids[Int(middle[$0])] >= 0 }
    guard let head = reached.first else {
      if !middle.isEmpty { lost += 1 }
      // An override that leaves a token unmatched stays one.
      append(TokenMap.unmatchedID, middle.isEmpty ? first.methods[source] : .unmatched, TokenMap.noDistance)
      return
    }
    var method = first.methods[source]
    var distance = first.distances[source]
    var farthest: Int32 = 0
    for place in reached {
      let next = Int(middle[place])
      if second.methods[next].badness > method.badness { method = second.methods[next] }
      if second.distances[next] < 0 { distance = TokenMap.noDistance }
      farthest = Swift.max(farthest, second.distances[next])
    }
    if distance >= 0 { distance = Int32(clamping: Int(distance) + Int(farthest)) }
    append(second.ids[Int(middle[head])], method, distance)
    if let sequence = sequence(start, middle, reached) { sequences[Int32(source)] = sequence }
  }

  private mutating func append(_ id: Int32, _ method: MapMethod, _ distance: Int32) {
    ids.append(id)
    methods.append(method)
    distances.append(distance)
  }

  /// The targets of all parts, each once, in the order they come up; nil where it is one.
  private func sequence(_ start: TargetSequence?, _ middle: [Int32], _ reached: [Int]) -> TargetSequence? {
    var targets: [Int32] = []
    var weights: [Float] = []
    var combination = start?.combination
    for place in reached {
      let next = second.sequences[middle[place]]
      combination = combination ?? next?.combination
      let share = start?.weights[place] ?? 1
      for (index, id) in (next?.ids ?? [second.ids[Int(middle[place])]]).enumerated() {
        let weight = share * (next?.weights[index] ?? 1)
        if let known = targets.firstIndex(of: id) {
          weights[known] += weight
        } else {
          targets.append(id)
          weights.append(weight)
        }
      }
    }
    guard targets.count > 1, let combination else { return nil }
    let sum = weights.reduce(0, +)
    return TargetSequence(
      ids: targets, weights: sum > 0 ? weights.map { $0 / sum } : nil, combination: combination)
  }
}
