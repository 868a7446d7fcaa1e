package import CMCLanguageModel
internal import CMCLinearAlgebra

extension Network {
  /// Takes the parameters of a model over, as float32.
  ///
  /// Heads whose pairs lie side by side (llama2.c, GGUF) are turned to the order of halves that this package trains in.
  ///
  /// - Throws: `LanguageModelError` or ``TrainingError`` where the model has another shape.
  package func load(_ model: LanguageModel) throws {
    let own = shape.configuration
    let c = model.configuration
    guard
      (c.hiddenSize, c.layerCount, c.feedForwardSize, c.headCount)
        == (own.hiddenSize, own.layerCount, own.feedForwardSize, own.headCount),
      c.keyValueHeadCount == own.keyValueHeadCount, c.headSize == own.headSize
    else { throw TrainingError.mismatch("\(model.name) has another shape than the network") }
    for entry in layout.entries {
      let start = values.start + entry.offset
      try model.copyParameters(
        entry.role, layer: entry.layer, isBias: entry.isBias, count: entry.count, into: start)
      if case .rotary(.interleaved, _, _) = c.positions, entry.role == .query || entry.role == .key {
        reorder(
          start, rows: entry.isBias ? entry.count : entry.rows, columns: entry.isBias ? 1 : entry.columns)
      }
    }
  }

  /// Puts the rows of each head from pairs side by side to halves.
  private func reorder(_ start: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    let size = shape.configuration.headSize
    let copy = FloatBuffer(count: size * columns)
    for head in 0..<rows / size {
      let first = start + head * size * columns
      copy.start.update(from: first, count: size * columns)
      for pair in 0..<size / 2 {
        (first + pair * columns).update(from: copy.start + 2 * pair * columns, count: columns)
        (first + (pair + size / 2) * columns).update(
          from: copy.start + (2 * pair + 1) * columns, count: columns)
      }
    }
  }
}
