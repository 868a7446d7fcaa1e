internal import CMCPrimitives

/// Takes a GGUF header apart, front to back.
struct GGUFParser {
  /// Arrays of arrays are part of the format, but no known file has them.
  private static let maximumDepth = 8
  private static let maximumDimensions = 4

  private var reader: ByteReader

  init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

  var offset: Int { reader.offset }

  /// The magic and the version.
  mutating func version() throws(GGUFError) -> UInt32 {
    guard reader.remaining >= 4, (try? reader.take(4).elementsEqual("GGUF".utf8)) == true else {
      throw .badMagic
    }
    let version: UInt32 = try read("version")
    switch version {
    case 2, 3: return version
    case 0x0200_0000, 0x0300_0000: throw .bigEndian
    default: throw .unsupportedVersion(version)
    }
  }

  /// A count of things that take at least `minimumSize` bytes each.
  mutating func count(of what: String, minimumSize: Int) throws(GGUFError) -> Int {
    let start = reader.offset
    let count: UInt64 = try read("number of \(what)")
    guard count <= UInt64(reader.remaining / minimumSize) else {
      throw .tooMany(what: what, count: count, at: start)
    }
    return Int(count)
  }

  /// All metadata entries: the keys in order, the values, and where each entry lies.
  mutating func metadata(
    _ count: Int
  ) throws(GGUFError) -> ([String], [String: GGUFValue], [String: Range<Int>]) {
    var keys: [String] = []
    var values: [String: GGUFValue] = [:]
    var ranges: [String: Range<Int>] = [:]
    for _ in 0..<count {
      let start = reader.offset
      let key = try name("metadata entry")
      let value = try value(key)
      guard values.updateValue(value, forKey: key) == nil else {
        throw .duplicateName(what: "metadata entry", name: shown(key))
      }
      keys.append(key)
      ranges[key] = start..<reader.offset
    }
    return (keys, values, ranges)
  }

  /// The descriptions of all tensors, and the place of each name.
  mutating func tensors(_ count: Int, alignment: Int) throws(GGUFError) -> ([GGUFTensor], [String: Int]) {
    var tensors: [GGUFTensor] = []
    var places: [String: Int] = [:]
    for place in 0..<count {
      let tensor = try tensor(alignment)
      guard places.updateValue(place, forKey: tensor.name) == nil else {
        throw .duplicateName(what: "tensor", name: shown(tensor.name))
      }
      tensors.append(tensor)
    }
    return (tensors, places)
  }

  private mutating func tensor(_ alignment: Int) throws(GGUFError) -> GGUFTensor {
    let name = try name("tensor")
    let dimensions: UInt32 = try read("dimensions of \(shown(name))")
    guard dimensions <= Self.maximumDimensions else { throw .badShape(tensor: shown(name)) }
    var shape: [Int] = []
    var elements = 1
    for _ in 0..<dimensions {
      let size: UInt64 = try read("shape of \(shown(name))")
      guard let size = Int(exactly: size) else { throw .badShape(tensor: shown(name)) }
      let (product, overflow) = elements.multipliedReportingOverflow(by: size)
      guard !overflow else { throw .badShape(tensor: shown(name)) }
      elements = product
      shape.append(size)
    }
    // A dimension of zero hides the overflow of the others from the product.
    guard shape.allSatisfy({ $0 > 0 }) else { throw .badShape(tensor: shown(name)) }
    let type: UInt32 = try read("type of \(shown(name))")
    let offset: UInt64 = try read("offset of \(shown(name))")
    guard offset % UInt64(alignment) == 0 else { throw .unalignedTensor(tensor: shown(name), offset: offset) }
    return GGUFTensor(name: name, shape: shape, typeID: type, offset: offset)
  }

  private mutating func value(_ key: String) throws(GGUFError) -> GGUFValue {
    let type = try valueType(key)
    switch type {
    case .uint8: return .unsigned(UInt64(try read(key) as UInt8))
    case .int8: return .signed(Int64(try read(key) as Int8))
    case .uint16: return .unsigned(UInt64(try read(key) as UInt16))
    case .int16: return .signed(Int64(try read(key) as Int16))
    case .uint32: return .unsigned(UInt64(try read(key) as UInt32))
    case .int32: return .signed(Int64(try read(key) as Int32))
    case .uint64: return .unsigned(try read(key))
    case .int64: return .signed(try read(key))
    case .float32: return .float(Double(Float(bitPattern: try read(key))))
    case .float64: return .float(Double(bitPattern: try read(key)))
    case .bool: return .bool(try read(key) as UInt8 != 0)
    case .string: return .string(Array(try string(key)))
    case .array: return .array(try array(key, depth: 1))
    }
  }

  /// Passes over an array and notes where it lies; the elements' lengths are checked on the way.
  private mutating func array(_ key: String, depth: Int) throws(GGUFError) -> GGUFArray {
    guard depth <= Self.maximumDepth else { throw .nestedTooDeep(key: shown(key)) }
    let type = try valueType(key)
    let count = try count(of: "elements of \(shown(key))", minimumSize: type.minimumSize)
    let start = reader.offset
    switch type {
    case .string:
      for _ in 0..<count { _ = try string(key) }
    case .array:
      for _ in 0..<count { _ = try array(key, depth: depth + 1) }
    default:
      do {
        try reader.skip(count * (type.size ?? 1))
      } catch {
        throw .truncated(what: shown(key), error)
      }
    }
    return GGUFArray(elementType: type, count: count, byteRange: start..<reader.offset)
  }

  private mutating func valueType(_ key: String) throws(GGUFError) -> GGUFValueType {
    let raw: UInt32 = try read(key)
    guard let type = GGUFValueType(rawValue: raw) else { throw .unknownValueType(key: shown(key), type: raw) }
    return type
  }

  private mutating func name(_ what: String) throws(GGUFError) -> String {
    let start = reader.offset
    let bytes = try string(what)
    guard !bytes.isEmpty, let name = String(validating: bytes, as: UTF8.self) else {
      throw .badName(what: what, at: start)
    }
    return name
  }

  private mutating func string(_ what: String) throws(GGUFError) -> UnsafeRawBufferPointer {
    do {
      let length: UInt64 = try reader.read()
      return try reader.take(length)
    } catch {
      throw .truncated(what: shown(what), error)
    }
  }

  private mutating func read<T: FixedWidthInteger>(_ what: String) throws(GGUFError) -> T {
    do {
      return try reader.read()
    } catch {
      throw .truncated(what: shown(what), error)
    }
  }

  /// A name for a message: one line, and short also where the file is hostile.
  private func shown(_ name: String) -> String {
    oneLine(name, limit: 80)
  }
}
