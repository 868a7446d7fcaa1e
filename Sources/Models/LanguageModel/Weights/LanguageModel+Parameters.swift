internal import CMCLinearAlgebra

extension LanguageModel {
  /// Copies the weights of one part as float32, in the order of the forward pass: a norm's with its offset added.
  ///
  /// - Parameters:
  ///   - role: The part.
  ///   - layer: The layer, for what belongs to one.
  ///   - isBias: Whether the bias is meant.
  ///   - count: How many numbers there must be.
  ///   - out: Room for so many.
  /// - Throws: ``LanguageModelError`` where the model has no such part or another size of it.
  package func copyParameters(
    _ role: TensorRole, layer: Int?, isBias: Bool = false, count: Int, into out: UnsafeMutablePointer<Float>
  ) throws(LanguageModelError) {
    if let vector = vector(role, layer: layer, isBias: isBias) {
      guard vector.count == count else {
        throw .shape(tensor: "\(role)", found: [vector.count], wanted: [count])
      }
      out.update(from: vector.pointer, count: count)
      return
    }
    guard !isBias, let linear = linear(role, layer: layer) else { throw .missingTensor("\(role)") }
    // Rows beyond the vocabulary are padding; a caller may leave them out.
    let rows = count / linear.matrix.columns
    guard rows * linear.matrix.columns == count, rows <= linear.matrix.rows else {
      throw .shape(tensor: linear.name, found: [linear.matrix.rows, linear.matrix.columns], wanted: [count])
    }
    linear.matrix.widen(rows: 0..<rows, into: out)
  }

  private func vector(_ role: TensorRole, layer: Int?, isBias: Bool) -> ParameterVector? {
    guard let layer else { return role == .finalNorm ? part(weights.finalNorm, isBias) : nil }
    let w = weights.layers[layer]
    switch role {
    case .attentionNorm: return w.attentionNorm.flatMap { part($0, isBias) }
    case .queryNorm: return w.attention?.queryNorm.flatMap { part($0, isBias) }
    case .keyNorm: return w.attention?.keyNorm.flatMap { part($0, isBias) }
    case .attentionOutputNorm: return w.attentionOutputNorm.flatMap { part($0, isBias) }
    case .feedForwardNorm: return w.feedForwardNorm.flatMap { part($0, isBias) }
    case .feedForwardOutputNorm: return w.feedForwardOutputNorm.flatMap { part($0, isBias) }
    default: return isBias ? linear(role, layer: layer)?.bias : nil
    }
  }

  private func part(_ norm: NormWeights, _ isBias: Bool) -> ParameterVector? {
    isBias ? norm.bias : norm.weight
  }

  private func linear(_ role: TensorRole, layer: Int?) -> LinearWeights? {
    switch (role, layer) {
    case (.tokenEmbedding, _): return weights.tokenEmbedding
    case (.head, _): return weights.head
    case (.query, let layer?): return weights.layers[layer].attention?.query
    case (.key, let layer?): return weights.layers[layer].attention?.key
    case (.value, let layer?): return weights.layers[layer].attention?.value
    case (.attentionOutput, let layer?): return weights.layers[layer].attention?.output
    case (.gate, let layer?): return weights.layers[layer].feedForward?.gate
    case (.up, let layer?): return weights.layers[layer].feedForward?.up
    case (.down, let layer?): return weights.layers[layer].feedForward?.down
    default: return nil
    }
  }
}
