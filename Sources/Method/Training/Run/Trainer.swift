/// Trains a network by a plan, step by step.
///
/// Everything a step does follows from the plan, the documents and the state that checkpoints hold: the parameters, the
/// optimiser's means and the number of the step. So a run that was ended anywhere goes on to the same bits.
package final class Trainer {
  /// Documents with one objective.
  package struct DocumentSet {
    /// Learnt in an order of the set's own, all of them once an epoch.
    package var documents: [Document]
    /// What is wanted of them.
    package var objective: Objective

    /// Documents of which one thing is wanted.
    package init(_ documents: [Document], _ objective: Objective) {
      self.documents = documents
      self.objective = objective
    }
  }

  /// What learns; its parameters are those of the last step.
  package let network: Network
  /// How it learns, to the last step.
  package let plan: TrainingPlan
  /// The means of gradients that checkpoints keep beside the parameters.
  package let optimizer: AdamW
  /// The best validation loss so far, and its step.
  package internal(set) var best: (loss: Double, step: Int)?
  /// Looks at the validation documents since then.
  package internal(set) var looksSinceBest = 0
  private let sets: [DocumentSet]
  private let validation: [DocumentSet]
  private var orders: [DocumentOrder]

  /// A trainer at the first step.
  ///
  /// - Parameters:
  ///   - network: Its parameters are set.
  ///   - plan: How it is trained.
  ///   - sets: What it learns from; each step takes documents of every set.
  ///   - validation: What it is judged by; may be empty.
  /// - Throws: ``TrainingError`` where there is nothing to learn, or a document is too long for a pass.
  package init(
    _ network: Network, _ plan: TrainingPlan, sets: [DocumentSet], validation: [DocumentSet] = []
  ) throws(TrainingError) {
    for set in sets {
      guard set.documents.contains(where: { !$0.targets.isEmpty }) else {
        throw .noExamples("no document has a token to learn")
      }
    }
    let longest = (sets + validation).flatMap(\.documents).map(\.ids.count).max() ?? 0
    guard longest <= network.positions else {
      throw .mismatch("a document of \(longest) tokens does not fit a pass of \(network.positions)")
    }
    self.network = network
    self.plan = plan
    self.sets = sets
    self.validation = validation
    optimizer = try AdamW(network, plan.optimizer)
    // Sets of equal size must not be shuffled alike: pairs of their documents would meet again in every epoch.
    orders = sets.enumerated().map { index, set in
      DocumentOrder(count: set.documents.count, seed: plan.seed &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
    }
  }

  /// The steps done.
  package var steps: Int { optimizer.steps }
  /// Whether the plan is done, or the validation loss has stopped falling.
  package var isDone: Bool {
    steps >= plan.schedule.steps || (plan.patience > 0 && looksSinceBest >= plan.patience)
  }

  /// Does one step.
  ///
  /// - Throws: ``TrainingError/notFinite(what:step:checkpoint:)`` before anything has changed, and what frozen models
  ///   throw.
  package func step() throws -> StepRecord {
    let clock = ContinuousClock()
    let start = clock.now
    optimizer.clearGradients()
    let number = steps
    let batch = sets.indices.map { index in
      (0..<plan.batch).map { sets[index].documents[orders[index].document(at: number * plan.batch + $0)] }
    }
    let sums = try losses(zip(sets, batch).map { DocumentSet($1, $0.objective) }, learns: true)
    let loss = zip(sets, sums).reduce(0) { $0 + Double($1.0.objective.weight) * $1.1.mean }
    guard loss.isFinite else {
      throw TrainingError.notFinite(what: "the loss", step: number + 1, checkpoint: nil)
    }
    let norm = optimizer.gradientNorm()
    guard norm.isFinite else {
      throw TrainingError.notFinite(what: "the gradient", step: number + 1, checkpoint: nil)
    }
    // Both are looked at before anything changes: the parameters behind a bad step are those of the last good one.
    let rate = plan.schedule.rate(number)
    optimizer.step(rate: rate, norm: norm)
    let all = sums.reduce(into: LossSum()) { $0 += $1 }
    var record = StepRecord(
      step: number + 1, loss: loss, parts: sums.map(\.mean), accuracy: all.accuracy, norm: norm, rate: rate,
      tokens: batch.reduce(0) { $0 + $1.reduce(0) { $0 + $1.ids.count } }, targets: all.count, seconds: 0)
    record.seconds = (clock.now - start) / .seconds(1)
    if plan.validateEvery > 0, !validation.isEmpty, (number + 1) % plan.validateEvery == 0 || isLast {
      let sums = try validationLosses()
      let all = sums.reduce(into: LossSum()) { $0 += $1 }
      record.validationLoss = zip(validation, sums).reduce(0) {
        $0 + Double($1.0.objective.weight) * $1.1.mean
      }
      record.validationAccuracy = all.accuracy
      remember(validationLoss: record.validationLoss ?? 0)
    }
    return record
  }

  private var isLast: Bool { steps >= plan.schedule.steps }

  /// The losses of the validation documents, one sum a set.
  ///
  /// - Throws: What frozen models throw.
  package func validationLosses() throws -> [LossSum] { try losses(validation, learns: false) }

  /// Keeps the best loss and counts the looks since; equal is not better, so that a standstill ends a run too.
  private func remember(validationLoss loss: Double) {
    if loss < best?.loss ?? .infinity {
      best = (loss, steps)
      looksSinceBest = 0
    } else {
      looksSinceBest += 1
    }
  }

  /// The losses of documents, as many a pass as fit; each set's gradient is that of its mean.
  private func losses(_ sets: [DocumentSet], learns: Bool) throws -> [LossSum] {
    var sums = sets.map { _ in LossSum() }
    let factors = sets.map { set in
      1 / Float(max(1, set.documents.reduce(0) { $0 + $1.targets.count }))
    }
    var pass: [(set: Int, documents: [Document])] = []
    var tokens = 0
    func flush() throws {
      guard tokens > 0 else { return }
      let parts = pass.map { Network.Part($0.documents, sets[$0.set].objective, factor: factors[$0.set]) }
      for (place, sum) in zip(pass, try network.run(parts, learns: learns)) { sums[place.set] += sum }
      pass = []
      tokens = 0
    }
    // The factor is that of the whole set, however it falls into passes: their size changes the order of sums alone.
    for (index, set) in sets.enumerated() {
      for document in set.documents where !document.ids.isEmpty {
        if tokens + document.ids.count > network.positions { try flush() }
        if pass.last?.set != index { pass.append((index, [])) }
        pass[pass.count - 1].documents.append(document)
        tokens += document.ids.count
      }
    }
    try flush()
    return sums
  }
}
