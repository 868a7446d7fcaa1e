internal import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The instruction set that kernels run on; results do not depend on it.
public enum KernelISA: String, Sendable, CaseIterable {
  /// Portable C.
  case scalar
  /// AVX2 on x86-64.
  case avx2
  /// AVX-512 (F, BW, VL) on x86-64.
  case avx512

  /// The sets this processor has, the best last.
  public static let available: [KernelISA] = {
    switch ck_best_isa() {
    case CK_ISA_AVX512: [.scalar, .avx2, .avx512]
    case CK_ISA_AVX2: [.scalar, .avx2]
    default: [.scalar]
    }
  }()

  /// The set in use: the best one, or the one that the environment variable `CMC_ISA` names, where the processor has it.
  ///
  /// Instruction counts are compared under an emulator that does not know AVX-512; it needs the variable.
  public static let current: KernelISA = {
    let wanted = getenv("CMC_ISA").flatMap { KernelISA(rawValue: String(cString: $0)) }
    if let wanted, available.contains(wanted) { return wanted }
    return available.last ?? .scalar
  }()

  /// The value the C kernels take.
  var kernel: ck_isa {
    switch self {
    case .scalar: CK_ISA_SCALAR
    case .avx2: CK_ISA_AVX2
    case .avx512: CK_ISA_AVX512
    }
  }
}
