internal import CMCPrimitives
package import CMCTokenization
internal import CMCVocabulary

/// The steps of a response: how much of the text comes before each, and which token the response has there.
package struct ResponseSteps: Sendable, Equatable {
  /// The response's bytes.
  package var response: [UInt8]
  /// The steps' numbers.
  package var numbers: [Int]
  /// How many bytes come before each.
  package var prefixes: [Int]
  /// The token of each, −1 for the end.
  package var tokens: [Int32]
  /// Steps that are left out because the text before them ends inside a character.
  package var skipped: [Int]

  /// Steps that are known already; prefixes and tokens are as many as numbers.
  package init(response: [UInt8], numbers: [Int], prefixes: [Int], tokens: [Int32], skipped: [Int]) {
    precondition(
      prefixes.count == numbers.count && tokens.count == numbers.count, "a prefix and a token a step")
    self.response = response
    self.numbers = numbers
    self.prefixes = prefixes
    self.tokens = tokens
    self.skipped = skipped
  }

  /// The steps of a response whose tokens are known.
  ///
  /// - Parameters:
  ///   - ids: The tokens.
  ///   - response: The text; steps that would begin beyond it are left out.
  ///   - ends: Whether a last step predicts the end.
  ///   - tokenizer: Whose tokens they are.
  /// - Complexity: O(bytes).
  package init(ids: [Int32], response: [UInt8], ends: Bool, tokenizer: Tokenizer) {
    let vocabulary = tokenizer.description.vocabulary
    self.response = response
    (numbers, prefixes, tokens, skipped) = ([], [], [], [])
    var place = 0
    for (step, id) in (ids + (ends ? [-1] : [])).enumerated() {
      guard place <= response.count else { break }
      let isWhole = response.withUnsafeBufferPointer {
        StreamingDecoder.completeLength(UnsafeBufferPointer(rebasing: $0[..<place])) == place
      }
      if isWhole {
        numbers.append(step)
        prefixes.append(place)
        // Where a stop string was cut off, the step after the text predicts the end.
        tokens.append(place == response.count ? -1 : id)
      } else {
        skipped.append(step)
      }
      if id >= 0, Int(id) < vocabulary.idLimit, vocabulary.kind(id) != .special {
        place += vocabulary.canonical[Int(id)].count
      }
      if place == response.count, step + 1 == ids.count, !ends { break }
    }
  }

  /// The steps that another run captured.
  package init(_ captured: CapturedPrompt) {
    response = captured.response
    numbers = captured.steps
    prefixes = captured.prefixes
    tokens = captured.prefixes.map { _ in -1 }
    skipped = captured.skipped
  }

  /// The histories of a model that reads each prefix in its own tokens.
  ///
  /// - Throws: What encoding throws.
  /// - Complexity: O(steps · bytes).
  package func histories(prompt: [Int32], tokenizer: Tokenizer) throws -> [[Int32]] {
    var options = EncodingOptions()
    options.isContinuation = true
    return try prefixes.map { prefix in
      prompt + (prefix == 0 ? [] : try tokenizer.encode(Array(response[..<prefix]), options: options))
    }
  }

  /// The histories of the model whose tokens made the response.
  package func histories(prompt: [Int32], ids: [Int32]) -> [[Int32]] {
    numbers.map { prompt + ids.prefix($0) }
  }
}
