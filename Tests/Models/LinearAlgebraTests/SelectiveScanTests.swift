import CMCLinearAlgebra
import CMCPrimitives
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The scan and the convolution before it against their definitions in double precision.
@Suite struct SelectiveScanTests {
  /// Random numbers at an address, as long as a test runs.
  private final class Numbers {
    let start: UnsafeMutablePointer<Float>
    let count: Int

    init(_ count: Int, in range: ClosedRange<Float>, _ random: inout SeededGenerator) {
      self.count = count
      start = .allocate(capacity: count)
      for i in 0..<count { start[i] = Float.random(in: range, using: &random) }
    }

    deinit { start.deallocate() }

    func callAsFunction(_ index: Int) -> Double { Double(start[index]) }
  }

  /// Sizes that fill a vector, several, and parts of one; a step for each channel, and one for each head.
  @Test(arguments: [1, 3, 8, 12, 16, 24], [false, true])
  func theScanIsItsDefinition(_ size: Int, _ isByHead: Bool) {
    var random = SeededGenerator(seed: UInt64(size))
    let (positions, channels, heads, groups) = (9, 12, 6, isByHead ? 3 : 1)
    let (width, count) = (channels + 5, isByHead ? heads : channels)
    let x = Numbers(positions * width, in: -1...1, &random)
    let write = Numbers(positions * groups * size, in: -1...1, &random)
    let read = Numbers(positions * groups * size, in: -1...1, &random)
    let steps = Numbers(positions * count, in: 0...2, &random)
    let decay = Numbers(isByHead ? heads : channels * size, in: -60...0, &random)
    let skip = Numbers(count, in: -1...1, &random)
    let before = Numbers(channels * size, in: -1...1, &random)
    let after = Numbers(channels * size, in: 0...0, &random)
    let out = Numbers(positions * channels, in: 0...0, &random)
    let stride = groups * size
    ComputeEngine(precision: .exact, threads: 2).scan(
      SelectiveScan(
        positions: positions, channels: channels, stateSize: size,
        decay: isByHead ? .byHead(decay.start, heads: heads) : .byNumber(decay.start),
        x: (UnsafePointer(x.start), width), steps: steps.start, write: (UnsafePointer(write.start), stride),
        read: (UnsafePointer(read.start), stride), groups: groups, skip: skip.start, before: before.start,
        after: after.start, out: out.start))
    var state = (0..<before.count).map { before($0) }
    for position in 0..<positions {
      for channel in 0..<channels {
        let own = isByHead ? channel / (channels / heads) : channel
        let group = position * stride + channel / (channels / groups) * size
        let (step, input) = (steps(position * count + own), x(position * width + channel))
        var sum = input * skip(own)
        for i in 0..<size {
          let place = channel * size + i
          state[place] =
            exp(step * decay(isByHead ? own : place)) * state[place] + step * write(group + i) * input
          sum += state[place] * read(group + i)
        }
        #expect(abs(sum - out(position * channels + channel)) < 1e-5)
      }
    }
    for (place, value) in state.enumerated() { #expect(abs(value - after(place)) < 1e-5) }
  }

  /// Positions at once or in pieces give the same numbers, and leave the same behind; also pieces shorter than the kernel.
  @Test(arguments: [1, 2, 4]) func theConvolutionGoesOnWhereItEnded(_ kernel: Int) {
    var random = SeededGenerator(seed: UInt64(kernel))
    let (positions, width) = (7, 5)
    let x = Numbers(positions * width, in: -1...1, &random)
    let (taps, bias) = (Numbers(kernel * width, in: -1...1, &random), Numbers(width, in: -1...1, &random))
    let before = Numbers(max(1, (kernel - 1) * width), in: -1...1, &random)
    var results: [[Float]] = []
    for piece in [positions, 1, 3] {
      let engine = ComputeEngine(precision: .exact, threads: 1)
      let y = Numbers(positions * width, in: 0...0, &random)
      var kept = before
      for start in stride(from: 0, to: positions, by: piece) {
        let next = Numbers(before.count, in: 0...0, &random)
        engine.causalConvolution(
          x.start + start * width, before: kept.start, after: next.start, taps: taps.start, bias: bias.start,
          positions: min(piece, positions - start), width: width, kernel: kernel,
          into: y.start + start * width)
        kept = next
      }
      for position in 0..<positions {
        for channel in 0..<width {
          var sum = bias(channel)
          for tap in 0..<kernel {
            let row = position - kernel + 1 + tap
            let input = row < 0 ? before((kernel - 1 + row) * width + channel) : x(row * width + channel)
            sum += taps(tap * width + channel) * input
          }
          #expect(abs(sum - y(position * width + channel)) < 1e-5)
        }
      }
      results.append((0..<y.count).map { y.start[$0] } + (0..<(kernel - 1) * width).map { kept.start[$0] })
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  /// What is large stays, what is small becomes exp(x), and 0 becomes ln 2.
  @Test func softplusIsItsDefinition() {
    var random = SeededGenerator(seed: 1)
    let (x, bias) = (Numbers(4, in: 0...0, &random), Numbers(2, in: 0.5...0.5, &random))
    let values: [Float] = [-0.5, 30, -20, 3]
    for (index, value) in values.enumerated() { x.start[index] = value }
    ComputeEngine(precision: .exact, threads: 1).softplus(x.start, bias: bias.start, rows: 2, columns: 2)
    for (index, value) in values.enumerated() {
      let wanted = log1p(exp(Double(value) + 0.5))
      #expect(abs(x(index) - wanted) <= 1e-6 * wanted)
    }
  }
}
