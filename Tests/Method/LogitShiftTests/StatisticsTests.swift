import CMCPrimitives
import Testing

@testable import CMCLogitShift

@Suite("Statistics of similarity")
struct StatisticsTests {
  @Test("All sign vectors of few differences") func exactTest() {
    // Of eight sign vectors only the observed one has a sum of −6 or less.
    let test = SignFlipTest([-1, -2, -3], draws: 1, seed: 1)
    #expect(test.isExact && test.draws == 7)
    #expect(test.p == 1.0 / 8)
    // (+,−,−), (−,−,−) and the equal (−,−,+)… sums of −4 or less: −6, −4 (flip of 1).
    #expect(SignFlipTest([1, -2, -3], draws: 1, seed: 1).p == 2.0 / 8)
    #expect(SignFlipTest([1, 2, 3], draws: 1, seed: 1).p == 1)
    #expect(SignFlipTest([0, 0], draws: 1, seed: 1).p == 1)
    // Seven prompts can fall below 0.01, six cannot.
    #expect(SignFlipTest([Double](repeating: -1, count: 7), draws: 1, seed: 1).p < 0.01)
    #expect(SignFlipTest([Double](repeating: -1, count: 6), draws: 1, seed: 1).p > 0.01)
  }

  @Test("Drawn sign vectors agree with all of them") func drawnTest() {
    var random = SeededGenerator(seed: 3)
    let few = (0..<16).map { _ in Double(random.below(1000)) / 1000 - 0.6 }
    let exact = SignFlipTest(few, draws: 1, seed: 1)
    #expect(exact.isExact)
    let drawn = SignFlipTest(few + [0], draws: 100_000, seed: 5)
    #expect(!drawn.isExact && drawn.draws == 100_000)
    #expect(abs(drawn.p - exact.p) < 0.005)
    #expect(SignFlipTest(few + [0], draws: 100_000, seed: 5).p == drawn.p)
    #expect(drawn.smallest == 1.0 / 100_001)
  }

  /// The observed signs are one of all vectors, and none of the drawn ones.
  @Test("What a test says of its sign vectors") func vectors() {
    func said(_ count: Int) -> String {
      var settings = SimilaritySettings()
      (settings.draws, settings.seed) = (50, 7)
      return PairedTest(
        measure: .sinkhorn, same: [Double](repeating: 1, count: count), cross: (0..<count).map(Double.init),
        settings: settings, groups: ""
      ).vectors
    }
    #expect(said(10) == "all \(NumberText.grouped(1024)) sign vectors")
    #expect(said(3) == "all 8 sign vectors")
    #expect(said(SignFlipTest.exactBelow) == "50 drawn sign vectors, seed 7")
  }

  /// Files count from 0, people from 1.
  @Test("Prompts and steps of errors") func counting() {
    let missing = LogitShiftError.columnsMissing(run: "run", prompt: 0, step: 4, missing: 1, of: 2)
    #expect(missing.description == "run has not kept 1 of 2 columns of prompt 1, step 5")
    #expect(LogitShiftError.noSteps(prompt: .max).description.contains("prompt \(Int.max) "))
  }

  @Test("Bootstrap intervals: of constants, of few, of many") func bootstrap() throws {
    let bootstrap = PercentileBootstrap(seed: 1)
    #expect(bootstrap.interval(ofMean: [3]) == nil && bootstrap.interval(ofMean: []) == nil)
    #expect(bootstrap.interval(ofMean: [2, 2, 2]) == ConfidenceInterval(low: 2, high: 2))
    var random = SeededGenerator(seed: 9)
    let values = (0..<100).map { _ in Double(random.below(1_000_000)) / 1e6 }
    let interval = try #require(bootstrap.interval(ofMean: values))
    // The mean of 100 uniform numbers has a standard error of 0.0289.
    let middle = values.reduce(0, +) / 100
    #expect(abs(interval.low - (middle - 1.96 * 0.0289)) < 0.01)
    #expect(abs(interval.high - (middle + 1.96 * 0.0289)) < 0.01)
    #expect(bootstrap.interval(ofMean: values) == interval)
  }

  @Test("Correlations of known values") func correlations() throws {
    #expect(Correlations.cosine([1, 0], [0, 1]) == 0)
    #expect(Correlations.cosine([0, 0], [1, 1]) == nil)
    #expect(abs(try #require(Correlations.pearson([1, 2, 3], [2, 4, 6])) - 1) < 1e-12)
    #expect(Correlations.pearson([1, 1, 1], [1, 2, 3]) == nil)
    #expect(Correlations.ranks([3, 1, 3, 2]) == [2.5, 0, 2.5, 1])
    // Monotone, not linear.
    #expect(abs(try #require(Correlations.spearman([1, 2, 3, 4], [1, 8, 27, 64])) - 1) < 1e-12)
    let pearson = try #require(Correlations.pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]))
    #expect(abs(pearson - 0.8) < 1e-12)
  }
}
