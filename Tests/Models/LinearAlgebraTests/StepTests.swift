import CMCLinearAlgebra
import CMCPrimitives
import Testing

@Suite struct StepTests {
  private static let lengths = [1, 7, 16, 31, 64, 577]

  /// Runs a step in place on every instruction set and 1, 2 and 7 threads; threads must not change a bit.
  private func each(
    _ x: [Float], _ step: (ComputeEngine, UnsafeMutablePointer<Float>) -> Void
  ) -> [(isa: KernelISA, y: [Float])] {
    KernelISA.available.map { isa in
      let runs = [1, 2, 7].map { threads in
        var y = x
        y.withUnsafeMutableBufferPointer {
          if let start = $0.baseAddress {
            step(ComputeEngine(precision: .exact, threads: threads, isa: isa), start)
          }
        }
        return y
      }
      #expect(runs[0] == runs[1] && runs[0] == runs[2], "\(isa): threads change the result")
      return (isa, runs[0])
    }
  }

  /// The worst difference, in parts of the wanted number or, where that is smaller, of `floor`.
  private func worst(_ y: [Float], _ wanted: [Double], floor: Double = 1e-30) -> Double {
    zip(y, wanted).map { abs(Double($0) - $1) / max(abs($1), floor) }.max() ?? 0
  }

  /// Sums are in float64, so what is left are the roundings of the result: fewer than eight.
  private static let fewRoundings = 8 * 0x1p-24

  @Test func norms() {
    for columns in Self.lengths {
      for rows in [1, 3, 300] {
        let x = randomNumbers(rows * columns, seed: 1)
        let weight = randomNumbers(columns, seed: 2)
        let bias = randomNumbers(columns, seed: 3)
        let numbers = x.map(Double.init)
        var rms: [Double] = []
        var layer: [Double] = []
        for row in stride(from: 0, to: rows * columns, by: columns) {
          let values = numbers[row..<row + columns]
          let size = (values.map { $0 * $0 }.reduce(0, +) / Double(columns) + 1e-5).squareRoot()
          let mean = values.reduce(0, +) / Double(columns)
          let spread = (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(columns) + 1e-5)
            .squareRoot()
          for (value, i) in zip(values, 0..<columns) {
            rms.append(value / size * (1 + Double(weight[i])))
            layer.append((value - mean) / spread * Double(weight[i]) + Double(bias[i]))
          }
        }
        for (isa, y) in each(
          x,
          { $0.rmsNorm($1, weight: weight, epsilon: 1e-5, offset: 1, rows: rows, columns: columns, into: $1) }
        ) {
          #expect(worst(y, rms) <= Self.fewRoundings, "\(isa), \(rows) × \(columns)")
        }
        for (isa, y) in each(
          x,
          {
            $0.layerNorm(
              $1, weight: weight, bias: bias, epsilon: 1e-5, rows: rows, columns: columns, into: $1)
          })
        {
          // Differences to the mean and to the bias may cancel; one column has no spread, which magnifies by 316.
          let floor = columns == 1 ? 400.0 : 4.0
          #expect(worst(y, layer, floor: floor) <= Self.fewRoundings, "\(isa), \(rows) × \(columns)")
        }
      }
    }
  }

  @Test func softmax() {
    for columns in Self.lengths {
      for rows in [1, 3, 300] {
        var x = randomNumbers(rows * columns, seed: 4).map { $0 * 40 }
        if columns > 1 { x[columns - 1] = -.infinity }
        let wanted = stride(from: 0, to: x.count, by: columns).flatMap { row in
          let values = x[row..<row + columns].map(Double.init)
          let most = values.max() ?? 0
          let powers = values.map { exponential($0 - most) }
          let sum = powers.reduce(0, +)
          return powers.map { $0 / sum }
        }
        for (isa, y) in each(x, { $0.softmax($1, rows: rows, columns: columns) }) {
          // Differences up to 80 have an error of 2⁻¹⁸ beside exp's own; sums of 577 terms in 16 lanes.
          #expect(worst(y, wanted) <= 0x1p-17, "\(isa), \(rows) × \(columns)")
        }
      }
    }
  }

