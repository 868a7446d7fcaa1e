/// Groups points by average linkage: at each turn the two groups whose members are closest in the mean become one.
///
/// Equal distances are settled by the lowest place, so the result is the same everywhere (UPGMA; Sokal and Michener 1958).
struct AverageLinkage {
  /// The merges in order.
  private(set) var merges: [VocabularyAtlas.Merge] = []
  /// The points from left to right.
  private(set) var order: [Int] = []

  /// Groups points of the given symmetric distances.
  ///
  /// - Complexity: O(points³), for some hundred points.
  init(distances: [[Double]]) {
    struct Group {
      var number: Int
      var members: [Int]
    }
    var groups = distances.indices.map { Group(number: $0, members: [$0]) }
    func gap(_ first: Group, _ second: Group) -> Double {
      var sum = 0.0
      for a in first.members { for b in second.members { sum += distances[a][b] } }
      return sum / Double(first.members.count * second.members.count)
    }
    // Distances between groups, kept up to date by the mean of the two that were joined, weighted by their sizes.
    var gaps = groups.map { first in groups.map { gap(first, $0) } }
    while groups.count > 1 {
      var best = (0, 1)
      for first in groups.indices {
        for second in groups.indices where second > first && gaps[first][second] < gaps[best.0][best.1] {
          best = (first, second)
        }
      }
      let (first, second) = best
      merges.append(
        VocabularyAtlas.Merge(
          first: groups[first].number, second: groups[second].number, height: gaps[first][second]))
      let (weight, other) = (Double(groups[first].members.count), Double(groups[second].members.count))
      for third in groups.indices where third != first && third != second {
        let joined = (gaps[first][third] * weight + gaps[second][third] * other) / (weight + other)
        gaps[first][third] = joined
        gaps[third][first] = joined
      }
      groups[first].number = distances.count + merges.count - 1
      groups[first].members += groups[second].members
      groups.remove(at: second)
      gaps.remove(at: second)
      for row in gaps.indices { gaps[row].remove(at: second) }
    }
    order = groups.first?.members ?? []
  }
}
