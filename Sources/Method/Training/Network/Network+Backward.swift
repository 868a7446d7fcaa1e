internal import CMCLanguageModel
internal import CMCLinearAlgebra

extension Network {
  /// Takes the gradient of the last state, which stands in `dState`, back through all layers to the parameters.
  ///
  /// Gradients are added to what is there. Activations are used up.
  func backward() {
    for layer in (0..<shape.layers).reversed() {
      if activations.isRecomputed { forward(layer) }
      feedForwardBackward(layer)
      attentionBackward(layer)
    }
    guard let gradients else { return }
    let hidden = shape.hidden
    let scale = shape.configuration.embeddingScale
    if scale != 1 { engine.scale(activations.dState.start, by: scale, count: ids.count * hidden) }
    // Added, not set: an id comes more than once, and tied embeddings have the head's gradient there already.
    for (row, id) in ids.enumerated() {
      let to = gradients.start + layout.embedding + Int(id) * hidden
      let from = activations.dState.start + row * hidden
      for index in 0..<hidden { to[index] += from[index] }
    }
  }

  /// dState, the gradient of the layer's result, becomes that of the state after attention.
  private func feedForwardBackward(_ index: Int) {
    let n = sequences.positions
    let (hidden, inner) = (shape.hidden, shape.inner)
    let place = layout.layers[index]
    let kept = activations[index]
    let a = activations
    let added = adapters?.layout.layers[index]
    let dUpdate = updateGradient(place.feedForwardOutputNorm, kept.plainFeedForward)
    // The input of the last product is not known before its own gradient is: they trade places in one buffer.
    engine.product(
      m: n, n: inner, k: hidden, DenseOperand(dUpdate, stride: hidden),
      DenseOperand(values.start + place.down, stride: inner), to: a.product.start, stride: inner)
    if let adapter = added?.down.first { addDownGradient(adapter, dUpdate) }
    engine.gatedProductBackward(
      kept.gateAndUp.start, shape.activation, rows: n, columns: inner, inner: a.product.start)
    if let gradients {
      engine.product(
        m: hidden, n: inner, k: n, DenseOperand(dUpdate, stride: hidden, transposed: true),
        DenseOperand(a.product.start, stride: inner), adding: true, to: gradients.start + place.down,
        stride: inner)
    }
    if let adapter = added?.down.first { adapterGradients(adapter, dUpdate) }
    // What the norm gave is computed again: that is cheaper than keeping it for every layer.
    norm(place.feedForwardNorm, kept.middle.start, rows: n, into: a.normed.start)
    linearBackward(
      place.gateAndUp, rows: 2 * inner, columns: hidden, added?.gateAndUp ?? [], a.normed.start,
      kept.gateAndUp.start, into: a.dNormed.start)
    normBackward(
      place.feedForwardNorm, kept.middle.start, a.dNormed.start, rows: n, adding: true, into: a.dState.start)
  }

  /// The low-rank part of the gradient of the last product's input: product += scale · (dy · B) · A.
  private func addDownGradient(_ adapter: AdapterLayout.Adapter, _ dUpdate: UnsafePointer<Float>) {
    guard let adapters else { return }
    let n = sequences.positions
    let rank = adapters.layout.rank
    engine.product(
      m: n, n: rank, k: adapter.rows, alpha: adapters.layout.scale,
      DenseOperand(dUpdate, stride: adapter.rows),
      DenseOperand(adapters.values.start + adapter.b, stride: rank), to: activations.dLow.start, stride: rank)
    engine.product(
      m: n, n: adapter.columns, k: rank, DenseOperand(activations.dLow.start, stride: rank),
      DenseOperand(adapters.values.start + adapter.a, stride: adapter.columns), adding: true,
      to: activations.product.start, stride: adapter.columns)
  }

  /// dB += scale · dyᵀ · (x · Aᵀ), dA += (scale · dy · B)ᵀ · x, the second factor being in `dLow` already.
  private func adapterGradients(_ adapter: AdapterLayout.Adapter, _ dUpdate: UnsafePointer<Float>) {
    guard let adapters else { return }
    let n = sequences.positions
    let rank = adapters.layout.rank
    let x = DenseOperand(activations.product.start, stride: adapter.columns)
    engine.product(
      m: n, n: rank, k: adapter.columns, x,
      DenseOperand(adapters.values.start + adapter.a, stride: adapter.columns, transposed: true),
      to: activations.low.start, stride: rank)
    engine.product(
      m: adapter.rows, n: rank, k: n, alpha: adapters.layout.scale,
      DenseOperand(dUpdate, stride: adapter.rows, transposed: true),
      DenseOperand(activations.low.start, stride: rank), adding: true,
      to: adapters.gradients.start + adapter.b, stride: rank)
    engine.product(
      m: rank, n: adapter.columns, k: n, DenseOperand(activations.dLow.start, stride: rank, transposed: true),
      x,
      adding: true, to: adapters.gradients.start + adapter.a, stride: adapter.columns)
  }

  /// dState, the gradient of the state after attention, becomes that of the layer's input.
  private func attentionBackward(_ index: Int) {
    let n = sequences.positions
    let (hidden, width) = (shape.hidden, shape.fusedWidth)
    let place = layout.layers[index]
    let kept = activations[index]
    let a = activations
    let added = adapters?.layout.layers[index]
    let dUpdate = updateGradient(place.outputNorm, kept.plainAttention)
    linearBackward(
      place.output, rows: hidden, columns: shape.queryWidth, added?.output ?? [], kept.attended.start,
      dUpdate,
      into: a.dAttended.start)
    engine.packedAttentionBackward(
      kept.fused.start, sequences, shape: shape.attention(index), dOut: a.dAttended.start,
      into: a.dFused.start)
    rotate(index, a.dFused.start, backwards: true)
    if let query = place.queryNorm, let key = place.keyNorm {
      normHeadsBackward(query, a.dFused.start, kept.plainQueries.start, shape.queryWidth)
      normHeadsBackward(key, a.dFused.start + shape.queryWidth, kept.plainKeys.start, shape.keyWidth)
    }
    if let bias = place.fusedBias, let gradients {
      engine.addColumnSums(a.dFused.start, rows: n, columns: width, into: gradients.start + bias)
    }
    norm(place.attentionNorm, a.states[index].start, rows: n, into: a.normed.start)
    linearBackward(
      place.fused, rows: width, columns: hidden, added?.fused ?? [], a.normed.start, a.dFused.start,
      into: a.dNormed.start)
    normBackward(
      place.attentionNorm, a.states[index].start, a.dNormed.start, rows: n, adding: true, into: a.dState.start
    )
  }

  /// The gradient of what a part adds to the state: that of the state, back through the norm where there is one.
  private func updateGradient(_ outputNorm: Int?, _ plain: FloatBuffer) -> UnsafePointer<Float> {
    guard let outputNorm else { return UnsafePointer(activations.dState.start) }
    normBackward(
      outputNorm, plain.start, activations.dState.start, rows: sequences.positions, adding: false,
      into: activations.update.start)
    return UnsafePointer(activations.update.start)
  }

  private func normHeadsBackward(
    _ weight: Int, _ dFused: UnsafeMutablePointer<Float>, _ plain: UnsafePointer<Float>, _ width: Int
  ) {
    let size = shape.configuration.headSize
    let heads = activations.heads.start
    copy(dFused, shape.fusedWidth, to: heads, width, width: width)
    normBackward(
      weight, plain, heads, rows: sequences.positions * width / size, columns: size, adding: false,
      into: heads)
    copy(heads, width, to: dFused, shape.fusedWidth, width: width)
  }
}
