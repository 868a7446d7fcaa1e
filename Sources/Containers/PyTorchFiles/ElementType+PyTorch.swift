package import CMCPrimitives

extension ElementType {
  /// The name of the `torch` module's class of storages of this type; nil for those that have none.
  package var storageClass: String? {
    switch self {
    case .float32: "FloatStorage"
    case .float64: "DoubleStorage"
    case .float16: "HalfStorage"
    case .bfloat16: "BFloat16Storage"
    case .int64: "LongStorage"
    case .int32: "IntStorage"
    case .int16: "ShortStorage"
    case .int8: "CharStorage"
    case .uint8: "ByteStorage"
    case .bool: "BoolStorage"
    case .uint16, .uint32, .uint64, .float8E5M2, .float8E4M3: nil
    }
  }

  /// The type of the elements of a class of storages.
  init?(storageClass name: String) {
    guard let type = Self.allCases.first(where: { $0.storageClass == name }) else { return nil }
    self = type
  }
}
