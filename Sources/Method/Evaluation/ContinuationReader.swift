internal import CMCControlledDecoding
internal import CMCLanguageModel

/// A delta model's way along a continuation of the user model's: its logits at each step, some steps at a time.
///
/// Its history is cut back only where its tokens change with the text.
final class ContinuationReader {
  /// The logits at the steps that were read last [steps × width].
  private(set) var rows: [Float] = []
  /// How often the text was encoded anew before one of the continuation's tokens.
  private(set) var reencodes = 0

  private let model: any LogitSource
  private var history: DeltaHistory
  /// Tokens that the model has not read yet, and the position of the first of them.
  private var pending: [Int32]
  private var first = 0
  /// Positions whose logits are wanted, and the rows they go to.
  private var wanted: [(position: Int, row: Int)] = []

  /// Begins with a prompt.
  ///
  /// - Parameters:
  ///   - model: What reads.
  ///   - history: With the prompt in it and nothing else.
  init(_ model: any LogitSource, _ history: DeltaHistory) {
    self.model = model
    self.history = history
    pending = history.ids
    model.truncate(to: 0)
  }

  /// Reads the steps that follow those of the call before: at each the tokens before it have been read.
  ///
  /// - Parameters:
  ///   - answer: The user model's tokens of the continuation.
  ///   - steps: The steps, at most one more than there are tokens.
  /// - Returns: How many of them there are: one fewer where the model's context has no room for the step behind the last
  ///   token.
  /// - Throws: What encoding and the model throw.
  func read(_ answer: [Int32], steps: Range<Int>) throws -> Int {
    let width = model.logitsWidth
    let before = Array(rows.suffix(width))
    rows = []
    rows = [Float](repeating: 0, count: steps.count * width)
    var count = 0
    for step in steps {
      if step == 0 {
        wanted.append((pending.count - 1, 0))
      } else {
        guard try append(answer[step - 1], isBehindLast: step == answer.count) else { break }
        if pending.isEmpty {
          // Nothing changed: the logits are those of the step before.
          let row = count == 0 ? before : Array(rows[(count - 1) * width..<count * width])
          rows.replaceSubrange(count * width..<(count + 1) * width, with: row)
        } else {
          wanted.append((history.ids.count - 1, count))
        }
      }
      count += 1
    }
    if !pending.isEmpty { try flush() }
    return count
  }

  /// Follows a token; false where the step behind the last one has no room.
  private func append(_ token: Int32, isBehindLast: Bool) throws -> Bool {
    let before = history.ids.count
    let change = try history.append(token)
    if isBehindLast {
      guard history.ids.count <= model.contextLength else { return false }
    } else if change.isReencoded {
      reencodes += 1
    }
    // A history that only became shorter has no new position: its last one is read again.
    let kept = change.added.isEmpty && change.kept < before ? change.kept - 1 : change.kept
    if kept < before {
      try flush()
      model.truncate(to: kept)
      first = kept
    }
    pending += history.ids[(first + pending.count)...]
    return true
  }

  private func flush() throws {
    let width = model.logitsWidth
    var next = wanted[...]
    // Of a prompt only what is behind it is wanted.
    let from = (wanted.first?.position ?? first + pending.count) - first
    try model.extend(pending, rowsFrom: from) { logits in
      for place in 0..<logits.count {
        while let one = next.first, one.position == logits.first + place {
          rows.replaceSubrange(one.row * width..<(one.row + 1) * width, with: logits[place])
          next = next.dropFirst()
        }
      }
    }
    first += pending.count
    pending = []
    wanted = []
  }
}
