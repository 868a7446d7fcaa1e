internal import CMCOpenBLAS
internal import CMCPrimitives

/// The system's BLAS, on one thread a call: parallel work is this package's own.
enum BLAS {
  /// Why the library cannot be had; nil where it is loaded and its kernels are chosen.
  ///
  /// Older versions do not know newer processors and fall back to kernels several times slower; better ones are chosen
  /// then, unless the user has set `OPENBLAS_CORETYPE`.
  static let failure: String? = {
    if let reason = cob_load() { return String(cString: reason) }
    let fallbacks: Set<String> = ["Prescott", "Core2", "Nehalem", "generic"]
    if fallbacks.contains(String(cString: cob_core())) {
      let available = KernelISA.available
      if available.contains(.avx512) {
        _ = cob_reselect_core("SkylakeX")
      } else if available.contains(.avx2) {
        _ = cob_reselect_core("Haswell")
      }
    }
    return nil
  }()

  /// Whether there is memory for its work, beside a limit of the address space; loads it.
  static let hasRoom = failure == nil && cob_reserve()

  /// The name of the processor whose kernels OpenBLAS has chosen.
  static var core: String {
    prepare()
    return String(cString: cob_core())
  }

  /// Loads the library and chooses its kernels, before the first product; later calls do nothing.
  ///
  /// - Precondition: ``LinearAlgebraError/requireLibrary()`` has been asked where the library may be missing.
  static func prepare() {
    if let failure { preconditionFailure("OpenBLAS: \(failure)") }
    precondition(hasRoom, "OpenBLAS has no memory to work in")
  }

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
    prepare()
    cob_sgemm(
      false, transposed, Int32(m), Int32(n), Int32(k), alpha, a, Int32(aStride), b, Int32(bStride),
      keep ? 1 : 0, c, Int32(cStride))
  }

  /// c = alpha · a · b, plus what is in c where it is to be kept; a and b as they are or transposed.
  static func multiply(
    m: Int, n: Int, k: Int, alpha: Float = 1, _ a: DenseOperand, _ b: DenseOperand,
    adding keep: Bool = false, to c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    prepare()
    cob_sgemm(
      a.isTransposed, b.isTransposed, Int32(m), Int32(n), Int32(k), alpha, a.start, Int32(a.stride), b.start,
      Int32(b.stride), keep ? 1 : 0, c, Int32(stride))
  }
}
