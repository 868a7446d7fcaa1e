import ArgumentParser
import CMCAlignment
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary

/// `cmc-bench growth`: how time grows with the size of both vocabularies.
struct GrowthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract:
      "Time index and mapping for the first 32 k, 64 k, 128 k and 256 k tokens of two large vocabularies.")

  @Argument(help: "A vocabulary of about 256 k tokens.")
  var sourcePath: String

  @Argument(help: "Another one.")
  var targetPath: String

  @Option(help: "How often each size runs; the median is shown.")
  var runs = 7

  @Option(help: "Threads.")
  var threads = 1

  func run() throws {
    let source = try TokenizerLoader.load(sourcePath).vocabulary
    let target = try TokenizerLoader.load(targetPath).vocabulary
    print("source × target tokens          index ms     map ms     both ms   ns a token")
    for size in [32_000, 64_000, 128_000, 256_000] {
      let (a, b) = (try first(size, of: source), try first(size, of: target))
      let index = try Measurement("index", runs: runs) {
        keep(try Aligner(source: a, target: b, threads: threads))
      }
      let aligner = try Aligner(source: a, target: b, threads: threads)
      let map = try Measurement("map", runs: runs) {
        keep(try aligner.choices(AlignmentOptions(threads: threads)))
      }
      let both = index.median + map.median
      let each = Int(saturating: (both * 1e9 / Double(a.tokenCount + b.tokenCount)).rounded())
      print(
        "\(padded("\(a.tokenCount) × \(b.tokenCount)", 28))\(milliseconds(index.median)) \(milliseconds(map.median))  \(milliseconds(both))   \(each)"
      )
    }
  }

  /// Every k-th token, so that a part has the mixture of the whole.
  private func first(_ size: Int, of vocabulary: Vocabulary) throws -> Vocabulary {
    let ids = (0..<vocabulary.idLimit).filter { vocabulary.kinds[$0] != .hole }
    let step = max(1, ids.count / size)
    var builder = VocabularyBuilder(capacity: size)
    for place in stride(from: 0, to: ids.count, by: step) where builder.count < size {
      let id = ids[place]
      let bytes = Array(vocabulary.canonical[id])
      switch vocabulary.kinds[id] {
      case .special: try builder.addSpecial(id: builder.count, piece: bytes)
      case .byte: try builder.addByte(id: builder.count, piece: bytes, byte: bytes.first ?? 0)
      default: try builder.add(id: builder.count, piece: bytes, spelling: .literal)
      }
    }
    return try builder.finish()
  }
}