  @Test func activations() {
    // All of a range with care, and the ends where exp has no room.
    let special: [Float] = [0, -0.0, 1e-30, -1e-30, 87, -87, 88.8, -88.8, 104, -104, 1e4, -1e4, 1e19, -1e19]
    for count in Self.lengths + [100_003] {
      var x = (0..<count).map { Float($0) / Float(count) * 40 - 20 }
      for (index, value) in special.enumerated() where count > 500 { x[index * 7] = value }
      let up = randomNumbers(count, seed: 5)
      let silu = x.map { Double($0) / (1 + exponential(-Double($0))) }
      let gelu = x.map { value -> Double in
        let x = Double(value)
        return x / (1 + exponential(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
      }
      let gated = zip(silu, up).map { $0 * Double($1) }
      let geluGated = zip(gelu, up).map { $0 * Double($1) }
      // What is smaller than 10⁻³⁰ may round to nothing.
      for (isa, y) in each(x, { $0.siluMultiply($1, up, count: count) }) {
        #expect(worst(y, gated, floor: 1e-6) <= Self.fewRoundings * 2, "\(isa), \(count)")
      }
      for (isa, y) in each(x, { $0.gelu($1, count: count) }) {
        // The argument of exp is rounded: its error of 2⁻²⁴ is magnified by up to |2u|, which is 90 at the end.
        #expect(worst(y, gelu, floor: 1e-6) <= 90 * 4 * 0x1p-24, "\(isa), \(count)")
      }
      for (isa, y) in each(x, { $0.geluTanhMultiply($1, up, count: count) }) {
        #expect(worst(y, geluGated, floor: 1e-6) <= 90 * 4 * 0x1p-24, "\(isa), \(count)")
      }
    }
  }

  @Test func notANumberIsKept() {
    let x: [Float] = [1, .nan, 2]
    for (_, y) in each(
      [0, 0, 0],
      { engine, out in
        for index in 0..<3 { out[index] = x[index] }
        engine.gelu(out, count: 3)
        out[1] = out[1].isNaN ? 7 : 0
      })
    {
      #expect(y[1] == 7)
    }
    for (_, y) in each(
      [0, 0, 0],
      { engine, out in
        for index in 0..<3 { out[index] = x[index] }
        engine.softmax(out, rows: 1, columns: 3)
        for index in 0..<3 { out[index] = out[index].isNaN ? 7 : 0 }
      })
    {
      #expect(y == [7, 7, 7])
    }
  }

  @Test func sums() {
    for count in Self.lengths + [100_003] {
      let (x, y) = (randomNumbers(count, seed: 6), randomNumbers(count, seed: 7))
      for (_, out) in each(x, { $0.addInto($1, y, count: count) }) {
        #expect(out == zip(x, y).map { $0 + $1 })
      }
      for (_, out) in each(x, { $0.scale($1, by: 0.3, count: count) }) { #expect(out == x.map { $0 * 0.3 }) }
    }
    let (x, bias) = (randomNumbers(60, seed: 8), randomNumbers(20, seed: 9))
    for (_, out) in each(x, { $0.addBias($1, bias, rows: 3, columns: 20) }) {
      #expect(out == x.indices.map { x[$0] + bias[$0 % 20] })
    }
  }

  @Test(arguments: [RotaryLayout.interleaved, .halves])
  func rotary(layout: RotaryLayout) {
    for (positions, heads, size, pairs) in [(1, 1, 2, 1), (3, 2, 64, 32), (5, 3, 80, 20), (300, 9, 64, 32)] {
      let x = randomNumbers(positions * heads * size, seed: 10)
      let cosine = randomNumbers(positions * pairs, seed: 11)
      let sine = randomNumbers(positions * pairs, seed: 12)
      var wanted = x.map(Double.init)
      for p in 0..<positions {
        for h in 0..<heads {
          for i in 0..<pairs {
            let place = (p * heads + h) * size
            let first = layout == .interleaved ? place + 2 * i : place + i
            let second = layout == .interleaved ? first + 1 : first + pairs
            let (c, s) = (Double(cosine[p * pairs + i]), Double(sine[p * pairs + i]))
            let (a, b) = (wanted[first], wanted[second])
            wanted[first] = a * c - b * s
            wanted[second] = a * s + b * c
          }
        }
      }
      for (isa, y) in each(
        x,
        {
          $0.rotary(
            $1, positions: positions, heads: heads, headSize: size, pairs: pairs, cosine: cosine, sine: sine,
            layout: layout)
        })
      {
        // Two products and their sum, all of magnitude 1 at most.
        #expect(worst(y, wanted, floor: 1) <= 3 * 0x1p-24, "\(isa)")
      }
    }
  }
}
