internal import CMCKernels
internal import CMCPrimitives
internal import CMCSafetensors

/// Collects the steps of one prompt: takes logits, keeps log-probabilities of the columns that are wanted.
package struct PromptRecorder {
  /// What errors call the untuned model.
  static let baseName = "the base model"

  private let width: Int
  private let kept: Int?
  private var steps: [Int32] = []
  private var prefixes: [Int64] = []
  private var tokens: [Int32] = []
  private var rowStarts: [Int64] = [0]
  private var columns: [Int32] = []
  private var base: [Float] = []
  private var tuned: [Float] = []
  private var normalizer: LogNormalizer

  /// A recorder without steps.
  ///
  /// - Parameters:
  ///   - width: How many logits a step has.
  ///   - kept: The best so many columns of each ranking are kept, or nil for all.
  package init(width: Int, kept: Int?) {
    self.width = width
    self.kept = kept
    normalizer = LogNormalizer(width: width)
  }

  /// How many steps there are.
  package var count: Int { steps.count }

  /// Adds a step.
  ///
  /// - Parameters:
  ///   - step: Its number in the response.
  ///   - prefix: How many bytes of the response come before it.
  ///   - token: The response's own token there, or −1.
  ///   - base: The untuned model's logits.
  ///   - tuned: The tuned model's.
  ///   - wanted: Columns that are kept beside the best ones, in any order.
  /// - Throws: ``LogitShiftError/notFinite(what:step:column:)``.
  package mutating func add(
    step: Int, prefix: Int?, token: Int32, base baseLogits: [Float], tuned tunedLogits: [Float],
    wanted: [Int32] = []
  ) throws(LogitShiftError) {
    precondition(baseLogits.count == width && tunedLogits.count == width, "logits of another width")
    let values = try baseLogits.withUnsafeBufferPointer { base throws(LogitShiftError) in
      try tunedLogits.withUnsafeBufferPointer { tuned throws(LogitShiftError) in
        try CapturedStep(base, tuned, step: step, kept: kept, wanted: wanted, &normalizer)
      }
    }
    add(step: step, prefix: prefix, token: token, values)
  }

  /// Adds a step whose values are there already.
  mutating func add(step: Int, prefix: Int?, token: Int32, _ values: CapturedStep) {
    base += values.base
    tuned += values.tuned
    if let ordered = values.columns {
      columns += ordered
      rowStarts.append(Int64(columns.count))
    }
    steps.append(Int32(step))
    if let prefix { prefixes.append(Int64(prefix)) }
    tokens.append(token)
  }

  /// The bytes of the prompt's file; the steps added so far, as readers of runs take them.
  ///
  /// - Parameters:
  ///   - response: The response's bytes.
  ///   - skipped: The steps that were left out.
  ///   - error: Why the prompt could not be captured; it has no steps then.
  package func encoded(response: [UInt8], skipped: [Int], error: String? = nil) -> [UInt8] {
    var metadata = [("format", "cmc.run.prompt"), ("version", "1")]
    if let error { metadata.append(("error", error)) }
    var writer = SafetensorsWriter(metadata: metadata)
    writer.add("response", response)
    writer.add("steps", steps)
    writer.add("prefixes", prefixes)
    writer.add("tokens", tokens)
    writer.add("skipped", skipped.map { Int32($0) })
    if kept != nil {
      writer.add("row_starts", rowStarts)
      writer.add("columns", columns)
      writer.add("base", base)
      writer.add("tuned", tuned)
    } else {
      writer.add("base", base, shape: [steps.count, width])
      writer.add("tuned", tuned, shape: [steps.count, width])
    }
    return writer.encoded()
  }
}

extension CapturedStep {
  /// What is kept of two rows of logits.
  ///
  /// - Parameters:
  ///   - baseLogits: The untuned model's logits.
  ///   - tunedLogits: The tuned model's.
  ///   - step: The step's number, for errors.
  ///   - kept: The best so many columns of each ranking are kept, or nil for all.
  ///   - wanted: Columns that are kept beside the best ones, in any order.
  ///   - normalizer: This thread's.
  /// - Throws: ``LogitShiftError/notFinite(what:step:column:)``.
  init(
    _ baseLogits: UnsafeBufferPointer<Float>, _ tunedLogits: UnsafeBufferPointer<Float>, step: Int,
    kept: Int?, wanted: [Int32], _ normalizer: inout LogNormalizer
  ) throws(LogitShiftError) {
    let baseShift = try normalizer.normalizer(baseLogits, PromptRecorder.baseName, step)
    let tunedShift = try normalizer.normalizer(tunedLogits, "the tuned model", step)
    func base(_ column: Int) -> Float { Float(Double(baseLogits[column]) - baseShift) }
    func tuned(_ column: Int) -> Float { Float(Double(tunedLogits[column]) - tunedShift) }
    guard let kept else {
      self.init(
        columns: nil, base: baseLogits.indices.map(base), tuned: tunedLogits.indices.map(tuned))
      return
    }
    var chosen = Set(wanted.filter { $0 >= 0 && Int($0) < baseLogits.count })
    for logits in [baseLogits, tunedLogits] {
      for place in bestPlaces(logits, count: kept) { chosen.insert(Int32(place)) }
    }
    // In order, so that a reader finds a column by halving.
    let ordered = chosen.sorted()
    self.init(
      columns: ordered, base: ordered.map { base(Int($0)) }, tuned: ordered.map { tuned(Int($0)) })
  }
}

/// The logarithm of the sum of exponentials of a row of logits, in double precision.
struct LogNormalizer {
  private var row: [Double]
  private let zeros: [Double]

  init(width: Int) {
    row = [Double](repeating: 0, count: width)
    zeros = row
  }

  /// - Throws: ``LogitShiftError/notFinite(what:step:column:)``.
  mutating func normalizer(
    _ logits: UnsafeBufferPointer<Float>, _ what: String, _ step: Int
  ) throws(LogitShiftError) -> Double {
    for column in 0..<row.count {
      guard logits[column].isFinite else { throw .notFinite(what: what, step: step, column: column) }
      row[column] = Double(logits[column])
    }
    var result = 0.0
    ck_cost_log_sum_exp(row, 1, row.count, row.count, zeros, -1, &result, ck_isa(KernelISA.current.code))
    return result
  }
}
