import CMCPrimitives
import Testing

@Suite struct NumberTextTests {
  @Test func numbersReadWell() {
    #expect(NumberText.grouped(0) == "0")
    #expect(NumberText.grouped(-1_234_567).filter(\.isNumber) == "1234567")
    #expect(NumberText.grouped(999).count == 3 && NumberText.grouped(1000).count == 5)
    #expect(NumberText.percent(nil) == "–")
    #expect(NumberText.percent(0.12345, digits: 1) == "12.3 %")
    #expect(NumberText.fixed(-0.004, digits: 2) == "0.00")
    #expect(NumberText.fixed(-2.345, digits: 1) == "−2.3")
    #expect(NumberText.fixed(-1e20, digits: 1) == "−1e+20")
    #expect(NumberText.grouped(-5) == "−5")
    #expect(NumberText.fixed(0.05, digits: 3) == "0.050")
    #expect([0, 9, .max].map(NumberText.counted) == ["1", "10", "\(Int.max)"])
  }

  /// As many digits count whatever the size, and no number has the sign that a keyboard has.
  @Test(
    arguments: [
      (-0.0007314768, "−0.0007315"), (0.00047634557, "0.0004763"), (-0.053, "−0.05300"), (0.5, "0.5000"),
      (9.99951, "10.00"), (0.099996, "0.1000"), (1, "1.000"), (-12.3456, "−12.35"), (99999.6, "100000"),
      (123_456, "123456"), (9_999_999.9, "1.000e7"), (-1.23456e-17, "−1.235e−17"),
      (9.99999e-7, "0.000001000"),
      (.leastNonzeroMagnitude, "4.941e−324"), (1.7e308, "1.700e308"), (-0.0, "0"), (.infinity, "∞"),
      (-.infinity, "−∞"),
    ] as [(Double, String)])
  func digitsThatCount(number: Double, text: String) {
    #expect(NumberText.significant(number) == text)
  }

  @Test func probabilitiesAndWhatIsNone() {
    #expect(NumberText.probability(0.0009765625) == "0.000977")
    #expect(NumberText.probability(1.0 / 100_001) == "0.0000100")
    #expect(NumberText.probability(3.2149e-25) == "3.21e−25")
    #expect(NumberText.significant(nil) == "–" && NumberText.significant(.nan) == "–")
  }
}
