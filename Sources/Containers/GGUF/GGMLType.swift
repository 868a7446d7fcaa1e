// swift-format-ignore: AlwaysUseLowerCamelCase
/// How the elements of a tensor are stored, by its number in the file.
///
/// The names are the format's own. Source: the table of types published with it; removed numbers are left out.
package enum GGMLType: UInt32, Sendable, CaseIterable {
  /// Floating point.
  case f32 = 0, f16 = 1, f64 = 28, bf16 = 30
  /// Blocks of 32 with one scale.
  case q4_0 = 2, q4_1 = 3, q5_0 = 6, q5_1 = 7, q8_0 = 8, q8_1 = 9
  /// Blocks of 256 with scales of sub-blocks.
  case q2_K = 10, q3_K = 11, q4_K = 12, q5_K = 13, q6_K = 14, q8_K = 15
  /// Blocks by lattice tables.
  case iq2_xxs = 16, iq2_xs = 17, iq3_xxs = 18, iq1_s = 19, iq4_nl = 20, iq3_s = 21, iq2_s = 22, iq4_xs = 23
  /// More blocks by lattice tables.
  case iq1_m = 29
  /// Whole numbers.
  case i8 = 24, i16 = 25, i32 = 26, i64 = 27
  /// Ternary blocks and four-bit floating point.
  case tq1_0 = 34, tq2_0 = 35, mxfp4 = 39

  /// The name that the format's tools use.
  package var name: String {
    switch self {
    case .q2_K: "Q2_K"
    case .q3_K: "Q3_K"
    case .q4_K: "Q4_K"
    case .q5_K: "Q5_K"
    case .q6_K: "Q6_K"
    case .q8_K: "Q8_K"
    default: "\(self)".uppercased()
    }
  }

  /// The number of elements in a block.
  package var blockElements: Int { layout.elements }
  /// The size of a block in bytes.
  package var blockBytes: Int { layout.bytes }

  private var layout: (elements: Int, bytes: Int) {
    switch self {
    case .f32, .i32: (1, 4)
    case .f16, .bf16, .i16: (1, 2)
    case .f64, .i64: (1, 8)
    case .i8: (1, 1)
    case .q4_0, .iq4_nl: (32, 18)
    case .q4_1: (32, 20)
    case .q5_0: (32, 22)
    case .q5_1: (32, 24)
    case .q8_0: (32, 34)
    case .q8_1: (32, 36)
    case .mxfp4: (32, 17)
    case .q2_K: (256, 84)
    case .q3_K: (256, 110)
    case .q4_K: (256, 144)
    case .q5_K: (256, 176)
    case .q6_K: (256, 210)
    case .q8_K: (256, 292)
    case .iq2_xxs: (256, 66)
    case .iq2_xs: (256, 74)
    case .iq3_xxs: (256, 98)
    case .iq1_s: (256, 50)
    case .iq3_s: (256, 110)
    case .iq2_s: (256, 82)
    case .iq4_xs: (256, 136)
    case .iq1_m: (256, 56)
    case .tq1_0: (256, 54)
    case .tq2_0: (256, 66)
    }
  }
}
