import CMCPrimitives
import Testing

/// Quantiles as NumPy's default gives them: on the line between two ranks.
@Suite struct PercentileBootstrapTests {
  @Test(arguments: [(0, 0), (0.25, 1), (0.5, 2), (0.1, 0.4), (0.975, 3.9), (1, 4)])
  func aQuantileLiesBetweenItsRanks(share: Double, value: Double) {
    #expect(abs(PercentileBootstrap.quantile([0, 1, 2, 3, 4], share) - value) < 1e-12)
  }
}
