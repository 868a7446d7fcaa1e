import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCAlignment

@Suite struct EditDistanceTests {
  /// The plain table of Levenshtein, against which the bit-parallel form is held.
  private func naiveDistance(_ a: [UInt32], _ b: [UInt32]) -> Int {
    var table = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { table[i][0] = i }
    for j in 0...b.count { table[0][j] = j }
    for i in 0..<a.count {
      for j in 0..<b.count {
        table[i + 1][j + 1] = min(
          table[i][j + 1] + 1, table[i + 1][j] + 1, table[i][j] + (a[i] == b[j] ? 0 : 1))
      }
    }
    return table[a.count][b.count]
  }

  @Test func bitParallelEqualsTheTable() {
    var generator = SeededGenerator(seed: 11)
    var distance = BitParallelDistance(symbolCount: 5)
    for _ in 0..<3000 {
      let a = (0..<1 + generator.below(200)).map { _ in UInt32(1 + generator.below(4)) }
      let b = (0..<1 + generator.below(200)).map { _ in UInt32(1 + generator.below(4)) }
      let expected = naiveDistance(a, b)
      distance.setPattern(a)
      b.withUnsafeBufferPointer { b in
        #expect(distance.distance(to: b, bound: .max - 1) == expected)
        #expect(distance.distance(to: b, bound: expected) == expected)
        if expected > 0 { #expect(distance.distance(to: b, bound: expected - 1) > expected - 1) }
      }
    }
  }

  @Test func symbolsThatNoTargetHasMatchNothing() {
    var distance = BitParallelDistance(symbolCount: 3)
    distance.setPattern([0, 1, 0])
    [UInt32](arrayLiteral: 2, 1, 2).withUnsafeBufferPointer {
      #expect(distance.distance(to: $0, bound: 9) == 2)
    }
  }

  /// Every instruction set and every number of threads finds what comparing all with all finds.
  @Test func searchEqualsComparingAllWithAll() throws {
    for seed in 0..<60 {
      var generator = SeededGenerator(seed: UInt64(1000 + seed))
      let source = try RandomVocabulary.make(&generator, size: 80)
      let target = try RandomVocabulary.make(&generator, size: 80)
      var open = [TargetChoice](repeating: .unmatched, count: source.idLimit)
      for id in open.indices where source.kinds[id] != .text && source.kinds[id] != .fragment {
        open[id].id = 0
      }
      let expected = open.indices.map { naiveNearest(Int32($0), source, target, open[$0]) }
      for isa in KernelISA.available {
        for threads in [1, 2, 7] {
          var choices = open
          let search = EditDistanceSearch(source: source, target: target, isa: isa)
          try search.fill(&choices, replacingPrefix: true, threads: threads)
          #expect(choices == expected, "seed \(seed), \(isa), \(threads) threads")
        }
      }
    }
  }

  private func naiveNearest(
    _ id: Int32, _ source: Vocabulary, _ target: Vocabulary, _ open: TargetChoice
  ) -> TargetChoice {
    guard open.id < 0, source.kind(id) != .hole, source.canonical.length(Int(id)) > 0 else { return open }
    let isText = source.kind(id) == .text
    func units(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
      isText ? String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value) : bytes.map(UInt32.init)
    }
    var best = TargetChoice.unmatched
    for other in 0..<Int32(target.idLimit) {
      let kind = target.kind(other)
      guard isText ? kind == .text : (kind == .fragment || kind == .byte) else { continue }
      for form in source.forms(of: id) {
        for otherForm in target.forms(of: other) where !otherForm.isEmpty {
          let (a, b) = (units(form), units(otherForm))
          let distance = naiveDistance(a, b)
          guard distance < max(a.count, b.count) else { continue }
          if best.id < 0 || distance < best.distance {
            best = TargetChoice(id: other, method: .edit, distance: Int32(distance))
          }
        }
      }
    }
    return best
  }
}
