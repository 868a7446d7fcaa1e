import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCAlignment

@Suite struct VocabularyAtlasTests {
  private func descriptions(_ count: Int) throws -> [TokenizerDescription] {
    var generator = SeededGenerator(seed: 5)
    return try (0..<count).map { index in
      TokenizerDescription(
        name: "v\(index)", format: .tiktoken, files: [],
        vocabulary: try RandomVocabulary.make(&generator, size: 40 + 30 * index),
        algorithm: .greedyTrie)
    }
  }

  /// Each cell is what aligning the pair on its own gives.
  @Test func cellsAreTheCountsOfTheMaps() throws {
    let descriptions = try descriptions(4)
    let atlas = try #require(
      try VocabularyAtlas.building(descriptions, names: descriptions.map(\.name), threads: 1))
    for (row, source) in descriptions.enumerated() {
      for (column, target) in descriptions.enumerated() {
        let map = try TokenMap.aligning(source, to: target)
        var cell = VocabularyAtlas.Cell()
        for id in 0..<Int32(map.count) {
          let method = map.methods[Int(id)]
          switch source.vocabulary.kind(id) {
          case .hole: break
          case .special: if map.ids[Int(id)] >= 0 { cell.specialsPlaced += 1 } else { cell.specialsLeft += 1 }
          case .text, .fragment, .byte:
            if map.ids[Int(id)] < 0 {
              cell.unmatched += 1
            } else if method == .exact {
              cell.exact += 1
            } else {
              cell.prefix += 1
              cell.distance += Int(map.distances[Int(id)])
            }
          }
        }
        #expect(atlas.cells[row][column] == cell, "\(row) \(column)")
        if row == column { #expect(cell.exactShare == 1) }
      }
    }
  }

  @Test func theSameForEveryNumberOfThreads() throws {
    let descriptions = try descriptions(5)
    let made = try [1, 2, 7].map {
      try VocabularyAtlas.building(descriptions, names: descriptions.map(\.name), threads: $0)
    }
    #expect(made[0] == made[1] && made[0] == made[2])
  }

  @Test func aCancelledAtlasIsNone() throws {
    let descriptions = try descriptions(3)
    let names = descriptions.map(\.name)
    #expect(
      try VocabularyAtlas.building(descriptions, names: names, threads: 2, isCancelled: { true }) == nil)
  }

  /// The textbook case: 0 and 1 at 1, then 2 at the mean of 4 and 6, then 3 at the mean of 9, 10 and 11.
  @Test func groupsByAverageLinkage() {
    let linkage = AverageLinkage(distances: [[0, 1, 4, 9], [1, 0, 6, 10], [4, 6, 0, 11], [9, 10, 11, 0]])
    #expect(linkage.merges.map(\.height) == [1, 5, 10])
    #expect(linkage.merges.map { [$0.first, $0.second] } == [[0, 1], [4, 2], [5, 3]])
    #expect(linkage.order == [0, 1, 2, 3])
    #expect(AverageLinkage(distances: []).order.isEmpty)
    #expect(AverageLinkage(distances: [[0]]).order == [0])
  }

  /// Against the definition: the mean over all pairs across two groups, worked out from the members each time.
  @Test func heightsAreMeansOverMembers() {
    var generator = SeededGenerator(seed: 9)
    let count = 14
    var distances = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for a in 0..<count {
      for b in 0..<a {
        distances[a][b] = Double(generator.below(1000))
        distances[b][a] = distances[a][b]
      }
    }
    let linkage = AverageLinkage(distances: distances)
    var members = (0..<count).map { [$0] }
    for merge in linkage.merges {
      var sum = 0.0
      for a in members[merge.first] { for b in members[merge.second] { sum += distances[a][b] } }
      let mean = sum / Double(members[merge.first].count * members[merge.second].count)
      #expect(abs(merge.height - mean) < 1e-9)
      members.append(members[merge.first] + members[merge.second])
    }
    #expect(linkage.order.sorted() == Array(0..<count))
    #expect(members.last == linkage.order)
  }
}
