import CMCLanguageModel
import CMCTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The forward pass of ``Network`` in float64, one number at a time: what gradients are checked against.
struct NaiveNetwork {
  let shape: NetworkShape
  let layout: ParameterLayout
  /// The parameters as the layout says.
  var values: [Double]
  private let c: ModelConfiguration

  init(_ network: Network) {
    shape = network.shape
    layout = network.layout
    values = network.values.values.map(Double.init)
    c = network.shape.configuration
  }

  private func tensor(_ role: TensorRole, _ layer: Int? = nil, bias: Bool = false) -> ArraySlice<Double>? {
    layout.entries.first { $0.role == role && $0.layer == layer && $0.isBias == bias }.map {
      values[$0.offset..<$0.offset + $0.count]
    }
  }

  /// W · x, plus the bias where there is one.
  private func product(_ role: TensorRole, _ layer: Int?, _ x: [Double], rows: Int) -> [Double] {
    let w = Array(tensor(role, layer) ?? tensor(.tokenEmbedding) ?? [])
    let bias = tensor(role, layer, bias: true).map(Array.init)
    return (0..<rows).map { row in
      x.indices.reduce(bias?[row] ?? 0) { $0 + w[row * x.count + $1] * x[$1] }
    }
  }

  private func norm(_ role: TensorRole, _ layer: Int?, _ x: [Double]) -> [Double] {
    let w = Array(tensor(role, layer) ?? [])
    guard case .rms(let epsilon, _) = c.normalization else { return x }
    let size = (x.reduce(0) { $0 + $1 * $1 } / Double(x.count) + Double(epsilon)).squareRoot()
    return x.indices.map { x[$0] / size * w[$0] }
  }

  private func rotated(_ head: [Double], _ position: Int, _ layer: Int) -> [Double] {
    guard case .rotary(_, let global, let local) = c.positions else { return head }
    let embedding = c.windows[layer] == nil ? global : local ?? global
    let half = head.count / 2
    var out = head
    for (pair, frequency) in embedding.frequencies(headSize: head.count).enumerated() {
      let angle = Double(position) * Double(frequency)
      out[pair] = head[pair] * cos(angle) - head[pair + half] * sin(angle)
      out[pair + half] = head[pair] * sin(angle) + head[pair + half] * cos(angle)
    }
    return out
  }

  private func heads(_ x: [Double]) -> [[Double]] {
    stride(from: 0, to: x.count, by: c.headSize).map { Array(x[$0..<$0 + c.headSize]) }
  }

  private func activation(_ x: Double) -> Double {
    if case .gated(.geluTanh) = c.feedForward {
      return x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }
    return x / (1 + exp(-x))
  }

  /// The logits at each position of a document.
  func logits(_ ids: [Int32]) -> [[Double]] {
    let embedding = Array(tensor(.tokenEmbedding) ?? [])
    var states = ids.map { id in
      (0..<c.hiddenSize).map { embedding[Int(id) * c.hiddenSize + $0] * Double(c.embeddingScale) }
    }
    for layer in 0..<c.layerCount {
      var queries: [[[Double]]] = []
      var keys: [[[Double]]] = []
      var values: [[[Double]]] = []
      for (position, state) in states.enumerated() {
        let x = norm(.attentionNorm, layer, state)
        var q = heads(product(.query, layer, x, rows: c.queryWidth))
        var k = heads(product(.key, layer, x, rows: c.keyValueWidth))
        if c.queryKeyNorm == .shared {
          q = q.map { norm(.queryNorm, layer, $0) }
          k = k.map { norm(.keyNorm, layer, $0) }
        }
        queries.append(q.map { rotated($0, position, layer) })
        keys.append(k.map { rotated($0, position, layer) })
        values.append(heads(product(.value, layer, x, rows: c.keyValueWidth)))
      }
      for position in states.indices {
        let first = max(0, c.windows[layer].map { position - $0 + 1 } ?? 0)
        var attended: [Double] = []
        for head in 0..<c.headCount {
          let group = head * c.keyValueHeadCount / c.headCount
          let scores = (first...position).map { key in
            zip(queries[position][head], keys[key][group]).reduce(0) { $0 + $1.0 * $1.1 }
              * Double(c.attentionScale)
          }
          let most = scores.max() ?? 0
          let weights = scores.map { exp($0 - most) }
          let sum = weights.reduce(0, +)
          attended += (0..<c.headSize).map { column in
            weights.indices.reduce(0) { $0 + weights[$1] / sum * values[first + $1][group][column] }
          }
        }
        var update = product(.attentionOutput, layer, attended, rows: c.hiddenSize)
        if c.normsOutputs { update = norm(.attentionOutputNorm, layer, update) }
        states[position] = zip(states[position], update).map(+)
        let x = norm(.feedForwardNorm, layer, states[position])
        let gate = product(.gate, layer, x, rows: c.feedForwardSize)
        let up = product(.up, layer, x, rows: c.feedForwardSize)
        update = product(.down, layer, zip(gate, up).map { activation($0) * $1 }, rows: c.hiddenSize)
        if c.normsOutputs { update = norm(.feedForwardOutputNorm, layer, update) }
        states[position] = zip(states[position], update).map(+)
      }
    }
    return states.map { product(.head, nil, norm(.finalNorm, nil, $0), rows: shape.vocabulary) }
  }

  /// The sum of losses at the targets.
  ///
  /// - Parameters:
  ///   - documents: The documents.
  ///   - kind: How logits are judged.
  ///   - template: Rows that are added, one a target.
  ///   - reference: Rows to compare with, one a target.
  func loss(
    _ documents: [Document], _ kind: Objective.Kind = .crossEntropy, template: [[Double]]? = nil,
    reference: [[Double]]? = nil
  ) -> Double {
    var sum = 0.0
    var row = 0
    for document in documents {
      let all = logits(document.ids)
      for position in document.targets {
        var x = all[position]
        if let template { x = zip(x, template[row]).map(+) }
        let p = logSoftmax(x)
        switch kind {
        case .crossEntropy: sum -= p[Int(document.ids[position + 1])]
        case .divergence:
          let r = logSoftmax(reference?[row] ?? template?[row] ?? [])
          sum += zip(r, p).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
        case .squaredDistance:
          sum +=
            zip(x, reference?[row] ?? []).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(x.count)
        }
        row += 1
      }
    }
    return sum
  }
}

/// x − log Σ exp(x).
func logSoftmax(_ x: [Double]) -> [Double] {
  let most = x.max() ?? 0
  let sum = most + log(x.reduce(0) { $0 + exp($1 - most) })
  return x.map { $0 - sum }
}
