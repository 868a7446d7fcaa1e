internal import CMCLinearAlgebra

extension Network {
  /// Documents and what their targets should become.
  package struct Part {
    /// Computed one behind the other; no document sees another.
    package var documents: [Document]
    /// What is wanted of them.
    package var objective: Objective
    /// The weight of each target's loss in the gradient, beside the objective's own: one over the batch's targets.
    package var factor: Float
    /// Takes each target's loss, in the order of documents; nil where sums are enough.
    package var receive: ((Double) -> Void)?

    /// Documents of which something is wanted.
    package init(
      _ documents: [Document], _ objective: Objective, factor: Float, receive: ((Double) -> Void)? = nil
    ) {
      self.documents = documents
      self.objective = objective
      self.factor = factor
      self.receive = receive
    }
  }

  /// The losses of documents, and their gradients added to what is there.
  ///
  /// - Parameters:
  ///   - parts: Documents of at most ``positions`` tokens in all.
  ///   - learns: Whether gradients are computed.
  /// - Returns: The sums of losses, one a part.
  /// - Throws: What frozen models throw.
  package func run(_ parts: [Part], learns: Bool) throws -> [LossSum] {
    let documents = parts.flatMap(\.documents)
    forward(documents.flatMap(\.ids), lengths: documents.map(\.ids.count))
    if learns { activations.dState.start.update(repeating: 0, count: sequences.positions * shape.hidden) }
    var sums: [LossSum] = []
    var first = 0
    for part in parts {
      sums.append(try losses(of: part, firstDocument: first, learns: learns))
      first += part.documents.count
    }
    if learns { backward() }
    return sums
  }

  /// The losses of one part; the gradient goes to `dState` and the parameters of norm and head.
  private func losses(of part: Part, firstDocument: Int, learns: Bool) throws -> LossSum {
    let hidden = shape.hidden
    let a = activations
    // Only rows with a target need logits, the dearest product of all: they are gathered before norm and head.
    var rows: [Int] = []
    for (index, document) in part.documents.enumerated() {
      let start = sequences[firstDocument + index].lowerBound
      rows += document.targets.map { start + $0 }
    }
    let last = a.states[shape.layers].start
    for (index, row) in rows.enumerated() {
      (a.targetStates.start + index * hidden).update(from: last + row * hidden, count: hidden)
    }
    norm(layout.finalNorm, a.targetStates.start, rows: rows.count, into: a.targetNormed.start)
    var sum = LossSum()
    var firstRow = 0
    for block in blocks(part) {
      let count = block.rows
      sum += try losses(of: block, part, firstRow: firstRow, learns: learns)
      firstRow += count
    }
    guard learns, !rows.isEmpty else { return sum }
    // The blocks have left the gradient behind the norm in `dTarget`; the norm's own takes its place, row by row.
    normBackward(
      layout.finalNorm, a.targetStates.start, a.dTarget.start, rows: rows.count, adding: false,
      into: a.dTarget.start)
    for (index, row) in rows.enumerated() {
      let to = a.dState.start + row * hidden
      let from = a.dTarget.start + index * hidden
      for column in 0..<hidden { to[column] += from[column] }
    }
    return sum
  }

  /// Rows whose logits are computed together: of whole documents where another model is run for them.
  private struct Block {
    var documents: ArraySlice<Document>
    var targets: ArraySlice<Int32>
    var rows: Int { targets.count }
  }

  /// The rows of a part in blocks that fit the head's buffers.
  private func blocks(_ part: Part) -> [Block] {
    let targets = part.documents.flatMap(\.targetIDs)
    guard part.objective.template != nil || part.objective.reference != nil else {
      return stride(from: 0, to: targets.count, by: head.rows).map {
        Block(documents: [], targets: targets[$0..<min(targets.count, $0 + head.rows)])
      }
    }
    // A frozen model computes whole documents, so a block ends where one does, even where a long one is beyond the limit.
    var blocks: [Block] = []
    var (document, target) = (0, 0)
    while document < part.documents.count {
      var (end, count) = (document, 0)
      repeat {
        count += part.documents[end].targets.count
        end += 1
      } while end < part.documents.count && count + part.documents[end].targets.count <= head.rows
      blocks.append(
        Block(documents: part.documents[document..<end], targets: targets[target..<target + count]))
      (document, target) = (end, target + count)
    }
    return blocks
  }

  /// The losses of a block's rows, which begin at a row of those that have targets.
  private func losses(of block: Block, _ part: Part, firstRow: Int, learns: Bool) throws -> LossSum {
    let (n, hidden, columns) = (block.rows, shape.hidden, shape.vocabulary)
    guard n > 0 else { return LossSum() }
    let objective = part.objective
    head.reserve(n, others: objective.template != nil || objective.reference != nil)
    let logits = head.logits.start
    let states = activations.targetNormed.start + firstRow * hidden
    engine.product(
      m: n, n: columns, k: hidden, DenseOperand(states, stride: hidden),
      DenseOperand(values.start + layout.head, stride: hidden, transposed: true), to: logits, stride: columns)
    // The template's logits are constants of the loss: added here, they take no part in the gradient.
    if let template = objective.template {
      try template.rows(of: block.documents, columns: columns, into: head.others.start)
      engine.addInto(logits, head.others.start, count: n * columns)
    }
    var compared = head.others.start
    if let reference = objective.reference {
      if objective.template != nil { compared = head.reserveDifferences(n).start }
      try reference.rows(of: block.documents, columns: columns, into: compared)
    }
    // The kernels write the gradient over the logits; where nothing learns it is 0, and nobody reads it.
    let factors = [Float](repeating: learns ? part.factor * objective.weight : 0, count: n)
    var losses = [Double](repeating: 0, count: n)
    var winners = [Bool](repeating: false, count: n)
    factors.withUnsafeBufferPointer { factors in
      losses.withUnsafeMutableBufferPointer { losses in
        guard let losses = losses.baseAddress else { return }
        switch objective.kind {
        case .divergence:
          engine.divergence(logits, from: compared, columns: columns, factors: factors, losses: losses)
        case .squaredDistance:
          engine.squaredDistance(logits, to: compared, columns: columns, factors: factors, losses: losses)
        case .crossEntropy:
          block.targets.withUnsafeBufferPointer { targets in
            winners.withUnsafeMutableBufferPointer { winners in
              guard let winners = winners.baseAddress else { return }
              engine.crossEntropy(
                logits, columns: columns, targets: targets, factors: factors, losses: losses, winners: winners
              )
            }
          }
        }
      }
    }
    if learns { headBackward(n, states, firstRow: firstRow) }
    if let receive = part.receive { losses.forEach(receive) }
    var sum = LossSum()
    sum.sum = losses.reduce(0, +)
    sum.count = n
    sum.correct = winners.count { $0 }
    return sum
  }

  /// dStates = dLogits · W, dW += dLogitsᵀ · states.
  private func headBackward(_ n: Int, _ states: UnsafePointer<Float>, firstRow: Int) {
    let (hidden, columns) = (shape.hidden, shape.vocabulary)
    let dLogits = head.logits.start
    engine.product(
      m: n, n: hidden, k: columns, DenseOperand(dLogits, stride: columns),
      DenseOperand(values.start + layout.head, stride: hidden),
      to: activations.dTarget.start + firstRow * hidden, stride: hidden)
    guard let gradients else { return }
    engine.product(
      m: columns, n: hidden, k: n, DenseOperand(dLogits, stride: columns, transposed: true),
      DenseOperand(states, stride: hidden), adding: true, to: gradients.start + layout.head, stride: hidden)
  }
}
