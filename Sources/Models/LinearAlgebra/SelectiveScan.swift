internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What one history's positions do to a selective state: the operands of ``ComputeEngine/scan(_:)``.
///
/// A channel's state h has `stateSize` numbers. At each position h = a ⊙ h + (step · x) · write, and the result is
/// h · read + skip · x.
package struct SelectiveScan {
  /// How much of the state stays.
  package enum Decay {
    /// a = exp(step · decay), a number for each of the state, and a step for each channel: channels × state size.
    case byNumber(UnsafePointer<Float>)
    /// a = exp(step · decay), and a step, shared by the channels of a head: heads.
    case byHead(UnsafePointer<Float>, heads: Int)
  }

  /// The number of positions.
  package var positions: Int
  /// The number of channels.
  package var channels: Int
  /// The numbers of a channel's state.
  package var stateSize: Int
  /// How much of the state stays.
  package var decay: Decay
  /// What goes in, with so many numbers from one position to the next.
  package var x: (start: UnsafePointer<Float>, stride: Int)
  /// The steps: positions × channels, or positions × heads.
  package var steps: UnsafePointer<Float>
  /// What writes and what reads, the groups of a position side by side, of so many groups of channels.
  package var write: (start: UnsafePointer<Float>, stride: Int)
  package var read: (start: UnsafePointer<Float>, stride: Int)
  package var groups: Int
  /// channels, or heads.
  package var skip: UnsafePointer<Float>
  /// The state before: channels × state size.
  package var before: UnsafePointer<Float>
  /// The state after; may be the one before.
  package var after: UnsafeMutablePointer<Float>
  /// positions × channels.
  package var out: UnsafeMutablePointer<Float>

  /// Joins the operands.
  package init(
    positions: Int, channels: Int, stateSize: Int, decay: Decay, x: (UnsafePointer<Float>, Int),
    steps: UnsafePointer<Float>, write: (UnsafePointer<Float>, Int), read: (UnsafePointer<Float>, Int),
    groups: Int, skip: UnsafePointer<Float>, before: UnsafePointer<Float>,
    after: UnsafeMutablePointer<Float>, out: UnsafeMutablePointer<Float>
  ) {
    self.positions = positions
    self.channels = channels
    self.stateSize = stateSize
    self.decay = decay
    self.x = x
    self.steps = steps
    self.write = write
    self.read = read
    self.groups = groups
    self.skip = skip
    self.before = before
    self.after = after
    self.out = out
  }
}

extension ComputeEngine {
  /// Takes the positions of one history through a selective state, one after another.
  ///
  /// A channel is computed by one thread, so the numbers depend neither on threads nor on other histories.
  ///
  /// - Complexity: O(positions · channels · state size).
  package func scan(_ scan: SelectiveScan) {
    nonisolated(unsafe) let scan = scan
    let work = max(1, scan.positions * scan.stateSize)
    parallelFor(scan.channels, chunk: max(1, 32_768 / work), threads: threads) { _, range in
      for channel in range { scan.run(channel) }
    }
  }

  /// y[t] = bias + Σ taps[k] ⊙ x[t − kernel + 1 + k], channel by channel, behind what came before.
  ///
  /// - Parameters:
  ///   - x: positions × width.
  ///   - before: The kernel − 1 rows before the first.
  ///   - after: The last kernel − 1 rows, for the positions that come next.
  ///   - taps: kernel × width, the present position's row last.
  ///   - bias: width, or nil.
  ///   - positions: The number of positions.
  ///   - width: The number of channels.
  ///   - kernel: The number of taps.
  ///   - y: positions × width; must not overlap.
  package func causalConvolution(
    _ x: UnsafePointer<Float>, before: UnsafePointer<Float>, after: UnsafeMutablePointer<Float>,
    taps: UnsafePointer<Float>, bias: UnsafePointer<Float>?, positions: Int, width: Int, kernel: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    let past = kernel - 1
    nonisolated(unsafe) let (x, before, taps, bias, y) = (x, before, taps, bias, y)
    rowsOf(width * kernel, positions) { range in
      for position in range {
        let out = y + position * width
        if let bias { out.update(from: bias, count: width) } else { out.update(repeating: 0, count: width) }
        for tap in 0..<kernel {
          let row = position - past + tap
          let (input, factor) = (
            row < 0 ? before + (past + row) * width : x + row * width, taps + tap * width
          )
          for i in 0..<width { out[i] += factor[i] * input[i] }
        }
      }
    }
    for row in 0..<past {
      let source = positions - past + row
      (after + row * width).update(
        from: source < 0 ? before + (past + source) * width : x + source * width, count: width)
    }
  }

