import CMCPrimitives

/// Collects tensors and makes a safetensors file of them.
package struct SafetensorsWriter {
  private struct Entry {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    let bytes: [UInt8]
  }

  private var entries: [Entry] = []
  private let metadata: [(key: String, value: String)]

  /// An empty file with free texts, which are written in their order.
  package init(metadata: [(key: String, value: String)] = []) { self.metadata = metadata }

  /// Adds integers of one byte; `shape` is that of a vector unless given.
  package mutating func add(_ name: String, _ values: [UInt8], shape: [Int]? = nil) {
    add(name, .uint8, shape ?? [values.count], values)
  }

  /// Adds integers of four bytes; `shape` is that of a vector unless given.
  package mutating func add(_ name: String, _ values: [Int32], shape: [Int]? = nil) {
    add(name, .int32, shape ?? [values.count], values.map(\.littleEndian).withUnsafeBytes { Array($0) })
  }

  /// Adds integers of eight bytes; `shape` is that of a vector unless given.
  package mutating func add(_ name: String, _ values: [Int64], shape: [Int]? = nil) {
    add(name, .int64, shape ?? [values.count], values.map(\.littleEndian).withUnsafeBytes { Array($0) })
  }

  /// Adds numbers of single precision; `shape` is that of a vector unless given.
  package mutating func add(_ name: String, _ values: [Float], shape: [Int]? = nil) {
    let bytes = values.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
    add(name, .float32, shape ?? [values.count], bytes)
  }

  private mutating func add(_ name: String, _ type: ElementType, _ shape: [Int], _ bytes: [UInt8]) {
    precondition(shape.reduce(type.size, *) == bytes.count, "a shape that does not fit the values")
    precondition(name != "__metadata__" && !entries.contains { $0.name == name }, "a name that is taken")
    entries.append(Entry(name: name, elementType: type, shape: shape, bytes: bytes))
  }

  /// The file; the data of wider elements come first, as the reference implementation orders them, and then by name.
  package func encoded() -> [UInt8] {
    let ordered = entries.sorted { ($1.elementType.size, $0.name) < ($0.elementType.size, $1.name) }
    var file = SafetensorsHeader.encoded(
      metadata: metadata, tensors: ordered.map { ($0.name, $0.elementType, $0.shape) })
    for entry in ordered { file.append(contentsOf: entry.bytes) }
    return file
  }
}
