import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import FuzzSupport

/// A tokenizer.json and a text with a NUL between: whatever the file says, a text is encoded or an error is given.
@Sendable func fuzzBrokenTokenizer(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { bytes in
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map { Array($0) }
    guard parts.count == 2 else { return }
    let description = try parts[0].withUnsafeBytes { try HFTokenizerReader.read($0, name: "fuzz") }
    let tokenizer = try Tokenizer(description)
    try checkEncoding(of: parts[1], by: tokenizer, EncodingOptions(), "fuzz")
    let special = EncodingOptions(addsSpecial: true, parsesSpecial: true)
    try checkEncoding(of: parts[1], by: tokenizer, special, "fuzz")
  }
}
