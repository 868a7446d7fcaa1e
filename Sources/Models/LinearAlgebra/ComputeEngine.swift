internal import CMCKernels
package import CMCPrimitives

/// What a forward pass computes with: products, norms, activations and attention on a number of threads.
///
/// One engine belongs to one run of a model and is not safe to share between threads. Results do not depend on
/// `threads`. Pointers must have room for the stated shapes; unless said otherwise outputs must not overlap inputs.
///
/// The engine owns the workspace, which grows to what the largest call so far needed, so that a call of a size seen
/// before allocates nothing. For n positions, c columns, t threads and a context of k positions it is at most
/// 1.7 · n · c bytes of rounded inputs, and for each thread the larger of 1.2 MB and 144 · c bytes of unpacked weights
/// and 4.5 · k bytes of scores in decoding, 290 · k in prefill. Weights are never copied as a whole.
package final class ComputeEngine {
  /// How products are computed.
  package let precision: Precision
  /// The most threads a call uses.
  package let threads: Int
  /// The instruction set of the kernels.
  package let isa: KernelISA

  /// Rounded inputs of the products.
  var inputs = ScratchMemory()
  /// Unpacked weights or attention scores, a part for each worker.
  var parts = ScratchMemory()
  /// Keys and values of a history in pages, one after another.
  var gathered = ScratchMemory()
  /// The instruction set as the C kernels name it.
  let kernels: ck_isa
  /// The rows of a panel of whole numbers.
  let panelRows: Int

  /// Prepares for computing; the workspace is empty yet.
  package init(
    precision: Precision, threads: Int = defaultThreadCount, isa: KernelISA = .current
  ) {
    BLAS.prepare()
    self.precision = precision
    self.threads = max(1, threads)
    self.isa = isa
    kernels = ck_isa(isa.code)
    panelRows = ck_panel_rows(kernels)
  }

  /// The memory that the engine holds now, in bytes.
  package var workspaceBytes: Int { inputs.size + parts.size + gathered.size }
}
