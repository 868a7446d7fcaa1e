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
      try linear(
        .latentUp, layer, rows: c.headCount * (latent.plain + latent.valueSize), columns: latent.rank,
        hasBias: false)
    )
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
