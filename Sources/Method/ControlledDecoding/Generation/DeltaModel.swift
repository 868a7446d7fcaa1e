package import CMCLanguageModel

/// A delta model at work: its logits follow the generated text through its own vocabulary.
///
/// Or two that share a vocabulary, an expert and an anti-expert: then their difference stands for the delta's logits
/// (proxy tuning).
package final class DeltaModel {
  /// A name for messages.
  package let name: String
  /// What the model has read.
  package private(set) var history: DeltaHistory
  /// How many positions were computed since the prompt.
  package private(set) var positions = 0
  /// The logits of the next token; of a pair, the difference.
  private(set) var logits: [Float]
  /// Whether the logits are differences of normalised ones.
  let isDifference: Bool
  let width: Int
  private let expert: any LogitSource
  private let antiExpert: (any LogitSource)?
  /// The history with the prompt and nothing else.
  package let prompt: DeltaHistory
  private var promptLogits: [Float] = []
  private var scratch: [Float] = []

  /// Puts a model and its history together; nothing is computed yet.
  ///
  /// - Parameter history: With the prompt in it and nothing else.
  /// - Throws: ``ControlError/widthsDiffer(user:delta:)`` for a pair of different width.
  package init(
    name: String, model: any LogitSource, antiExpert: (any LogitSource)? = nil, history: DeltaHistory
  ) throws(ControlError) {
    if let antiExpert, antiExpert.logitsWidth != model.logitsWidth {
      throw .widthsDiffer(user: model.logitsWidth, delta: antiExpert.logitsWidth)
    }
    if history.ids.isEmpty { throw .emptyPrompt(model: name) }
    self.name = name
    self.history = history
    prompt = history
    expert = model
    self.antiExpert = antiExpert
    isDifference = antiExpert != nil
    width = model.logitsWidth
    logits = [Float](repeating: 0, count: width)
    if isDifference { scratch = logits }
  }

  /// How many tokens the models can read at most.
  package var contextLength: Int { min(expert.contextLength, antiExpert?.contextLength ?? .max) }

  /// Reads the prompt, or goes back to it.
  func begin(mode: ControlMode) throws {
    history = prompt
    positions = 0
    if promptLogits.isEmpty {
      try compute(keeping: 0, then: prompt.ids, mode: mode)
      promptLogits = logits
    } else {
      expert.truncate(to: prompt.ids.count)
      antiExpert?.truncate(to: prompt.ids.count)
      logits = promptLogits
    }
  }

  /// Follows the user model's token.
  ///
  /// - Parameter shifts: Whether the earlier half of the text is dropped where it is too long for the model.
  /// - Returns: How the history changed.
  /// - Throws: ``ControlError/contextTooShort(model:needed:limit:)``, and what encoding and the models throw.
  func append(_ token: Int32, mode: ControlMode, shifts: Bool) throws -> DeltaHistory.Change {
    let before = history.ids.count
    var change = try history.append(token)
    if history.ids.count > contextLength {
      guard shifts else {
        throw ControlError.contextTooShort(model: name, needed: history.ids.count, limit: contextLength)
      }
      while history.ids.count > contextLength { change = history.dropEarlierHalf() }
    }
    if change.added.isEmpty, change.kept == before { return change }
    // A history that only became shorter has no new position to take logits from: its last one is read again.
    let kept = change.added.isEmpty ? change.kept - 1 : change.kept
    let new = Array(history.ids[kept...])
    positions += new.count
    try compute(keeping: kept, then: new, mode: mode)
    return change
  }

  private func compute(keeping kept: Int, then new: [Int32], mode: ControlMode) throws {
    expert.truncate(to: kept)
    try expert.extend(new, logits: .last) { _, values in copy(values, to: &logits) }
    guard let antiExpert else { return }
    antiExpert.truncate(to: kept)
    try antiExpert.extend(new, logits: .last) { _, values in copy(values, to: &scratch) }
    let shift = mode.differenceShift(logits[...], scratch[...])
    for place in logits.indices { logits[place] -= scratch[place] + shift }
  }

  private func copy(_ values: UnsafeBufferPointer<Float>, to buffer: inout [Float]) {
    buffer.withUnsafeMutableBufferPointer { buffer in
      _ = buffer.update(fromContentsOf: values.prefix(buffer.count))
    }
  }
}
