import CMCAlignment
import CMCLogitShift
import CMCOptimalTransport
import CMCPrimitives
import CMCResultCoding
import TestSupport
import Testing

@Suite("Similarity of runs")
struct SimilarityTests {
  private func calculator(
    threads: Int = 2, _ change: (inout SimilaritySettings) -> Void = { _ in }
  ) throws -> SimilarityCalculator {
    var settings = SimilaritySettings()
    settings.top = 8
    settings.shuffles = 3
    settings.resamples = 200
    change(&settings)
    return try SimilarityCalculator(settings, tool: "test", threads: threads)
  }

  @Test("A run and itself: no distance, full correlation") func itself() throws {
    let fixture = try FixtureRuns(prompts: 3, steps: 6, width: 20)
    let run = try fixture.write("a") { (2 * hashed($0, $1, $2), hashed(1, $0, $1, $2)) }
    let result = try calculator().compare(try RunPair(run, run, map: nil))
    for ranking in result.rankings {
      for measure in SimilarityMeasure.allCases {
        let mean = try #require(ranking.summary(of: measure)?.mean)
        #expect(abs(mean - (measure.isDistance ? 0 : 1)) < 1e-9, "\(measure)")
      }
      #expect(ranking.null == nil)
    }
    #expect(result.rankings.map(\.rule) == [.base, .tuned])
    #expect(result.rankings[0].isDefault)
  }

  @Test("Every figure of a pair by plain loops") func naive() throws {
    let fixture = try FixtureRuns(prompts: 2, steps: 5, width: 16)
    let base: (Int, Int, Int) -> Float = { 2 * hashed($0, $1, $2) }
    let one = try fixture.write("one") { (base($0, $1, $2), hashed(1, $0, $1, $2)) }
    let two = try fixture.write("two", fingerprint: "b") { (hashed(7, $0, $1, $2), hashed(2, $0, $1, $2)) }
    let map = fixture.map(offset: 3, unmatched: [2, 5])
    let result = try calculator().compare(try RunPair(one, two, map: (map, "map.json")), rules: [.tuned])
    let ranking = result.rankings[0]
    var unmatched = 0
    for prompt in 0..<2 {
      var (x, y, kl) = ([Double](), [Double](), 0.0)
      for step in 0..<5 {
        let (a, b) = (try one.prompt(prompt).step(step), try two.prompt(prompt).step(step))
        let order = (0..<16).sorted { a.tuned[$0] > a.tuned[$1] }.prefix(8)
        let own = order.map { Double(a.tuned[$0]) - Double(a.base[$0]) }
        let other = order.map { column -> Double in
          if [2, 5].contains(column) {
            unmatched += 1
            return 0
          }
          let target = (column + 3) % 16
          return Double(b.tuned[target]) - Double(b.base[target])
        }
        x += own
        y += other
        func normalized(_ shifts: [Double]) -> [Double] {
          let weights = zip(order, shifts).map { exponential(Double(a.base[$0]) + $1) }
          return weights.map { $0 / weights.reduce(0, +) }
        }
        for (p, q) in zip(normalized(own), normalized(other)) { kl += p * logarithm(p / q) / 5 }
      }
      let values = ranking.prompts[prompt].values
      let problem = try TransportProblem(
        try PointCloud(x, count: 5, dimension: 8, name: "x"),
        try PointCloud(y, count: 5, dimension: 8, name: "y"))
      let sinkhorn = try SinkhornSolver().solve(problem).value / 8
      #expect(abs(try #require(values.sinkhorn) - sinkhorn) < 1e-12)
      let exact = try ExactTransport().solve(problem).value / 8
      #expect(abs(try #require(values.exact) - exact) < 1e-12)
      let difference = zip(x, y).reduce(0) { $0 + abs($1.0 - $1.1) } / 40
      #expect(abs(try #require(values.meanAbsoluteDifference) - difference) < 1e-12)
      #expect(abs(try #require(values.divergence) - kl) < 1e-9)
    }
    #expect(abs(ranking.unmatchedShare - Double(unmatched) / 80) < 1e-12)
    #expect(result.map?.matched == 14)
    #expect(ranking.null?.values.count == 3)
  }

