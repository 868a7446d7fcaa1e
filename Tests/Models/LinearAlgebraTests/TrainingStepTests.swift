import CMCLinearAlgebra
import CMCPrimitives
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The steps of the backward pass against the same in float64, on every instruction set; threads change nothing.
@Suite struct TrainingStepTests {
  private static let columns = [1, 7, 16, 31, 577]

  /// Runs a body on every instruction set and 1, 2 and 7 threads; gives the numbers of each instruction set.
  private func each(_ body: (ComputeEngine) -> [Float]) -> [(isa: KernelISA, y: [Float])] {
    KernelISA.available.map { isa in
      let runs = [1, 2, 7].map { body(ComputeEngine(precision: .exact, threads: $0, isa: isa)) }
      #expect(runs[0] == runs[1] && runs[0] == runs[2], "\(isa): threads change the result")
      return (isa, runs[0])
    }
  }

  /// Whether numbers are those wanted, to so many parts of the largest.
  private func isNear(_ y: [Float], _ wanted: [Double], _ tolerance: Double = 1e-5) -> Bool {
    let largest = wanted.map(abs).max() ?? 0
    return y.count == wanted.count
      && zip(y, wanted).allSatisfy { abs(Double($0) - $1) <= tolerance * max(largest, 1e-6) }
  }

