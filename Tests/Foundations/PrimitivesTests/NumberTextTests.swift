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
    #expect(NumberText.fixed(-2.345, digits: 1) == "-2.3")
    #expect(NumberText.fixed(0.05, digits: 3) == "0.050")
  }
}