  @Test("The same shifts through a map: no distance, and shuffled maps have one") func throughMap() throws {
    let fixture = try FixtureRuns(prompts: 4, steps: 6, width: 24)
    let one = try fixture.write("one") { (hashed($0, $1, $2), 2 * hashed(1, $0, $1, $2)) }
    // Column c of the second is column c − 5 of the first; constant differences of logits do not matter.
    let two = try fixture.write("two", fingerprint: "b") {
      let column = ($2 + 19) % 24
      return (hashed($0, $1, column) + 3, 2 * hashed(1, $0, $1, column))
    }
    let map = fixture.map(offset: 5)
    let result = try calculator().compare(try RunPair(one, two, map: (map, "m")))
    let first = result.rankings[0]
    #expect(first.rule == .tuned)
    #expect(abs(first.summary(of: .sinkhorn)?.mean ?? 1) < 1e-9)
    let null = try #require(first.null)
    #expect(null.least > 0.1 && null.asSmall == 0 && null.seeds == [1, 2, 3])
    #expect(null.mean == null.values.reduce(0, +) / 3)
  }

  @Test("Threads change nothing; a result reads back") func threads() throws {
    let fixture = try FixtureRuns(prompts: 5, steps: 4, width: 30)
    let one = try fixture.write("one", kept: 10) { (hashed($0, $1, $2), hashed(1, $0, $1, $2)) }
    let two = try fixture.write("two") { (hashed($0, $1, $2), hashed(2, $0, $1, $2)) }
    let results = try [1, 2, 7].map { try calculator(threads: $0).compare(try RunPair(one, two, map: nil)) }
    #expect(results[0] == results[1] && results[0] == results[2])
    let bytes = try ResultCoding.encode(results[0])
    #expect(try ResultCoding.decode(SimilarityResult.self, from: bytes) == results[0])
  }

  @Test("Heat maps: rows sorted by the first model, the second in the same order") func heatMaps() throws {
    let fixture = try FixtureRuns(prompts: 2, steps: 7, width: 12)
    let one = try fixture.write("one") { (hashed($0, $1, $2), hashed(1, $0, $1, $2)) }
    let two = try fixture.write("two") { (hashed($0, $1, $2), hashed(2, $0, $1, $2)) }
    let result = try calculator {
      $0.heatMapSteps = 5
      $0.heatMaps = 1
    }.compare(try RunPair(one, two, map: nil))
    #expect(result.heatMaps.count == 1)
    let map = result.heatMaps[0]
    #expect(map.steps == [0, 1, 2, 3, 4])
    for row in 0..<5 {
      #expect(map.upper[row] == map.upper[row].sorted(by: >))
      let (a, b) = (try one.prompt(0).step(row), try two.prompt(0).step(row))
      for (place, token) in map.tokens[row].enumerated() {
        let column = Int(map.ids[token])
        #expect(map.texts[token] == "#\(column)")
        #expect(abs(map.upper[row][place] - (a.tuned[column] - a.base[column])) < 1e-5)
        #expect(abs(map.lower[row][place] - (b.tuned[column] - b.base[column])) < 1e-5)
      }
    }
    #expect(map.limit == (map.upper + map.lower).joined().map { abs($0) }.max())
  }

  @Test("The reference's pairing: one step off across vocabularies only") func compatibility() throws {
    let fixture = try FixtureRuns(prompts: 2, steps: 6, width: 12)
    let one = try fixture.write("one") { (hashed($0, $1, $2), hashed(1, $0, $1, $2)) }
    // The second's step t is the first's step t + 1.
    let two = try fixture.write("two", fingerprint: "b") {
      (hashed($0, $1 + 1, $2), hashed(1, $0, $1 + 1, $2))
    }
    let pair = try RunPair(one, two, map: (fixture.map(offset: 0), "m"))
    let compatible = try calculator { $0.isReferenceCompatible = true }.compare(pair, rules: [.tuned])
    #expect(abs(compatible.rankings[0].summary(of: .sinkhorn)?.mean ?? 1) < 1e-9)
    #expect(compatible.prompts[0].steps == 5)
    let plain = try calculator().compare(pair, rules: [.tuned])
    #expect(plain.prompts[0].steps == 6)
    #expect(plain.rankings[0].summary(of: .meanAbsoluteDifference)?.mean ?? 0 > 0.1)
  }
}
