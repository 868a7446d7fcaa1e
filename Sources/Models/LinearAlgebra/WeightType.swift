// swift-format-ignore: AlwaysUseLowerCamelCase
/// How the weights of a matrix are stored.
///
/// The quantised types are those of the GGUF format, by their names there: blocks of whole numbers with a scale, and
/// with a least value in the types ending in 1 and in the K types `q2_K`, `q4_K` and `q5_K`. Two are this project's
/// own: what files of the hub have in several tensors is put into such blocks when a model is loaded.
package enum WeightType: Sendable, Hashable, CaseIterable {
  /// Floating point of 32 and 16 bits.
  case f32, f16, bf16
  /// Blocks of 32 with one scale.
  case q8_0, q4_0, q4_1, q5_0, q5_1
  /// Blocks of 256 with scales of sub-blocks.
  case q4_K, q5_K, q6_K, q2_K, q3_K
  /// Four bits that stand for one of sixteen numbers: blocks of 32, and of 256 with scales of sub-blocks.
  case iq4_nl, iq4_xs
  /// −1, 0 and 1 in blocks of 256 with one scale.
  case tq1_0, tq2_0
  /// Floating point of four bits in blocks of 32 with a power of two.
  case mxfp4
  /// Points of a lattice, eight or four weights each, in blocks of 256 with scales of sub-blocks.
  case iq2_xxs, iq2_xs, iq2_s, iq3_xxs, iq3_s, iq1_s, iq1_m
  /// Four bits less a number of its own in blocks of 32 with a scale of 32 bits; no type of GGUF.
  case nibbles
  /// Floating point of eight bits, four of them an exponent, in blocks of 32 with a scale of 32 bits; no type of GGUF.
  case f8

  /// The type with a number of the GGUF format; nil for those that are not computed with.
  package init?(ggmlCode: UInt32) {
    guard let type = WeightType.allCases.first(where: { $0.ggmlCode == ggmlCode }) else { return nil }
    self = type
  }

  /// The number in the GGUF format, and in the C kernels.
  package var ggmlCode: UInt32 { layout.code }
  /// The number of weights in a block.
  package var blockElements: Int { layout.elements }
  /// The size of a block in bytes.
  package var blockBytes: Int { layout.bytes }
  /// Whether weights lie in blocks with scales.
  package var isQuantized: Bool { layout.elements > 1 }
  /// Whether weights are whole numbers with scales, which `Precision.fast` multiplies as such; others are widened.
  package var hasWholeProducts: Bool {
    switch self {
    case .f32, .f16, .bf16, .iq2_xxs, .iq2_xs, .iq2_s, .iq3_xxs, .iq3_s, .iq1_s, .iq1_m, .nibbles, .f8: false
    default: true
    }
  }

  private var layout: (code: UInt32, elements: Int, bytes: Int) {
    switch self {
    case .f32: (0, 1, 4)
    case .f16: (1, 1, 2)
    case .bf16: (30, 1, 2)
    case .q4_0: (2, 32, 18)
    case .q4_1: (3, 32, 20)
    case .q5_0: (6, 32, 22)
    case .q5_1: (7, 32, 24)
    case .q8_0: (8, 32, 34)
    case .q4_K: (12, 256, 144)
    case .q5_K: (13, 256, 176)
    case .q6_K: (14, 256, 210)
    case .q2_K: (10, 256, 84)
    case .q3_K: (11, 256, 110)
    case .iq4_nl: (20, 32, 18)
    case .iq4_xs: (23, 256, 136)
    case .tq1_0: (34, 256, 54)
    case .tq2_0: (35, 256, 66)
    case .iq2_xxs: (16, 256, 66)
    case .iq2_xs: (17, 256, 74)
    case .iq2_s: (22, 256, 82)
    case .iq3_xxs: (18, 256, 98)
    case .iq3_s: (21, 256, 110)
    case .iq1_s: (19, 256, 50)
    case .iq1_m: (29, 256, 56)
    case .nibbles: (1000, 32, 21)
    case .f8: (1001, 32, 36)
    case .mxfp4: (39, 32, 17)
    }
  }
}
