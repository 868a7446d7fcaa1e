internal import CMCLanguageModel
internal import CMCLinearAlgebra

extension Network {
  /// Takes documents through all layers; their states stay in the buffers.
  ///
  /// - Parameters:
  ///   - ids: The tokens of all documents, one after another, each below the vocabulary's size.
  ///   - lengths: How many tokens each document has; the sum is at most ``positions``.
  func forward(_ ids: [Int32], lengths: [Int]) {
    sequences = PackedSequences(lengths: lengths)
    self.ids = ids
    let hidden = shape.hidden
    let scale = shape.configuration.embeddingScale
    for (row, id) in ids.enumerated() {
      let state = activations.states[0].start + row * hidden
      state.update(from: values.start + layout.embedding + Int(id) * hidden, count: hidden)
    }
    if scale != 1 { engine.scale(activations.states[0].start, by: scale, count: ids.count * hidden) }
    for layer in 0..<shape.layers { forward(layer) }
  }

  /// states[layer + 1] = the layer applied to states[layer].
  func forward(_ layer: Int) {
    attention(layer)
    feedForward(layer)
  }

  /// middle = state + W_o · attention(rotary(W_qkv · norm(state))).
  private func attention(_ index: Int) {
    let n = sequences.positions
    let (hidden, width) = (shape.hidden, shape.fusedWidth)
    let place = layout.layers[index]
    let kept = activations[index]
    let a = activations
    norm(place.attentionNorm, a.states[index].start, rows: n, into: a.normed.start)
    linear(
      place.fused, rows: width, columns: hidden, adapters?.layout.layers[index].fused ?? [], a.normed.start,
      into: kept.fused.start)
    if let bias = place.fusedBias {
      engine.addBias(kept.fused.start, values.start + bias, rows: n, columns: width)
    }
    if let query = place.queryNorm, let key = place.keyNorm {
      normHeads(query, kept.fused.start, kept.plainQueries.start, shape.queryWidth)
      normHeads(key, kept.fused.start + shape.queryWidth, kept.plainKeys.start, shape.keyWidth)
    }
    rotate(index, kept.fused.start, backwards: false)
    engine.packedAttention(
      kept.fused.start, sequences, shape: shape.attention(index), into: kept.attended.start)
    linear(
      place.output, rows: hidden, columns: shape.queryWidth, adapters?.layout.layers[index].output ?? [],
      kept.attended.start, into: a.update.start)
    add(place.outputNorm, kept.plainAttention, to: a.states[index], into: kept.middle)
  }

  /// states[index + 1] = middle + W_down · (f(W_gate · h) ⊙ W_up · h) with h = norm(middle).
  private func feedForward(_ index: Int) {
    let n = sequences.positions
    let (hidden, inner) = (shape.hidden, shape.inner)
    let place = layout.layers[index]
    let kept = activations[index]
    let a = activations
    norm(place.feedForwardNorm, kept.middle.start, rows: n, into: a.normed.start)
    linear(
      place.gateAndUp, rows: 2 * inner, columns: hidden, adapters?.layout.layers[index].gateAndUp ?? [],
      a.normed.start, into: kept.gateAndUp.start)
    engine.gatedProduct(
      kept.gateAndUp.start, shape.activation, rows: n, columns: inner, into: a.product.start)
    linear(
      place.down, rows: hidden, columns: inner, adapters?.layout.layers[index].down ?? [], a.product.start,
      into: a.update.start)
    add(place.feedForwardOutputNorm, kept.plainFeedForward, to: kept.middle, into: a.states[index + 1])
  }

  /// out = state + update, the update normed first where the model does that.
  private func add(_ outputNorm: Int?, _ plain: FloatBuffer, to state: FloatBuffer, into out: FloatBuffer) {
    let n = sequences.positions
    let count = n * shape.hidden
    if let outputNorm {
      plain.start.update(from: activations.update.start, count: count)
      norm(outputNorm, plain.start, rows: n, into: activations.update.start)
    }
    out.start.update(from: state.start, count: count)
    engine.addInto(out.start, activations.update.start, count: count)
  }

  /// Norms the heads in some columns of the fused rows; what they were is kept.
  private func normHeads(
    _ weight: Int, _ fused: UnsafeMutablePointer<Float>, _ plain: UnsafeMutablePointer<Float>, _ width: Int
  ) {
    let size = shape.configuration.headSize
    copy(fused, shape.fusedWidth, to: plain, width, width: width)
    norm(
      weight, plain, rows: sequences.positions * width / size, columns: size, into: activations.heads.start)
    copy(activations.heads.start, width, to: fused, shape.fusedWidth, width: width)
  }

  /// Turns queries and keys by the angles of their positions, or back.
  func rotate(_ layer: Int, _ fused: UnsafeMutablePointer<Float>, backwards: Bool) {
    guard let angles = angles(layer) else { return }
    let c = shape.configuration
    engine.packedRotary(
      fused, width: shape.fusedWidth, heads: c.headCount + c.keyValueHeadCount, headSize: c.headSize,
      sequences,
      cosine: angles.cosine.start, sine: backwards ? angles.oppositeSine.start : angles.sine.start)
  }
}
