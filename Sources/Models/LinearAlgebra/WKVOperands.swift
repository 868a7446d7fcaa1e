#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a position's numbers go through before RWKV-7's state and behind it; all of them positions × heads × head size.
package struct WKVOperands {
  /// How κ is brought to length 1.
  package enum RemovalNorm: Sendable, Equatable {
    /// κ / max(|κ|, 10⁻¹²), as PyTorch's `normalize`.
    case bounded
    /// κ / √(|κ|² + 10⁻⁶), as flash-linear-attention's fused norm.
    case shifted
  }

  /// What belongs to a layer, each of heads × head size numbers.
  package struct Parameters {
    /// Added to what decays are made of, to rates, and to shares of the first layer's values.
    package var decayBias: UnsafePointer<Float>
    package var rateBias: UnsafePointer<Float>
    /// Nil for the first layer.
    package var shareBias: UnsafePointer<Float>?
    /// What makes κ of a key, and how much a rate changes the key.
    package var removalScale: UnsafePointer<Float>
    package var keyScale: UnsafePointer<Float>
    /// What a value adds past the state.
    package var bonus: UnsafePointer<Float>
    /// The norm of each head behind the state.
    package var normWeight: UnsafePointer<Float>
    package var normBias: UnsafePointer<Float>

    /// Joins the parameters.
    package init(
      biases: (decay: UnsafePointer<Float>, rate: UnsafePointer<Float>, share: UnsafePointer<Float>?),
      scales: (removal: UnsafePointer<Float>, key: UnsafePointer<Float>, bonus: UnsafePointer<Float>),
      norm: (weight: UnsafePointer<Float>, bias: UnsafePointer<Float>)
    ) {
      (decayBias, rateBias, shareBias) = biases
      (removalScale, keyScale, bonus) = scales
      (normWeight, normBias) = norm
    }
  }

  /// The elements of a head.
  package var headSize: Int
  /// r, as its product gives it.
  package var receptance: UnsafeMutablePointer<Float>
  /// The key; then the one that writes.
  package var key: UnsafeMutablePointer<Float>
  /// The value; then mixed with the first layer's.
  package var value: UnsafeMutablePointer<Float>
  /// The first layer's values, which that layer leaves here.
  package var firstValue: UnsafeMutablePointer<Float>
  /// What decays are made of; then the share that stays.
  package var decay: UnsafeMutablePointer<Float>
  /// What rates are made of; then κ̂ ⊙ a.
  package var rate: UnsafeMutablePointer<Float>
  /// κ̂.
  package var removal: UnsafeMutablePointer<Float>
  /// What shares of the first layer's values are made of; then what the state gives; then what the gate lets through.
  package var out: UnsafeMutablePointer<Float>
  /// The gate.
  package var gate: UnsafeMutablePointer<Float>

  /// Joins the buffers, in the order of the properties.
  package init(headSize: Int, _ places: [UnsafeMutablePointer<Float>]) {
    self.headSize = headSize
    (receptance, key, value, firstValue) = (places[0], places[1], places[2], places[3])
    (decay, rate, removal) = (places[4], places[5], places[6])
    (out, gate) = (places[7], places[8])
  }
}

extension ComputeEngine {
  /// y = x + (x before it − x) ⊙ mix, position by position of one history.
  ///
  /// - Parameters:
  ///   - x: positions × width.
  ///   - before: The row before the first.
  ///   - mix: width.
  ///   - positions: The number of positions.
  ///   - width: The length of a row.
  ///   - y: positions × width; must not overlap.
  package func shift(
    _ x: UnsafePointer<Float>, before: UnsafePointer<Float>, mix: UnsafePointer<Float>, positions: Int,
    width: Int, into y: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (x, before, mix, y) = (x, before, mix, y)
    rowsOf(width, positions) { range in
      for position in range {
        let (row, out) = (x + position * width, y + position * width)
        let last = position == 0 ? before : row - width
        for i in 0..<width { out[i] = row[i] + (last[i] - row[i]) * mix[i] }
      }
    }
  }

  /// Decays, rates, keys and values as the state takes them.
  ///
  /// w = exp(−e^(−1/2) · σ(decay)), a = σ(rate), κ̂ = the normed κ, k = k · (1 + (a − 1) · key scale), and from the second
  /// layer on v = v + (first − v) · σ(share).
  package func prepare(
    _ x: WKVOperands, _ layer: WKVOperands.Parameters, _ norm: WKVOperands.RemovalNorm, heads: Int,
    positions: Int
  ) {
    nonisolated(unsafe) let (x, layer) = (x, layer)
    let size = x.headSize
    rowsOf(16 * size, positions * heads) { range in
      for head in range {
        let (at, own) = (head * size, head % heads * size)
        var square: Float = 0
        for i in 0..<size {
          let (at, own) = (at + i, own + i)
          x.removal[at] = x.key[at] * layer.removalScale[own]
          square += x.removal[at] * x.removal[at]
          x.decay[at] = expf(-0.606_530_66 * sigmoid(x.decay[at] + layer.decayBias[own]))
          if let bias = layer.shareBias {
            x.value[at] += (x.firstValue[at] - x.value[at]) * sigmoid(x.out[at] + bias[own])
          } else {
            x.firstValue[at] = x.value[at]
          }
        }
        let length =
          switch norm {
          case .bounded: max(square.squareRoot(), 1e-12)
          case .shifted: (square + 1e-6).squareRoot()
          }
        for i in 0..<size {
          let (at, own) = (at + i, own + i)
          let rate = sigmoid(x.rate[at] + layer.rateBias[own])
          x.removal[at] /= length
          x.key[at] += x.key[at] * (rate - 1) * layer.keyScale[own]
          x.rate[at] = x.removal[at] * rate
        }
      }
    }
  }

  /// out = (norm(out) + (r · (k ⊙ bonus)) v) ⊙ gate, head by head.
  package func finish(
    _ x: WKVOperands, _ layer: WKVOperands.Parameters, epsilon: Float, heads: Int, positions: Int
  ) {
    nonisolated(unsafe) let (x, layer) = (x, layer)
    let size = x.headSize
    rowsOf(8 * size, positions * heads) { range in
      for head in range {
        let (at, own) = (head * size, head % heads * size)
        let out = x.out + at
        var (mean, bonus): (Float, Float) = (0, 0)
        for i in 0..<size {
          mean += out[i]
          bonus += x.receptance[at + i] * x.key[at + i] * layer.bonus[own + i]
        }
        mean /= Float(size)
        var variance: Float = 0
        for i in 0..<size { variance += (out[i] - mean) * (out[i] - mean) }
        let scale = 1 / (variance / Float(size) + epsilon).squareRoot()
        for i in 0..<size {
          let normed = (out[i] - mean) * scale * layer.normWeight[own + i] + layer.normBias[own + i]
          out[i] = (normed + bonus * x.value[at + i]) * x.gate[at + i]
        }
      }
    }
  }
}

private func sigmoid(_ x: Float) -> Float { 1 / (1 + expf(-x)) }
