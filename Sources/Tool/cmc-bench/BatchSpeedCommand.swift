import ArgumentParser
import CMCAlignment
import CMCControlledDecoding
import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import CMCPrompts
import CMCTokenization
import CMCTokenizerFormats

/// `cmc-bench batch`: many texts together against one alone.
struct BatchSpeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch",
    abstract: "Time texts that are written together against one text alone, plain or controlled.",
    discussion: """
      One text and the texts together take turns within a run, so that a busy machine slows both alike; medians are \
      shown. Tokens are drawn, each text by its own seed; end tokens are not heeded.
      """)

  @Argument(help: "The user model.")
  var user: String

  @Option(help: "A delta model that steers every text.")
  var delta: String?

  @Option(help: "Only this precision: exact or fast.")
  var precision: Precision = .fast

  @Option(help: "How many threads.")
  var threads = defaultThreadCount

  @Option(help: "How many texts.")
  var texts = 16

  @Option(help: "How many tokens of each.")
  var tokens = 128

  @Option(help: "How often each runs.")
  var runs = 3

  private struct Side: Sendable {
    let model: LanguageModel
    let tokenizer: Tokenizer
    let prompt: [Int32]

    init(_ path: String) throws {
      model = try LanguageModel.load(path)
      tokenizer = try Tokenizer(try TokenizerLoader.load(path))
      prompt = try tokenizer.encode(
        prompt: PromptTemplate.plain.parts("Once upon a time, in a village by the sea,"))
    }
  }

  private struct Work: Sendable {
    let user: Side
    let delta: Side?
    let map: TokenMap?
    let columns: MappedColumns?
    let tokens: Int

    func write(_ seed: Int, _ sources: [any LogitSource]) throws -> GenerationResult {
      var deltas: [DeltaModel] = []
      var terms: [ScoreCombiner.Term] = []
      if let delta, let map, let columns {
        let history = DeltaHistory(
          prompt: delta.prompt, map: map, user: user.tokenizer, delta: delta.tokenizer)
        deltas = [try DeltaModel(name: "delta", model: sources[1], history: history)]
        terms = [.init(columns: columns, alpha: 0.5)]
      }
      let generator = try ControlledGenerator(
        user: sources[0], tokenizer: user.tokenizer, prompt: user.prompt, deltas: deltas,
        combiner: ScoreCombiner(mode: .baseNormalize, policy: .zero, terms: terms),
        matchKind: { [map] in MatchKind($0, in: map) })
      var options = ControlledGenerator.Options()
      options.maxTokens = tokens
      options.sampling.temperature = 0.8
      options.sampling.topK = 50
      options.sampling.seed = UInt64(seed)
      return try generator.generate(options)
    }
  }

  func run() throws {
    let user = try Side(self.user)
    let delta = try self.delta.map { try Side($0) }
    let map = try delta.map {
      try TokenMap.aligning(user.tokenizer.description, to: $0.tokenizer.description)
    }
    var columns: MappedColumns?
    if let map, let delta {
      columns = try MappedColumns(
        map, userWidth: user.model.logitsWidth, deltaWidth: delta.model.logitsWidth)
    }
    let work = Work(user: user, delta: delta, map: map, columns: columns, tokens: tokens)
    let models = [user.model] + (delta.map { [$0.model] } ?? [])
    let single = models.map { LanguageModelSession($0, precision: precision, threads: threads) }
    var alone: [Double] = []
    var together: [Double] = []
    let clock = ContinuousClock()
    for run in 0..<runs {
      let begin = clock.now
      let count = try work.write(run, single).steps.count
      let middle = clock.now
      let sessions = models.map { BatchedSession($0, precision: precision, threads: threads) }
      let written = Guarded(0)
      BatchedGenerator(sessions, parallel: texts).begin(count: texts) { index, sources in
        let steps = (try? work.write(1000 * run + index, sources))?.steps.count ?? 0
        written.withLock { $0 += steps }
        return true
      }.wait()
      let end = clock.now
      alone.append(Double(count) / ((middle - begin) / .seconds(1)))
      together.append(Double(written.withLock { $0 }) / ((end - middle) / .seconds(1)))
    }
    print("\(padded("one text", 28)) \(tenths(Self.median(alone))) tok/s")
    print("\(padded("\(texts) texts together", 28)) \(tenths(Self.median(together))) tok/s")
    print("\(padded("ratio", 28)) ×\(tenths(Self.median(zip(together, alone).map { $0 / $1 })))")
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
  }

  private func tenths(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let tenths = Int(saturating: (value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
