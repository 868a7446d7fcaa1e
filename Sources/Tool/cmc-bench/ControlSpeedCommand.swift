import ArgumentParser
import CMCAlignment
import CMCControlledDecoding
import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import CMCPrompts
import CMCTokenization
import CMCTokenizerFormats

/// `cmc-bench control`: what steering costs beside the two models, and how it goes on over a long text.
struct ControlSpeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "control",
    abstract:
      "Time a controlled step against a step of either model alone, and the first against the last steps.",
    discussion: """
      The models take turns within a run, so that a busy machine slows all alike. A controlled step is compared where \
      the delta model computes one position; how many it computes on average is printed too.
      """)

  @Argument(help: "The user model.")
  var user: String

  @Argument(help: "The delta model.")
  var delta: String

  @Option(help: "Only this precision: exact or fast.")
  var precision: Precision = .fast

  @Option(help: "How many threads.")
  var threads = defaultThreadCount

  @Option(help: "How many tokens are generated.")
  var tokens = 512

  @Option(help: "How often each runs.")
  var runs = 3

  private struct Side {
    let session: LanguageModelSession
    let tokenizer: Tokenizer
    let prompt: [Int32]
  }

  private func load(_ path: String) throws -> Side {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(path))
    return Side(
      session: LanguageModelSession(try LanguageModel.load(path), precision: precision, threads: threads),
      tokenizer: tokenizer,
      prompt: try tokenizer.encode(
        prompt: PromptTemplate.plain.parts("Once upon a time, in a village by the sea,")))
  }

  func run() throws {
    let user = try load(self.user)
    let delta = try load(self.delta)
    let map = try TokenMap.aligning(user.tokenizer.description, to: delta.tokenizer.description)
    let columns = try MappedColumns(
      map, userWidth: user.session.logitsWidth, deltaWidth: delta.session.logitsWidth)
    var alone: [Double] = []
    var other: [Double] = []
    var controlled: [Double] = []
    var positions: [Double] = []
    var growth: [(alone: Double, controlled: Double)] = []
    for _ in 0..<runs {
      let userSteps = try generate(user, deltas: [], terms: [], map)
      let deltaSteps = try generate(delta, deltas: [], terms: [], map)
      let history = DeltaHistory(
        prompt: delta.prompt, map: map, user: user.tokenizer, delta: delta.tokenizer)
      let steps = try generate(
        user, deltas: [try DeltaModel(name: "delta", model: delta.session, history: history)],
        terms: [.init(columns: columns, alpha: 0.5)], map)
      let times = Self.times(steps)
      alone += Self.times(userSteps)
      other += Self.times(deltaSteps)
      controlled += zip(steps.dropFirst(), times).filter { $0.0.deltaPositions == 1 }.map(\.1)
      positions.append(
        steps.dropLast().reduce(0) { $0 + Double($1.deltaPositions) } / Double(max(1, steps.count - 1)))
      growth.append((Self.growth(Self.times(userSteps)), Self.growth(times)))
    }
    let sum = Self.median(alone) + Self.median(other)
    print("\(padded("user step", 28)) \(milliseconds(Self.median(alone))) ms")
    print("\(padded("delta step", 28)) \(milliseconds(Self.median(other))) ms")
    print(
      "\(padded("controlled step", 28)) \(milliseconds(Self.median(controlled))) ms, ×\(hundredths(Self.median(controlled) / sum)) of both"
    )
    print("\(padded("delta positions a token", 28)) \(hundredths(Self.median(positions)))")
    print(
      "\(padded("last 64 to first 64 steps", 28)) ×\(hundredths(Self.median(growth.map(\.controlled)))) controlled, "
        + "×\(hundredths(Self.median(growth.map(\.alone)))) user alone")
  }

  private func generate(
    _ side: Side, deltas: [DeltaModel], terms: [ScoreCombiner.Term], _ map: TokenMap
  ) throws -> [GenerationStep] {
    let generator = try ControlledGenerator(
      user: side.session, tokenizer: side.tokenizer, prompt: side.prompt, deltas: deltas,
      combiner: ScoreCombiner(mode: .baseNormalize, policy: .zero, terms: terms),
      matchKind: { MatchKind($0, in: map) })
    var options = ControlledGenerator.Options()
    options.maxTokens = tokens
    // A varied text: one that repeats itself would have no inexact tokens.
    options.sampling.temperature = 0.8
    options.sampling.topK = 50
    options.sampling.seed = 1
    return try generator.generate(options).steps
  }

  private static func times(_ steps: [GenerationStep]) -> [Double] {
    zip(steps.dropFirst(), steps).map { $0.seconds - $1.seconds }.dropLast()
  }

  private static func growth(_ times: [Double]) -> Double {
    median(Array(times.suffix(64))) / median(Array(times.prefix(64)))
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
  }

  private func hundredths(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let number = Int(saturating: (value * 100).rounded())
    return "\(number / 100).\(number % 100 < 10 ? "0" : "")\(number % 100)"
  }
}
