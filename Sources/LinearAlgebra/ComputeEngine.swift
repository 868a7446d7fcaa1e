internal import CKernels
public import Primitives

/// What a forward pass computes with: products, norms, activations and attention on a number of threads.
///
/// One engine belongs to one run of a model and is not safe to share between threads. It owns the workspace, which grows
/// to what the largest call so far needed; a call of a size seen before allocates nothing. Results do not depend on
/// `threads`. Pointers must have room for the stated shapes; unless said otherwise outputs must not overlap inputs.
public final class ComputeEngine {
  /// How products are computed.
  public let precision: Precision
  /// The most threads a call uses.
  public let threads: Int
  /// The instruction set of the kernels.
  public let isa: KernelISA

  /// Prepares for computing; nothing is allocated yet.
  public init(
    precision: Precision, threads: Int = defaultThreadCount, isa: KernelISA = .current
  ) {
    self.precision = precision
    self.threads = max(1, threads)
    self.isa = isa
  }

  /// The memory that the engine holds, in bytes.
  public var workspaceBytes: Int { scores.count * MemoryLayout<Float>.stride }

  /// Attention weights of one query for each thread.
  var scores: [Float] = []
  /// The instruction set as the C kernels name it.
  var kernels: ck_isa { ck_isa(isa.code) }
}
