package import CMCPrimitives

extension ElementType {
  /// The format's name of the type.
  package var safetensorsName: String {
    switch self {
    case .bool: "BOOL"
    case .uint8: "U8"
    case .int8: "I8"
    case .float8E5M2: "F8_E5M2"
    case .float8E4M3: "F8_E4M3"
    case .int16: "I16"
    case .uint16: "U16"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int32: "I32"
    case .uint32: "U32"
    case .float32: "F32"
    case .float64: "F64"
    case .int64: "I64"
    case .uint64: "U64"
    }
  }

  private static let bySafetensorsName = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.safetensorsName, $0) })

  /// The type that the format calls so.
  init?(safetensorsName name: String) {
    guard let type = Self.bySafetensorsName[name] else { return nil }
    self = type
  }
}
