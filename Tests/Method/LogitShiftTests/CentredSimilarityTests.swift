import CMCAlignment
import CMCPrimitives
import CMCResultCoding
import TestSupport
import Testing

@testable import CMCLogitShift

@Suite("Centred measures in closed form, and what the map is worth")
struct CentredSimilarityTests {
  private func calculator(top: Int = 30, shuffles: Int = 19) throws -> SimilarityCalculator {
    var settings = SimilaritySettings()
    settings.top = top
    settings.shuffles = shuffles
    settings.resamples = 200
    settings.heatMaps = 0
    return try SimilarityCalculator(settings, tool: "t", threads: 2)
  }

  /// Columns below 30 are the best ones of every step; a number added to them alone is constant where they are kept.
  private func base(_ run: Int, _ prompt: Int, _ step: Int, _ column: Int) -> Float {
    hashed(run, prompt, step, column) + (column < 30 ? 20 : 0)
  }

  @Test("A shift that is constant a step: undefined, and said; the paper's distance sees it") func constant()
    throws
  {
    let fixture = try FixtureRuns(prompts: 4, steps: 5, width: 60)
    let one = try fixture.write("one") { (base(0, $0, $1, $2), hashed(1, $0, $1, $2)) }
    let two = try fixture.write("two", fingerprint: "b") {
      (hashed(5, $0, $1, $2), $2 < 30 ? 3 + Float($1) : 0)
    }
    let result = try calculator().compare(
      try RunPair(one, two, map: (fixture.map(offset: 0), "m")), rules: [.tuned])
    let ranking = result.rankings[0]
    #expect(ranking.prompts.allSatisfy { $0.values.centredCosineDistance == nil })
    #expect(ranking.prompts.allSatisfy { $0.values.centredUnitSinkhorn == nil })
    #expect(ranking.summary(of: .centredCosineDistance)?.mean == nil)
    #expect(ranking.summary(of: .sinkhorn)?.mean ?? 0 > 0)
    #expect(try #require(ranking.meanShares?.second) > 0.999_999)
    #expect(
      result.notes.contains { $0.contains("centred measures are not defined in 4 of 4 prompts: there two") })
    let nulls = try #require(ranking.nulls)
    #expect(nulls.allSatisfy { $0.measure == .sinkhorn } && nulls.count == 2)
  }

  @Test("Centred in closed form: the same but for a constant 0, opposite 2, half of the columns alike")
  func forms() {
    let (columns, largest) = (4, [1.0, 1])
    let x = [1.0, 2, 3, 4, 0, 0, 1, -1]
    func distance(_ y: [Double]) -> Double? {
      let (a, b) = (
        CentredShifts(x, columns: columns, largest: largest),
        CentredShifts(y, columns: columns, largest: largest)
      )
      return Correlations.cosineDistance(a.values, b.values)
    }
    #expect(distance(x) == 0 && distance(x.map { _ in 3 }) == nil)
    #expect(abs(distance(x.enumerated().map { $1 + ($0 < 4 ? 7 : -3) }) ?? 9) < 1e-12)
    #expect(abs((distance(x.map { 5 - 2 * $0 }) ?? 9) - 2) < 1e-12)
    // Of the first row's (−1.5, −0.5, 0.5, 1.5) the second row is at a right angle to (0, 0, 1, −1).
    let centred = CentredShifts(x, columns: columns, largest: largest)
    #expect(centred.values == [-1.5, -0.5, 0.5, 1.5, 0, 0, 1, -1])
    #expect(centred.squares == 32 && centred.meanSquares == 25 && !centred.isEmpty)
    let unit = centred.unitRows
    #expect(abs(unit[0] + 1.5 / 5.0.squareRoot()) < 1e-15 && abs(unit[6] - 0.5.squareRoot()) < 1e-15)
    // What rounding to 24 bits leaves of a constant is nothing; a step of which nothing is left has no length.
    let rounded = CentredShifts([2, 2.000001, 2, 2, 0, 0, 1, -1], columns: 4, largest: [20, 20])
    #expect(rounded.unitRows[..<4] == [0, 0, 0, 0] && !rounded.isEmpty)
    #expect(!CentredShifts([2, 2.001, 2, 2], columns: 4, largest: [20]).isEmpty)
  }

  /// Every column is as probable as any other of its quarter, so that strata mix what the map keeps apart.
  @Test("What is planted is found through the right map only") func planted() throws {
    let fixture = try FixtureRuns(prompts: 9, steps: 6, width: 400)
    let best: (Int) -> Float = { $0 < 200 ? 12 + Float($0 / 100) : 0 }
    let one = try fixture.write("one") { (best($2), hashed(1, $0, $1, $2)) }
    let two = try fixture.write("two", fingerprint: "b") {
      let column = ($2 + 400 - 37) % 400
      // The same shift, and a large constant that no map can break.
      return (hashed(3, $0, $1, $2), hashed(1, $0, $1, column) + 0.5 * hashed(9, $0, $1, $2) + 4)
    }
    let right = try calculator(top: 200).compare(
      try RunPair(one, two, map: (fixture.map(offset: 37), "m")), rules: [.base])
    let nulls = try #require(right.rankings[0].nulls)
    #expect(nulls.map(\.measure) == MeasureValues.throughMaps.flatMap { [$0, $0] })
    #expect(nulls.map(\.permutation) == [.free, .stratified, .free, .stratified, .free, .stratified])
    for null in nulls where null.measure == .centredCosineDistance {
      let test = try #require(null.test)
      #expect(null.observed < 0.2 && null.least > 0.8 && null.asSmall == 0, "\(null.observed), \(null.least)")
      #expect(test.p == 1.0 / 512 && test.isExact)
      #expect(test.crossMean > 0.85 && abs(test.sameMean - null.observed) < 1e-12)
    }
    let wrong = fixture.map(offset: 37).shuffled(seed: 99)
    let other = try calculator(top: 200).compare(
      try RunPair(one, two, map: (wrong, "m")), rules: [.base])
    for null in try #require(other.rankings[0].nulls) where null.measure == .centredCosineDistance {
      let test = try #require(null.test)
      #expect(null.observed > 0.8 && test.p > 0.02, "\(null.observed), p \(test.p)")
    }
  }

  @Test("Strata: twenty of equal size by mean base probability, and targets stay within") func strata() throws
  {
    let fixture = try FixtureRuns(prompts: 3, steps: 4, width: 300)
    // Column c is less probable than column c − 1, but for noise that changes from step to step.
    let run = try fixture.write("one") {
      (-Float($2) / 10 + 0.01 * hashed($0, $1, $2), hashed(1, $0, $1, $2))
    }
    let map = fixture.map(offset: 5, unmatched: [0, 7])
    let mapping = ColumnMapping(map, secondWidth: 300)
    let strata = try BaseStrata(run, mapping: mapping, threads: 2)
    // By plain loops: the mean probability where a column is among the 100 best of a ranking.
    var sums = [Double](repeating: 0, count: 300)
    for prompt in 0..<3 {
      for index in 0..<4 {
        let step = try run.prompt(prompt).step(index)
        for column in 0..<300 {
          let isBest = [step.base, step.tuned].contains { row in row.count { $0 > row[column] } < 100 }
          if isBest { sums[column] += exponential(Double(step.base[column])) }
        }
      }
    }
    let order = (0..<300).filter { sums[$0] > 0 && ![0, 7].contains($0) }.sorted { sums[$0] > sums[$1] }
    #expect(order.count > 100)
    for (place, column) in order.enumerated() {
      #expect(strata.strata[column] == Int32(20 * place / order.count), "column \(column)")
    }
    #expect(strata.strata.count { $0 == 20 } == 300 - order.count)
    let shuffled = map.shuffled(seed: 4, strata: strata.strata)
    #expect(shuffled.ids.sorted() == map.ids.sorted() && shuffled.ids != map.ids)
    for column in 0..<300 where shuffled.ids[column] >= 0 {
      let source = Int(shuffled.ids[column] + 295) % 300
      #expect(strata.strata[column] == strata.strata[source])
    }
    #expect(map.shuffled(seed: 4, strata: strata.strata) == shuffled)
    #expect(map.shuffled(seed: 5, strata: strata.strata) != shuffled)
  }

  @Test("A run of few columns has what both kinds of shuffled maps need") func wanted() throws {
    let fixture = try FixtureRuns(prompts: 7, steps: 4, width: 500)
    let full = try fixture.write("one") { (2 * hashed($0, $1, $2), hashed(1, $0, $1, $2)) }
    let first = try fixture.write("kept", kept: 120) { (2 * hashed($0, $1, $2), hashed(1, $0, $1, $2)) }
    let map = fixture.map(offset: 9, unmatched: [3])
    let mapping = ColumnMapping(map, secondWidth: 500)
    let strata = try BaseStrata(first, mapping: mapping, threads: 1)
    #expect(try BaseStrata(full, mapping: mapping, threads: 2).strata == strata.strata)
    let wanted = WantedColumns(mapping, seeds: [1, 2], strata: strata, kept: 120)
    let two = try fixture.write("two", fingerprint: "b") { (hashed(4, $0, $1, $2), hashed(2, $0, $1, $2)) }
    for prompt in 0..<7 {
      for step in 0..<4 {
        let columns = Set(wanted.columns(for: try first.prompt(prompt).step(step)))
        for shuffled in [1, 2].map({ mapping.shuffled(seed: $0, strata: strata) }) {
          let best = try first.prompt(prompt).step(step)
          let needed = shuffled.needed(for: best.best(100, by: .tuned).map(best.column(at:)))
          #expect(columns.isSuperset(of: needed))
        }
      }
    }
    // Whatever the first run kept beside, the figures are the same.
    let results = try [full, first].map {
      try calculator(top: 100, shuffles: 2).compare(try RunPair($0, two, map: (map, "m")), rules: [.tuned])
    }
    #expect(results[0].rankings[0].nulls == results[1].rankings[0].nulls)
    #expect(results[0].rankings[0].nulls?.count == 6)
  }

  @Test("A result of a version without centred measures still reads") func older() throws {
    let fixture = try FixtureRuns(prompts: 3, steps: 3, width: 120)
    let one = try fixture.write("one") { (hashed($0, $1, $2), hashed(1, $0, $1, $2)) }
    let two = try fixture.write("two", fingerprint: "b") { (hashed($0, $1, $2), hashed(2, $0, $1, $2)) }
    let result = try calculator(top: 10, shuffles: 2).compare(
      try RunPair(one, two, map: (fixture.map(offset: 1), "m")), cross: nil)
    let text = String(decoding: try ResultCoding.encode(result), as: UTF8.self)
    for name in ["centred_cosine_distance", "centred_unit_sinkhorn", "mean_shares", "nulls", "stratified"] {
      #expect(text.contains("\"\(name)\""), "\(name)")
    }
    #expect(try ResultCoding.decode(SimilarityResult.self, from: Array(text.utf8)) == result)
    var old = result
    for index in old.rankings.indices {
      old.rankings[index].nulls = nil
      old.rankings[index].meanShares = nil
      old.rankings[index].null?.permutation = nil
      old.rankings[index].null?.test = nil
    }
    let bytes = try ResultCoding.encode(old)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("\"nulls\""))
    #expect(try ResultCoding.decode(SimilarityResult.self, from: bytes) == old)
  }
}
