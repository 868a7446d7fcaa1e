public import ArgumentParser
import CMCLanguageModel
public import CMCLinearAlgebra
import CMCPrimitives

extension Precision: ExpressibleByArgument {}

/// `cmc-bench model`: how fast a model reads a prompt and generates.
struct ModelSpeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Time prefill (512 tokens at once) and decoding (64 tokens after 32), in tokens a second.",
    discussion: "The ids are arbitrary: the work does not depend on them.")

  @Argument(help: "The models.")
  var models: [String]

  @Option(help: "Only this precision: exact or fast.")
  var precision: Precision?

  @Option(help: "How many threads.")
  var threads = defaultThreadCount

  @Option(help: "How often each runs; the median is shown.")
  var runs = 5

  @Option(help: "Tokens of the prompt that is read.")
  var prompt = 512

  @Option(help: "Tokens that are generated.")
  var generate = 64

  func run() throws {
    for path in models {
      let model = try LanguageModel.load(path)
      for precision in precision.map({ [$0] }) ?? Precision.allCases {
        try measure(model, precision)
      }
    }
  }

  private func measure(_ model: LanguageModel, _ precision: Precision) throws {
    let session = LanguageModelSession(model, precision: precision, threads: threads)
    let ids = (0..<max(prompt, 32)).map { Int32($0 * 7919 % model.configuration.vocabularySize) }
    let name = "\(model.name) \(precision.rawValue), \(threads) threads"
    let prefill = try Measurement("prefill", runs: runs) {
      session.truncate(to: 0)
      _ = try session.logits(after: Array(ids.prefix(prompt)))
    }
    var chosen: Int32 = 0
    let decode = try Measurement("decode", runs: runs) {
      session.truncate(to: 0)
      try session.extend(Array(ids.prefix(32)))
      for _ in 0..<generate {
        try session.extend([chosen], logits: .last) { _, logits in chosen = Self.greatest(logits) }
      }
    }
    let start = try Measurement("start", runs: runs) {
      session.truncate(to: 0)
      try session.extend(Array(ids.prefix(32)))
    }
    print(
      "\(padded(name, 52)) prefill \(tenths(Double(prompt) / prefill.median)) tok/s, decode "
        + "\(tenths(Double(generate) / (decode.median - start.median))) tok/s")
    print(
      "\(padded("", 52)) workspace \(session.workspaceBytes >> 10) KB, cache \(session.cacheBytes >> 10) KB")
  }

  private static func greatest(_ logits: UnsafeBufferPointer<Float>) -> Int32 {
    var best = 0
    for index in 1..<logits.count where logits[index] > logits[best] { best = index }
    return Int32(best)
  }

  private func tenths(_ value: Double) -> String {
    let tenths = Int(saturating: (value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
