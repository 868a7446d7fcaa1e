internal import CMCPrimitives

/// Which steps of two captures of one prompt belong together.
struct StepPairing {
  /// Indices of the steps of the first and the second capture.
  let pairs: [(first: Int, second: Int)]
  /// How many steps were left out because of characters in the making.
  let skipped: Int

  /// Pairs steps of equal number.
  ///
  /// - Parameter offset: The reference scripts pair step t + 1 of the first model with step t of the second.
  /// - Throws: ``LogitShiftError/stepsDiffer(first:second:prompt:reason:)`` and ``LogitShiftError/noSteps(prompt:)``.
  init(
    _ first: CapturedPrompt, _ second: CapturedPrompt, prompt: Int, names: (String, String), offset: Int
  ) throws(LogitShiftError) {
    func differ(_ reason: String) -> LogitShiftError {
      .stepsDiffer(first: names.0, second: names.1, prompt: prompt, reason: reason)
    }
    // What one of them cannot see, because the text ends inside a character there, counts for neither.
    let skips = Set(first.skipped).union(second.skipped)
    let places = Dictionary(uniqueKeysWithValues: second.steps.enumerated().map { ($1, $0) })
    let (own, other) = (Set(first.steps).subtracting(skips), Set(second.steps).subtracting(skips))
    guard own == other else {
      if first.steps.count != second.steps.count {
        throw differ("there are \(own.count) and \(other.count)")
      }
      let step = own.symmetricDifference(other).min() ?? 0
      throw differ("step \(NumberText.counted(step)) is in one of them only")
    }
    if !first.response.isEmpty, !second.response.isEmpty, first.response != second.response {
      throw differ("the responses are not the same text")
    }
    var pairs: [(first: Int, second: Int)] = []
    for (index, step) in first.steps.enumerated() {
      guard !skips.contains(step), let partner = places[step - offset], !skips.contains(step - offset) else {
        continue
      }
      if offset == 0, !first.prefixes.isEmpty, !second.prefixes.isEmpty,
        first.prefixes[index] != second.prefixes[partner]
      {
        throw differ(
          "step \(NumberText.counted(step)) comes after \(first.prefixes[index]) and \(second.prefixes[partner]) bytes of the response"
        )
      }
      pairs.append((index, partner))
    }
    guard !pairs.isEmpty else { throw .noSteps(prompt: prompt) }
    self.pairs = pairs
    skipped = skips.count
  }
}
