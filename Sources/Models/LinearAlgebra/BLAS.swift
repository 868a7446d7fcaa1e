internal import CMCOpenBLAS
internal import CMCPrimitives

/// The system's BLAS, on one thread a call: parallel work is this package's own.
enum BLAS {
  /// The name of the processor whose kernels OpenBLAS has chosen.
  ///
  /// Older versions do not know newer processors and fall back to kernels several times slower; better ones are chosen
  /// then, unless the user has set `OPENBLAS_CORETYPE`.
  static let core: String = {
    let fallbacks: Set<String> = ["Prescott", "Core2", "Nehalem", "generic"]
    if fallbacks.contains(String(cString: openblas_get_corename())) {
      let available = KernelISA.available
      if available.contains(.avx512) {
        cob_reselect_core("SkylakeX")
      } else if available.contains(.avx2) {
        cob_reselect_core("Haswell")
      }
    }
    openblas_set_num_threads(1)
    return String(cString: openblas_get_corename())
  }()

  /// Makes the choice of kernels, before the first product.
  static func prepare() { _ = core }

  /// c = a · b or a · bᵀ, plus what is in c where it is to be kept.
  ///
  /// - Parameters:
  ///   - m: Rows of a and c.
  ///   - n: Columns of c.
  ///   - k: Columns of a.
  ///   - alpha: A factor of the product.
  ///   - a: m rows, `aStride` numbers apart.
  ///   - aStride: The distance of rows of a.
  ///   - b: k rows of n numbers, or n of k where it is transposed.
  ///   - bStride: The distance of rows of b.
  ///   - transposed: Whether b is.
  ///   - keep: Whether the product is added to c.
  ///   - c: m rows of n numbers.
  ///   - cStride: The distance of rows of c.
  static func multiply(
    m: Int, n: Int, k: Int, alpha: Float = 1, _ a: UnsafePointer<Float>, aStride: Int,
    _ b: UnsafePointer<Float>,
    bStride: Int, transposed: Bool, adding keep: Bool = false, to c: UnsafeMutablePointer<Float>, cStride: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k),
      alpha, a,
      Int32(aStride), b, Int32(bStride), keep ? 1 : 0, c, Int32(cStride))
  }

  /// c = alpha · a · b, plus what is in c where it is to be kept; a and b as they are or transposed.
  static func multiply(
    m: Int, n: Int, k: Int, alpha: Float = 1, _ a: DenseOperand, _ b: DenseOperand,
    adding keep: Bool = false, to c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
      Int32(m), Int32(n), Int32(k), alpha, a.start, Int32(a.stride), b.start, Int32(b.stride), keep ? 1 : 0,
      c, Int32(stride))
  }
}
