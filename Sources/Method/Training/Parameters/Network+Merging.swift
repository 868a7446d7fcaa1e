internal import CMCLinearAlgebra

extension Network {
  /// Adds the low-rank additions to the matrices: W += scale · B · A, after which the additions count for nothing more.
  package func mergeAdapters() {
    guard let adapters else { return }
    let rank = adapters.layout.rank
    for adapter in adapters.layout.adapters {
      guard
        let entry = layout.entries.first(where: {
          $0.role == adapter.role && $0.layer == adapter.layer && !$0.isBias
        })
      else { continue }
      engine.product(
        m: adapter.rows, n: adapter.columns, k: rank, alpha: adapters.layout.scale,
        DenseOperand(adapters.values.start + adapter.b, stride: rank),
        DenseOperand(adapters.values.start + adapter.a, stride: adapter.columns), adding: true,
        to: values.start + entry.offset, stride: adapter.columns)
    }
    adapters.values.clear()
  }
}