  /// x = log(1 + exp(x + bias)) on each of some rows; what is above 20 stays.
  package func softplus(
    _ x: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>, rows: Int, columns: Int
  ) {
    nonisolated(unsafe) let (x, bias) = (x, bias)
    rowsOf(8 * columns, rows) { range in
      for row in range {
        let row = x + row * columns
        for i in 0..<columns {
          let value = row[i] + bias[i]
          row[i] = value > 20 ? value : log1pf(expf(value))
        }
      }
    }
  }
}

extension SelectiveScan {
  /// All positions of a channel.
  fileprivate func run(_ channel: Int) {
    let state = after + channel * stateSize
    if UnsafePointer(state) != before + channel * stateSize {
      state.update(from: before + channel * stateSize, count: stateSize)
    }
    let group = channel / (channels / groups) * stateSize
    switch decay {
    case .byNumber(let decay):
      let own = decay + channel * stateSize
      for position in 0..<positions {
        let step = steps[position * channels + channel]
        let input = x.start[position * x.stride + channel]
        let sum = advance(
          state, by: own, step: step, input, write.start + position * write.stride + group,
          read.start + position * read.stride + group)
        out[position * channels + channel] = sum + input * skip[channel]
      }
    case .byHead(let decay, let heads):
      let head = channel / (channels / heads)
      for position in 0..<positions {
        let step = steps[position * heads + head]
        let input = x.start[position * x.stride + channel]
        let sum = advance(
          state, keeping: expf(step * decay[head]), input * step,
          write.start + position * write.stride + group, read.start + position * read.stride + group)
        out[position * channels + channel] = sum + input * skip[head]
      }
    }
  }

  /// The state of a channel after a position, whose numbers decay each by itself, and what is read of it.
  private func advance(
    _ state: UnsafeMutablePointer<Float>, by decay: UnsafePointer<Float>, step: Float, _ input: Float,
    _ write: UnsafePointer<Float>, _ read: UnsafePointer<Float>
  ) -> Float {
    var sum = SIMD8<Float>.zero
    var i = 0
    while i + 8 <= stateSize {
      let kept = exponential(load(decay + i) * step) * load(state + i) + load(write + i) * step * input
      store(kept, state + i)
      sum += kept * load(read + i)
      i += 8
    }
    var rest: Float = 0
    while i < stateSize {
      state[i] = exponential(SIMD8(repeating: decay[i] * step))[0] * state[i] + write[i] * step * input
      rest += state[i] * read[i]
      i += 1
    }
    return sum.sum() + rest
  }

  /// The same where all numbers decay alike.
  private func advance(
    _ state: UnsafeMutablePointer<Float>, keeping share: Float, _ input: Float,
    _ write: UnsafePointer<Float>, _ read: UnsafePointer<Float>
  ) -> Float {
    var sum = SIMD8<Float>.zero
    var i = 0
    while i + 8 <= stateSize {
      let kept = load(state + i) * share + load(write + i) * input
      store(kept, state + i)
      sum += kept * load(read + i)
      i += 8
    }
    var rest: Float = 0
    while i < stateSize {
      state[i] = state[i] * share + write[i] * input
      rest += state[i] * read[i]
      i += 1
    }
    return sum.sum() + rest
  }
}

func load(_ x: UnsafePointer<Float>) -> SIMD8<Float> {
  UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Float>.self)
}

func load(_ x: UnsafeMutablePointer<Float>) -> SIMD8<Float> { load(UnsafePointer(x)) }

func store(_ value: SIMD8<Float>, _ x: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(x).storeBytes(of: value, as: SIMD8<Float>.self)
}

/// exp(x) to some units in the last place, for x up to 88; below −87 the smallest normal numbers.
///
/// x = n · ln 2 + r with |r| ≤ ln 2 / 2, and a polynomial in r. What is no number stays none.
private func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
  let x = x.replacing(with: -87, where: x .< -87).replacing(with: 88, where: x .> 88)
  // Adding 1.5 · 2²³ rounds to a whole number, which then stands in the last bits.
  let rounding: Float = 12_582_912
  let shifted = x * 1.442_695_04 + rounding
  let n = shifted - rounding
  let r = x - n * 0.693_359_375 + n * 2.121_944_4e-4
  var p = SIMD8<Float>(repeating: 1.987_569_15e-4)
  for coefficient: Float in [1.398_199_95e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5] {
    p = p * r + coefficient
  }
  let mantissa = p * r * r + r + 1
  let bits = unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &- 0x4B40_0000 &+ 127
  return mantissa * unsafeBitCast(bits &<< 23, to: SIMD8<Float>.self)
}
