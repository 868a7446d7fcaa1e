import ArgumentParser
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary

/// `cmc-bench tokenize`: how fast a text is encoded, to be held against the original libraries.
struct TokenizeSpeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Time encoding a file with each of some tokenizers, on one thread.",
    discussion: "Tests/Scripts/measure_tokenizers.py runs this and the original libraries on the same file.")

  @Argument(help: "The text.")
  var file: String

  @Argument(help: "The tokenizers.")
  var tokenizers: [String]

  @Option(help: "How often it runs; the median is shown.")
  var runs = 3

  @Flag(help: "Encode line by line instead of as one text.")
  var lines = false

  func run() throws {
    let text = try readFile(file)
    let texts =
      lines ? text.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init) : [text]
    for path in tokenizers {
      let tokenizer = try Tokenizer(try TokenizerLoader.load(path))
      var count = 0
      let time = try Measurement(path, runs: runs) {
        count = 0
        for text in texts { count += try tokenizer.encode(text).count }
      }
      let speed = Int(saturating: (Double(text.count) / time.median / 10_000).rounded())
      let hundredths = speed % 100
      print(
        "\(padded(path, 44)) \(speed / 100).\(hundredths < 10 ? "0" : "")\(hundredths) MB/s \(count) tokens")
    }
  }
}
