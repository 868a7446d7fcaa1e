internal import CMCPrimitives

/// What one history's positions do to the state of RWKV-7: the operands of ``ComputeEngine/scan(_:)-(WKVScan)``.
///
/// A head's state S has a row for each element of a value and a column for each of a key. At each position
/// S = S · (diag(w) − κ̂ᵀ (κ̂ ⊙ a)) + vᵀ k, the generalised delta rule, and the result is S · r.
///
/// Source: Peng et al., *RWKV-7 "Goose" with Expressive Dynamic State Evolution* (2025), equations 16 to 18.
package struct WKVScan {
  /// The number of positions.
  package var positions: Int
  /// The number of heads.
  package var heads: Int
  /// The elements of a head.
  package var headSize: Int
  /// What reads: positions × heads × head size, as all that follow but the states.
  package var receptance: UnsafePointer<Float>
  /// The share of each column that stays.
  package var decay: UnsafePointer<Float>
  /// What writes.
  package var key: UnsafePointer<Float>
  /// What is written.
  package var value: UnsafePointer<Float>
  /// κ̂, of length 1 or 0: what is taken away.
  package var removal: UnsafePointer<Float>
  /// κ̂ ⊙ a: where it is taken away, and how much of it.
  package var removed: UnsafePointer<Float>
  /// The state before: heads × head size × head size.
  package var before: UnsafePointer<Float>
  /// The state after; may be the one before.
  package var after: UnsafeMutablePointer<Float>
  /// What is read.
  package var out: UnsafeMutablePointer<Float>

  /// Joins the operands.
  package init(
    positions: Int, heads: Int, headSize: Int, receptance: UnsafePointer<Float>, decay: UnsafePointer<Float>,
    key: UnsafePointer<Float>, value: UnsafePointer<Float>, removal: UnsafePointer<Float>,
    removed: UnsafePointer<Float>, before: UnsafePointer<Float>, after: UnsafeMutablePointer<Float>,
    out: UnsafeMutablePointer<Float>
  ) {
    self.positions = positions
    self.heads = heads
    self.headSize = headSize
    self.receptance = receptance
    self.decay = decay
    self.key = key
    self.value = value
    self.removal = removal
    self.removed = removed
    self.before = before
    self.after = after
    self.out = out
  }
}

extension ComputeEngine {
  /// Takes the positions of one history through RWKV-7's state, one after another.
  ///
  /// A row of a head's state needs no other row and is computed by one thread, so the numbers depend neither on threads
  /// nor on other histories.
  ///
  /// - Complexity: O(positions · heads · head size²).
  package func scan(_ scan: WKVScan) {
    nonisolated(unsafe) let scan = scan
    let work = max(1, scan.positions * scan.headSize)
    parallelFor(scan.heads * scan.headSize, chunk: max(1, 32_768 / work), threads: threads) { _, range in
      for row in range { scan.run(row) }
    }
  }
}

extension WKVScan {
  /// All positions of a row of the states.
  fileprivate func run(_ row: Int) {
    let state = after + row * headSize
    if UnsafePointer(state) != before + row * headSize {
      state.update(from: before + row * headSize, count: headSize)
    }
    let (width, head) = (heads * headSize, row / headSize * headSize)
    for position in 0..<positions {
      let at = position * width + head
      out[position * width + row] = advance(state, at, value: value[position * width + row])
    }
  }

  /// A row after the position whose head begins at a place, and what is read of it.
  private func advance(_ state: UnsafeMutablePointer<Float>, _ at: Int, value: Float) -> Float {
    let (receptance, decay, key) = (receptance + at, decay + at, key + at)
    let (removal, removed) = (removal + at, removed + at)
    let whole = headSize / 8 * 8
    var found = SIMD8<Float>.zero
    for i in stride(from: 0, to: whole, by: 8) { found += load(state + i) * load(removal + i) }
    var taken = found.sum()
    for i in whole..<headSize { taken += state[i] * removal[i] }
    var sum = SIMD8<Float>.zero
    for i in stride(from: 0, to: whole, by: 8) {
      let kept = load(state + i) * load(decay + i) - load(removed + i) * taken + load(key + i) * value
      store(kept, state + i)
      sum += kept * load(receptance + i)
    }
    var rest: Float = 0
    for i in whole..<headSize {
      state[i] = state[i] * decay[i] - removed[i] * taken + key[i] * value
      rest += state[i] * receptance[i]
    }
    return sum.sum() + rest
  }
}
