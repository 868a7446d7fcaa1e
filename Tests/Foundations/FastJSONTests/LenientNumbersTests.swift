import CMCFastJSON
import Testing

/// What Python's json writes beyond the standard, and transformers with it.
@Suite struct LenientNumbersTests {
  @Test func anIntegerOfAnySizeIsANumber() throws {
    let root = try JSONDocument(
      Array(
        #"{"a": 1000000000000000019884624838656, "b": -99999999999999999999, "c": 18446744073709551615}"#.utf8
      )
    ).root
    #expect(root["a"]?.double == 1e30)
    #expect(root["a"]?.int == nil)
    #expect(root["b"]?.double == -1e20)
    #expect(root["c"]?.uint64 == .max)
  }

  @Test(arguments: [
    "NaN", "Infinity", "-Infinity", "1" + String(repeating: "0", count: 400), "1e400", "-1.5E+309",
  ])
  func whatIsNotFiniteIsNoValueThatAReaderTakes(word: String) throws {
    let root = try JSONDocument(
      Array("{\"a\": [\(word)], \"b\": \(word), \"c\": \"\(word)\", \"d\": 1}".utf8)
    ).root
    let value = try root.require("b")
    #expect(value.double == nil && value.string == nil && value.int == nil && !value.isNull)
    #expect(value.typeName == "a number that is not finite")
    #expect(root["a"]?.elements.first?.isNotFinite == true)
    #expect(root["c"]?.string == word)
    #expect(root["d"]?.int == 1)
  }

  /// What Python's json.loads gives for each.
  @Test(arguments: [
    ("NaN", Double.nan), ("Infinity", .infinity), ("-Infinity", -.infinity), ("1e400", .infinity),
    ("-1e400", -.infinity), ("17.9769e+308", .infinity), ("-2.5E309", -.infinity),
    ("1e99999999999", .infinity),
  ])
  func whatIsNotFiniteIsToldApart(word: String, wanted: Double) throws {
    let root = try JSONDocument(Array("{\"a\": 1e308, \"b\": \(word), \"c\": [1e-400, \"1e400\"]}".utf8)).root
    let found = try #require(root["b"]?.notFinite)
    #expect(found == wanted || (found.isNaN && wanted.isNaN))
    #expect(root["a"]?.double == 1e308 && root["a"]?.notFinite == nil)
    #expect(root["c"]?.elements.first?.double == 0)
    #expect(root["c"]?.elements.last?.string == "1e400")
  }

  /// A text that looks like the mark of such a number is a text.
  @Test func textsStayTexts() throws {
    let root = try JSONDocument(Array(#"{"a": "\u0000NaN"}"#.utf8)).root
    #expect(root["a"]?.string == "\u{0}NaN" && root["a"]?.typeName == "a string")
  }

  /// A fault is still found where it is, behind such numbers too.
  @Test func faultsKeepTheirPlace() throws {
    let text = "{\"a\": NaN, \"b\": 100000000000000000000000, \"c\": nan}"
    let error = try #require(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
    guard case .syntax(_, let fault?) = error else { Issue.record("\(error)"); return }
    #expect(fault.offset == text.utf8.count - 4)
  }

  @Test(arguments: [
    "Nan", "infinity", "--Infinity", "+1", "01234567890123456789012", "1e", "1.e400", "01e400", ".1e400",
    "1e400x",
  ])
  func otherWordsStayFaults(word: String) {
    #expect(throws: JSONError.self) { try JSONDocument(Array("[\(word)]".utf8)) }
  }
}
