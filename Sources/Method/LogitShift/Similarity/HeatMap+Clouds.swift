extension HeatMap {
  /// The figure of the first steps of a prompt.
  init(
    _ clouds: ShiftClouds, _ captured: CapturedPrompt, _ pairing: StepPairing, run: CaptureRun, prompt: Int,
    rule: RankingRule, steps limit: Int
  ) {
    let rows = min(limit, clouds.steps)
    var upper: [[Float]] = []
    var lower: [[Float]] = []
    var tokens: [[Int]] = []
    var ids: [Int32] = []
    var places: [Int32: Int] = [:]
    var largest: Float = 0
    for row in 0..<rows {
      let start = row * clouds.columns
      // Equal shifts keep the order of the ranking.
      let order = (0..<clouds.columns).sorted {
        let (a, b) = (clouds.first[start + $0], clouds.first[start + $1])
        return a == b ? $0 < $1 : a > b
      }
      upper.append(order.map { Float(clouds.first[start + $0]) })
      lower.append(order.map { Float(clouds.second[start + $0]) })
      tokens.append(
        order.map { column in
          let id = clouds.ids[start + column]
          if let place = places[id] { return place }
          places[id] = ids.count
          ids.append(id)
          return ids.count - 1
        })
      for value in upper[row] + lower[row] { largest = max(largest, abs(value)) }
    }
    let shown = pairing.pairs.prefix(rows).map(\.first)
    self.init(
      prompt: prompt, rule: rule, steps: shown.map { captured.steps[$0] }, upper: upper, lower: lower,
      tokens: tokens, ids: ids, texts: ids.map(run.text(of:)),
      stepTexts: shown.map { captured.tokens[$0] >= 0 ? run.text(of: captured.tokens[$0]) : "" },
      limit: largest)
  }
}
