import ArgumentParser
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport

/// `cmc-bench corpus`: writes the texts that encodings are compared on.
struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus",
    abstract: "Write the mixed texts on which Tests/Scripts/compare_encodings.py asks the original libraries."
  )

  @Argument(help: "The file to write.")
  var path: String

  @Option(help: "The seed; another one gives other texts.")
  var seed: UInt64 = MixedCorpus.seed

  @Flag(help: "Write the long texts alone, one after the other, as plain text to measure on.")
  var plain = false

  @Option(help: "Write the ids of the texts in this tokenizer instead, a line each, to hold against --dump.")
  var ids: String?

  func run() throws {
    let corpus = try MixedCorpus(seed: seed)
    if let ids {
      let tokenizer = try Tokenizer(try TokenizerLoader.load(ids))
      let lines = try corpus.records.map {
        try tokenizer.encode($0).map(String.init).joined(separator: " ") + "\n"
      }
      return try AtomicFile.write(Array(lines.joined().utf8), to: path)
    }
    let bytes =
      plain ? corpus.records.prefix(90).flatMap { String(decoding: $0, as: UTF8.self).utf8 } : corpus.file
    try AtomicFile.write(Array(bytes), to: path)
    print("\(corpus.records.count) texts, \(bytes.count) bytes, seed \(seed)")
  }
}
