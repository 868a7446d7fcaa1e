/// Writes GGUF files for tests: well-formed ones, and with the raw parts also others.
package struct GGUFWriter {
  /// The bytes so far.
  package private(set) var bytes: [UInt8] = []

  /// Begins a file.
  package init(version: UInt32 = 3, tensors: UInt64 = 0, entries: UInt64) {
    bytes.append(contentsOf: "GGUF".utf8)
    number(version)
    number(tensors)
    number(entries)
  }

  /// Appends a little-endian number.
  package mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends a length and bytes.
  package mutating func string(_ value: some Collection<UInt8>) {
    number(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// Appends bytes as they are.
  package mutating func raw(_ value: some Sequence<UInt8>) { bytes.append(contentsOf: value) }

  /// Appends the key and the type of an entry; the value must follow.
  package mutating func key(_ key: String, type: UInt32) {
    string(key.utf8)
    number(type)
  }

  /// Appends a text entry.
  package mutating func entry(_ key: String, _ value: String) {
    self.key(key, type: 8)
    string(value.utf8)
  }

  /// Appends an entry of type uint32.
  package mutating func entry(_ key: String, _ value: UInt32) {
    self.key(key, type: 4)
    number(value)
  }

  /// Appends a truth value.
  package mutating func entry(_ key: String, _ value: Bool) {
    self.key(key, type: 7)
    raw([value ? 1 : 0])
  }

  /// Appends an array of strings.
  package mutating func entry(_ key: String, strings: [[UInt8]]) {
    self.key(key, type: 9)
    number(8 as UInt32)
    number(UInt64(strings.count))
    for value in strings { string(value) }
  }

  /// Appends an array of int32.
  package mutating func entry(_ key: String, int32s: [Int32]) {
    self.key(key, type: 9)
    number(5 as UInt32)
    number(UInt64(int32s.count))
    for value in int32s { number(value) }
  }

  /// Appends an array of float32.
  package mutating func entry(_ key: String, floats: [Float]) {
    self.key(key, type: 9)
    number(6 as UInt32)
    number(UInt64(floats.count))
    for value in floats { number(value.bitPattern) }
  }

  /// Appends the description of a tensor.
  package mutating func tensor(_ name: String, shape: [UInt64], type: UInt32 = 0, offset: UInt64 = 0) {
    string(name.utf8)
    number(UInt32(shape.count))
    for size in shape { number(size) }
    number(type)
    number(offset)
  }

  /// Appends zeros up to a multiple of `alignment`.
  package mutating func pad(to alignment: Int = 32) {
    while bytes.count % alignment != 0 { bytes.append(0) }
  }
}
