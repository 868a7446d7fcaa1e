internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// Causal attention of packed sequences.
  ///
  /// - Parameters:
  ///   - x: positions × (heads + 2 · kvHeads) · headSize: queries, keys and values of a position side by side.
  ///   - sequences: Where each sequence lies; none sees another.
  ///   - shape: The layer's sizes.
  ///   - out: positions × heads · headSize.
  /// - Complexity: O(Σ length² · heads · headSize).
  package func packedAttention(
    _ x: UnsafePointer<Float>, _ sequences: PackedSequences, shape: AttentionShape,
    into out: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let out = out
    eachHead(x, sequences, shape) { $0.forward($1, head: $2, scratch: $3, into: out) }
  }

  /// The gradient of ``packedAttention(_:_:shape:into:)``.
  ///
  /// - Parameters:
  ///   - x: As there.
  ///   - sequences: As there.
  ///   - shape: As there.
  ///   - dOut: The gradient of the output, positions × heads · headSize.
  ///   - dx: The gradient of `x`, in its shape; overwritten.
  package func packedAttentionBackward(
    _ x: UnsafePointer<Float>, _ sequences: PackedSequences, shape: AttentionShape,
    dOut: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (dOut, dx) = (dOut, dx)
    eachHead(x, sequences, shape) { $0.backward($1, head: $2, dOut: dOut, scratch: $3, into: dx) }
  }

  /// Runs a body for each sequence and head of keys and values, with scratch memory of its worker's own.
  private func eachHead(
    _ x: UnsafePointer<Float>, _ sequences: PackedSequences, _ shape: AttentionShape,
    _ body: @Sendable (PackedAttention, Range<Int>, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    nonisolated(unsafe) let attention = PackedAttention(x: x, shape: shape, kernels: kernels)
    let share = (PackedAttention.scratch(longest: sequences.longest) * 4 + 63) & ~63
    nonisolated(unsafe) let scratch = parts.reserve(max(64, share * threads))
    parallelFor(sequences.count * shape.kvHeads, chunk: 1, threads: threads) { worker, range in
      let memory = (scratch + worker * share).assumingMemoryBound(to: Float.self)
      for task in range {
        body(attention, sequences[task / shape.kvHeads], task % shape.kvHeads, memory)
      }
    }
  }
}
