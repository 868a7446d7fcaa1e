internal import CMCKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The instruction set that kernels run on.
///
/// Whole-number results do not depend on it; sums of floating-point numbers differ in their rounding.
package enum KernelISA: String, Sendable, CaseIterable {
  /// Portable C.
  case scalar
  /// AVX2 with FMA and F16C on x86-64.
  case avx2
  /// AVX-512 (F, BW, VL) on x86-64.
  case avx512
  /// AVX-512 with the integer products of VNNI on x86-64.
  case avx512vnni
  /// NEON with the integer products of `dotprod` on 64-bit ARM.
  case neon

  /// The sets this processor has, the best last.
  package static let available: [KernelISA] = {
    switch ck_best_isa() {
    case CK_ISA_AVX512VNNI: [.scalar, .avx2, .avx512, .avx512vnni]
    case CK_ISA_AVX512: [.scalar, .avx2, .avx512]
    case CK_ISA_AVX2: [.scalar, .avx2]
    case CK_ISA_NEON: [.scalar, .neon]
    default: [.scalar]
    }
  }()

  /// The set in use: the best one, or the one that the environment variable `CMC_ISA` names, where the processor has it.
  ///
  /// Instruction counts are compared under an emulator that does not know AVX-512; it needs the variable.
  package static let current: KernelISA = {
    let wanted = getenv("CMC_ISA").flatMap { KernelISA(rawValue: String(cString: $0)) }
    if let wanted, available.contains(wanted) { return wanted }
    return available.last ?? .scalar
  }()

  /// The number of the set in the C kernels, a `ck_isa`.
  package var code: UInt32 {
    switch self {
    case .scalar: CK_ISA_SCALAR.rawValue
    case .avx2: CK_ISA_AVX2.rawValue
    case .avx512: CK_ISA_AVX512.rawValue
    case .avx512vnni: CK_ISA_AVX512VNNI.rawValue
    case .neon: CK_ISA_NEON.rawValue
    }
  }
}