  @Test func rmsNormBackward() {
    for columns in Self.columns {
      for rows in [1, 3, 400] {
        let (x, dy) = (randomNumbers(rows * columns, seed: 1), randomNumbers(rows * columns, seed: 2))
        let (w, before) = (randomNumbers(columns, seed: 3), randomNumbers(rows * columns, seed: 4))
        var dx: [Double] = []
        var dw = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
          let at = row * columns
          let mean = (0..<columns).reduce(1e-5) { $0 + Double(x[at + $1] * x[at + $1]) / Double(columns) }
          let r = 1 / mean.squareRoot()
          let sum = (0..<columns).reduce(0.0) {
            $0 + Double(w[$1]) * Double(dy[at + $1]) * Double(x[at + $1])
          }
          for i in 0..<columns {
            dx.append(
              Double(before[at + i]) + r * Double(w[i]) * Double(dy[at + i])
                - Double(x[at + i]) * r * r * r * sum / Double(columns))
            dw[i] += Double(dy[at + i]) * Double(x[at + i]) * r
          }
        }
        for (isa, y) in each({ engine in
          var out = before
          var weights = [Float](repeating: 0, count: columns)
          out.withUnsafeMutableBufferPointer { out in
            weights.withUnsafeMutableBufferPointer { weights in
              guard let out = out.baseAddress, let weights = weights.baseAddress else { return }
              engine.rmsNormBackward(
                x, weight: w, epsilon: 1e-5, dy, rows: rows, columns: columns, adding: true, into: out,
                weightInto: weights)
            }
          }
          return out + weights
        }) {
          // One column alone is a sign: its gradient cancels to nothing.
          let tolerance = columns == 1 ? 1e-3 : 1e-5
          #expect(isNear(Array(y.prefix(dx.count)), dx, tolerance), "\(isa) \(rows) × \(columns)")
          #expect(isNear(Array(y.suffix(columns)), dw), "\(isa) \(rows) × \(columns)")
        }
      }
    }
  }

  @Test(arguments: [GatedActivation.silu, .geluTanh]) func gatedProducts(_ f: GatedActivation) {
    func value(_ x: Double) -> Double {
      switch f {
      case .silu: x / (1 + exp(-x))
      case .geluTanh: x / 2 * (1 + tanh(0.797_884_560_802_865_4 * (x + 0.044715 * x * x * x)))
      }
    }
    for columns in Self.columns {
      let rows = 5
      let x = randomNumbers(2 * rows * columns, seed: 5).map { 3 * $0 }
      let d = randomNumbers(rows * columns, seed: 6)
      var product: [Double] = []
      var gradient = [Double](repeating: 0, count: x.count)
      for row in 0..<rows {
        for i in 0..<columns {
          let (place, other) = (2 * row * columns + i, (2 * row + 1) * columns + i)
          let (gate, up, slope) = (Double(x[place]), Double(x[other]), Double(d[row * columns + i]))
          product.append(value(gate) * up)
          gradient[place] = slope * up * (value(gate + 1e-5) - value(gate - 1e-5)) / 2e-5
          gradient[other] = slope * value(gate)
        }
      }
      for (isa, y) in each({ engine in
        var (both, inner) = (x, d)
        var out = [Float](repeating: 0, count: rows * columns)
        both.withUnsafeMutableBufferPointer { both in
          inner.withUnsafeMutableBufferPointer { inner in
            out.withUnsafeMutableBufferPointer { out in
              guard let x = both.baseAddress, let inner = inner.baseAddress, let out = out.baseAddress else {
                return
              }
              engine.gatedProduct(x, f, rows: rows, columns: columns, into: out)
              engine.gatedProductBackward(x, f, rows: rows, columns: columns, inner: inner)
            }
          }
        }
        return out + inner + both
      }) {
        #expect(isNear(y, product + product + gradient, 1e-5), "\(isa) \(columns)")
      }
    }
  }

  @Test func losses() {
    for columns in [2, 16, 31, 5000] {
      let rows = 3
      let x = randomNumbers(rows * columns, seed: 7).map { 20 * $0 + 100 }
      let other = randomNumbers(rows * columns, seed: 8).map { 5 * $0 - 50 }
      let targets: [Int32] = [0, Int32(columns - 1), Int32(columns / 2)]
      let factors: [Float] = [1, -0.5, 2]
      func softmax(_ x: ArraySlice<Float>) -> (p: [Double], log: [Double]) {
        let most = Double(x.max() ?? 0)
        let sum = most + log(x.reduce(0) { $0 + exp(Double($1) - most) })
        return (x.map { exp(Double($0) - sum) }, x.map { Double($0) - sum })
      }
      var entropy: [Double] = []
      var divergence: [Double] = []
      var squares: [Double] = []
      var sums = (entropy: [Double](), divergence: [Double](), squares: [Double]())
      for row in 0..<rows {
        let range = row * columns..<(row + 1) * columns
        let (a, b) = (softmax(x[range]), softmax(other[range]))
        sums.entropy.append(-a.log[Int(targets[row])])
        sums.divergence.append((0..<columns).reduce(0) { $0 + b.p[$1] * (b.log[$1] - a.log[$1]) })
        sums.squares.append(
          range.reduce(0) { $0 + (Double(x[$1]) - Double(other[$1])) * (Double(x[$1]) - Double(other[$1])) }
            / Double(columns))
        for i in 0..<columns {
          entropy.append(Double(factors[row]) * (a.p[i] - (i == Int(targets[row]) ? 1 : 0)))
          divergence.append(Double(factors[row]) * (a.p[i] - b.p[i]))
          let difference = Double(x[range.lowerBound + i]) - Double(other[range.lowerBound + i])
          squares.append(2 * Double(factors[row]) * difference / Double(columns))
        }
      }
      func run(_ engine: ComputeEngine, _ kind: Int) -> [Float] {
        var y = x
        var losses = [Double](repeating: 0, count: rows)
        var winners = [Bool](repeating: false, count: rows)
        y.withUnsafeMutableBufferPointer { y in
          guard let start = y.baseAddress else { return }
          factors.withUnsafeBufferPointer { factors in
            losses.withUnsafeMutableBufferPointer { losses in
              guard let losses = losses.baseAddress else { return }
              switch kind {
              case 0:
                targets.withUnsafeBufferPointer { targets in
                  winners.withUnsafeMutableBufferPointer { winners in
                    guard let winners = winners.baseAddress else { return }
                    engine.crossEntropy(
                      start, columns: columns, targets: targets, factors: factors, losses: losses,
                      winners: winners)
                  }
                }
              case 1:
                engine.divergence(start, from: other, columns: columns, factors: factors, losses: losses)
              default:
                engine.squaredDistance(start, to: other, columns: columns, factors: factors, losses: losses)
              }
            }
          }
        }
        if kind == 0 {
          let wanted = (0..<rows).map { row in
            x[row * columns + Int(targets[row])] == x[row * columns..<(row + 1) * columns].max()
          }
          #expect(winners == wanted)
        }
        return y + losses.map { Float($0) }
      }
      for (kind, wanted) in [
        (0, (entropy, sums.entropy)), (1, (divergence, sums.divergence)), (2, (squares, sums.squares)),
      ] {
        for (isa, y) in each({ run($0, kind) }) {
          #expect(isNear(Array(y.prefix(x.count)), wanted.0), "\(isa) \(columns) \(kind)")
          #expect(isNear(Array(y.suffix(rows)), wanted.1), "\(isa) \(columns) \(kind)")
        }
      }
    }
  }

  @Test func denseProducts() {
    // Small, uneven, and large enough for many pieces along either side.
    for (m, n, k) in [(1, 1, 1), (7, 5, 3), (300, 70, 65), (33, 900, 300), (2000, 64, 100)] {
      let (a, b, c) = (
        randomNumbers(m * k, seed: 9), randomNumbers(k * n, seed: 10), randomNumbers(m * n, seed: 11)
      )
      for (aTransposed, bTransposed, keep) in [
        (false, false, false), (false, true, true), (true, false, true), (true, true, false),
      ] {
        var wanted = keep ? c.map(Double.init) : [Double](repeating: 0, count: m * n)
        for i in 0..<m {
          for l in 0..<k {
            let factor = 0.5 * Double(aTransposed ? a[l * m + i] : a[i * k + l])
            for j in 0..<n { wanted[i * n + j] += factor * Double(bTransposed ? b[j * k + l] : b[l * n + j]) }
          }
        }
        for (isa, y) in each({ engine in
          var out = c
          a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
              out.withUnsafeMutableBufferPointer { out in
                guard let a = a.baseAddress, let b = b.baseAddress, let out = out.baseAddress else { return }
                engine.product(
                  m: m, n: n, k: k, alpha: 0.5,
                  DenseOperand(a, stride: aTransposed ? m : k, transposed: aTransposed),
                  DenseOperand(b, stride: bTransposed ? k : n, transposed: bTransposed), adding: keep,
                  to: out,
                  stride: n)
              }
            }
          }
          return out
        }) {
          #expect(isNear(y, wanted), "\(isa) \(m) × \(n) × \(k), \(aTransposed) \(bTransposed) \(keep)")
        }
      }
    }
  }

  @Test func adamW() {
    let count = 70_003
    let (p, g, m) = (
      randomNumbers(count, seed: 12), randomNumbers(count, seed: 13), randomNumbers(count, seed: 14)
    )
    let v = randomNumbers(count, seed: 15).map { $0 * $0 }
    let step = AdamWStep(
      rate: 1e-2, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.1, scale: 0.5, number: 3)
    var wanted = (p: [Double](), m: [Double](), v: [Double]())
    for i in 0..<count {
      let gradient = 0.5 * Double(g[i])
      let first = 0.9 * Double(m[i]) + 0.1 * gradient
      let second = 0.95 * Double(v[i]) + 0.05 * gradient * gradient
      let root = (second / (1 - pow(0.95, 3))).squareRoot() + 1e-8
      wanted.p.append(Double(p[i]) * (1 - 1e-3) - 1e-2 * first / (1 - pow(0.9, 3)) / root)
      wanted.m.append(first)
      wanted.v.append(second)
    }
    for (isa, y) in each({ engine in
      var (a, b, c) = (p, m, v)
      a.withUnsafeMutableBufferPointer { a in
        b.withUnsafeMutableBufferPointer { b in
          c.withUnsafeMutableBufferPointer { c in
            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
            engine.adamW(a, gradients: g, first: b, second: c, count: count, step: step)
          }
        }
      }
      return a + b + c
    }) {
      #expect(isNear(Array(y.prefix(count)), wanted.p), "\(isa)")
      #expect(isNear(Array(y[count..<2 * count]), wanted.m), "\(isa)")
      #expect(isNear(Array(y.suffix(count)), wanted.v), "\(isa)")
    }
  }
}
