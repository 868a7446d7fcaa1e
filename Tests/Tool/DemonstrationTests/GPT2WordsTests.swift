import Testing

@testable import CMCDemonstration

@Suite struct GPT2WordsTests {
  /// Expected values: the published pattern, run by Python's `regex` module.
  @Test(arguments: [
    ("Hello, world!", ["Hello", ",", " world", "!"]),
    ("it's we'll I'd x'y", ["it", "'s", " we", "'ll", " I", "'d", " x", "'", "y"]),
    ("a  b", ["a", " ", " b"]),
    ("a   \n  b", ["a", "   \n ", " b"]),
    ("tail   ", ["tail", "   "]),
    ("x=12 345;", ["x", "=", "12", " 345", ";"]),
    ("\t\tif (x) {\n", ["\t", "\t", "if", " (", "x", ")", " {", "\n"]),
    ("हिन्दी", ["ह", "ि", "न", "्", "द", "ी"]),
    (" 👍🏽 ", [" 👍🏽", " "]),
    ("", []),
  ])
  func cutsAsThePatternDoes(_ text: String, _ words: [String]) {
    #expect(Array(GPT2Words(text)) == words)
  }
}
