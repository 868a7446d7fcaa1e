import CMCAlignment
import CMCHashing
import CMCLogitShift
import CMCPrimitives
import TestSupport

/// Runs of random logits with planted shifts.
struct FixtureRuns {
  let folder: TemporaryFolder
  let prompts: Int
  let steps: Int
  let width: Int

  init(prompts: Int, steps: Int, width: Int) throws {
    folder = try TemporaryFolder()
    self.prompts = prompts
    self.steps = steps
    self.width = width
  }

  /// Writes a run.
  ///
  /// - Parameters:
  ///   - kept: How many columns are kept, nil for all.
  ///   - fingerprint: A letter that the vocabulary's fingerprint is made of.
  ///   - change: What is done to the prompts' texts.
  ///   - logits: Base logits and shift of a column at a prompt and step.
  @discardableResult
  func write(
    _ label: String, task: String? = nil, base: String = "m", kept: Int? = nil, fingerprint: Character? = "a",
    response: String = "", prompts texts: [String]? = nil, steps: Int? = nil,
    logits: (_ prompt: Int, _ step: Int, _ column: Int) -> (base: Float, shift: Float)
  ) throws -> CaptureRun {
    var description = RunDescription(
      tool: "test", label: label, task: task, base: base, tuned: label, tokenizer: "t",
      fingerprint: fingerprint.map { String(repeating: $0, count: 64) }, width: width, kept: kept,
      settings: label, prompts: texts ?? (0..<prompts).map { "prompt \($0)" })
    description.follows = nil
    let writer = try RunWriter(path: folder.path(label), description: description, tokenTexts: nil)
    for prompt in 0..<description.prompts.count {
      var recorder = PromptRecorder(width: width, kept: kept)
      for step in 0..<(steps ?? self.steps) {
        let values = (0..<width).map { logits(prompt, step, $0) }
        try recorder.add(
          step: step, prefix: response.isEmpty ? nil : min(step, response.utf8.count), token: -1,
          base: values.map(\.base), tuned: values.map { $0.base + $0.shift })
      }
      try writer.write(prompt, recorder.encoded(response: Array(response.utf8), skipped: []))
    }
    return try CaptureRun(path: folder.path(label))
  }

  /// A map that sends column c to (c + offset) mod width, but for the unmatched ones.
  func map(offset: Int, unmatched: Set<Int> = [], source: Character = "a", target: Character = "b")
    -> TokenMap
  {
    func side(_ letter: Character) -> MapSide {
      MapSide(
        name: "v\(letter)", maxID: width - 1,
        fingerprint: SHA256Digest(hex: String(repeating: letter, count: 64)))
    }
    let ids = (0..<width).map { unmatched.contains($0) ? -1 : Int32(($0 + offset) % width) }
    return TokenMap(
      source: side(source), target: side(target),
      choices: ids.map { $0 < 0 ? .unmatched : TargetChoice(id: $0, method: .exact, distance: 0) })
  }
}

/// Numbers that depend on their arguments alone.
func hashed(_ parts: Int...) -> Float {
  var state: UInt64 = 0x1234_5678
  for part in parts {
    var generator = SeededGenerator(seed: state ^ UInt64(bitPattern: Int64(part)) &* 0x9E37_79B9_7F4A_7C15)
    state = generator.next()
  }
  var generator = SeededGenerator(seed: state)
  // A sum of four: bell-shaped, deviation 1.
  let sum = (0..<4).reduce(0.0) { sum, _ in sum + Double(generator.next() >> 11) * 0x1p-53 }
  return Float((sum - 2) * 3.0.squareRoot())
}
