internal import CMCLinearAlgebra
internal import CMCPrimitives

extension WeightLoader {
  /// What makes queries, the short vector with the turned part, and keys and values of it.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func latentProducts(
    _ latent: LatentAttention, _ layer: Int, hasBias: Bool
  ) throws -> (LinearWeights, LinearWeights, LinearWeights) {
    let c = configuration
    return (
      try linear(
        latent.queryRank == nil ? .query : .latentQueryUp, layer, rows: c.queryWidth(layer),
        columns: latent.queryRank ?? c.hiddenSize, hasBias: false),
      try linear(
        .latentDown, layer, rows: latent.rank + latent.turned, columns: c.hiddenSize, hasBias: hasBias),
      isGGUF && container.has(name(.latentKeyUp, layer))
        ? try joinedUp(latent, layer)
        : try linear(
          .latentUp, layer, rows: c.headCount * (latent.plain + latent.valueSize), columns: latent.rank,
          hasBias: false)
    )
  }

  /// What makes keys and values of the short vector, where a file has each apart: joined head by head, widened.
  ///
  /// llama.cpp multiplies queries by the one of keys, which therefore has inputs first.
  private mutating func joinedUp(_ latent: LatentAttention, _ layer: Int) throws -> LinearWeights {
    let (heads, rank, plain, value) = (configuration.headCount, latent.rank, latent.plain, latent.valueSize)
    let (keys, values) = (try stored(name(.latentKeyUp, layer)), try stored(name(.latentValueUp, layer)))
    try check(keys, shape: [heads, rank, plain])
    try check(values, shape: [heads, value, rank])
    let keyRows = try WeightMatrix(reading: keys, rows: heads * rank, columns: plain)
    let valueRows = try WeightMatrix(reading: values, rows: heads * value, columns: rank)
    let count = heads * (plain + value) * rank
    let joined = OwnedStorage(bytes: count * MemoryLayout<Float>.stride)
    let numbers = joined.start.bindMemory(to: Float.self, capacity: count)
    let turned = UnsafeMutablePointer<Float>.allocate(capacity: rank * plain)
    defer { turned.deallocate() }
    for head in 0..<heads {
      let own = numbers + head * (plain + value) * rank
      keyRows.widen(rows: head * rank..<(head + 1) * rank, into: turned)
      for row in 0..<plain {
        for column in 0..<rank { own[row * rank + column] = turned[column * plain + row] }
      }
      valueRows.widen(rows: head * value..<(head + 1) * value, into: own + plain * rank)
    }
    // One copy stays in memory.
    for tensor in [keys, values] { tensor.file.forget(tensor.offset..<tensor.offset + tensor.bytes.count) }
    let matrix = try WeightMatrix(
      named: keys.name, type: .f32, rows: heads * (plain + value), columns: rank, bytes: joined.bytes,
      owner: joined)
    return LinearWeights(matrix: matrix, bias: nil, name: keys.name)
  }

  /// The norms of the short vectors, and what makes the first.
  ///
  /// - Throws: ``LanguageModelError``.
  mutating func latent(_ latent: LatentAttention, _ layer: Int) throws -> LatentWeights {
    let c = configuration
    var (down, norm): (LinearWeights?, ParameterVector?) = (nil, nil)
    if let rank = latent.queryRank {
      down = try linear(
        .queryDown, layer, rows: rank, columns: c.hiddenSize, hasBias: c.biases.contains(.queryKeyValue))
      norm = try vector(name(.queryDownNorm, layer), count: rank)
    }
    return LatentWeights(
      queryDown: down, queryNorm: norm, norm: try vector(name(.latentNorm, layer), count: latent.rank))
  }
}
