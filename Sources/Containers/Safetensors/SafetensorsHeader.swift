import CMCFastJSON
package import CMCPrimitives

/// The table of contents of a safetensors file.
///
/// Layout: eight bytes of header length N (little-endian), N bytes of JSON, then the data. Source: the format section
/// of the safetensors README; what is refused follows the reference implementation: tensors in the order of their
/// offsets must follow each other without a hole or an overlap, and fill the data exactly.
package struct SafetensorsHeader: Sendable, Equatable {
  /// One tensor.
  package struct Tensor: Sendable, Equatable {
    /// Its name.
    package let name: String
    /// The type of its elements.
    package let elementType: ElementType
    /// The length of each axis; the last runs fastest.
    package let shape: [Int]
    /// Its bytes in the file, from the file's start.
    package let bytes: Range<Int>
  }

  /// The longest header that the reference implementation reads.
  package static let maximumLength = 100_000_000

  /// The tensors in the order of their data.
  package let tensors: [Tensor]
  /// Free texts that the writer put in (`__metadata__`).
  package let metadata: [String: String]
  /// The names of texts that stand there more than once, of which the last is taken, as the reference implementation does.
  package let repeatedMetadata: [String]

  /// Whether a file that begins with these bytes can be of this format.
  package static func looksLike(_ file: UnsafeRawBufferPointer) -> Bool {
    guard file.count >= 10 else { return false }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    return length >= 2 && length <= UInt64(file.count - 8) && file[8] == UInt8(ascii: "{")
  }

  /// Reads and checks the header of a whole file.
  ///
  /// - Throws: ``SafetensorsError``. Nothing larger than the header is allocated.
  package init(parsing file: UnsafeRawBufferPointer) throws(SafetensorsError) {
    guard file.count >= 8 else { throw .tooShort(bytes: file.count) }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    let limit = min(Self.maximumLength, file.count - 8)
    guard length <= UInt64(limit) else { throw .headerLength(length, limit: limit) }
    let end = 8 + Int(length)
    guard length > 0, file[8] == UInt8(ascii: "{") else { throw .headerStart(length > 0 ? file[8] : 0) }
    (tensors, metadata, repeatedMetadata) = try Self.parse(
      Array(file[8..<end]), dataStart: end, dataLength: file.count - end)
  }

  /// The tensor of a name, or nil.
  package subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  private static func parse(
    _ json: [UInt8], dataStart: Int, dataLength: Int
  ) throws(SafetensorsError) -> ([Tensor], [String: String], [String]) {
    var tensors: [Tensor] = []
    var metadata: [String: String] = [:]
    var repeated: [String] = []
    var names: Set<String> = []
    do {
      let document = try JSONDocument(json, maximumDepth: 8)
      try document.root.forEachMember { key, value in
        let name = String(decoding: key, as: UTF8.self)
        guard names.insert(name).inserted else { throw SafetensorsError.duplicateName(name) }
        if name == "__metadata__" {
          guard value.isObject else {
            throw JSONError.wrongType(path: name, wanted: "an object", found: value.typeName)
          }
          for (key, text) in value.members {
            let text = try text.expect("a string") { $0.string }
            if metadata.updateValue(text, forKey: key) != nil { repeated.append(key) }
          }
        } else {
          tensors.append(try tensor(name, value, dataStart: dataStart, dataLength: dataLength))
        }
      }
    } catch let error as JSONError {
      throw .header(error)
    } catch let error as SafetensorsError {
      throw error
    } catch {
      throw .header(.syntax("\(error)"))
    }
    // Tensors without elements share their place with a neighbour: the shorter one comes first.
    tensors.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
    var expected = dataStart
    for tensor in tensors {
      guard tensor.bytes.lowerBound == expected else {
        throw .offset(
          tensor: tensor.name, begins: tensor.bytes.lowerBound - dataStart, expected: expected - dataStart)
      }
      expected = tensor.bytes.upperBound
    }
    guard expected == dataStart + dataLength else {
      throw .dataLength(needed: expected - dataStart, found: dataLength)
    }
    return (tensors, metadata, repeated)
  }

  private static func tensor(
    _ name: String, _ value: JSONValue, dataStart: Int, dataLength: Int
  ) throws -> Tensor {
    let typeName = try value.require("dtype").expect("a string") { $0.string }
    guard let type = ElementType(safetensorsName: typeName) else {
      throw SafetensorsError.elementType(tensor: name, found: typeName)
    }
    let shape = try numbers(name, "shape", value)
    let offsets = try numbers(name, "data_offsets", value)
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw SafetensorsError.number(tensor: name, member: "data_offsets")
    }
    guard offsets[1] <= dataLength else {
      throw SafetensorsError.cutShort(tensor: name, end: offsets[1], found: dataLength)
    }
    var size = type.size
    for axis in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: axis)
      guard !overflow else { throw SafetensorsError.number(tensor: name, member: "shape") }
      size = product
    }
    guard size == offsets[1] - offsets[0] else {
      throw SafetensorsError.size(tensor: name, needed: size, found: offsets[1] - offsets[0])
    }
    return Tensor(
      name: name, elementType: type, shape: shape, bytes: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  private static func numbers(_ tensor: String, _ member: String, _ value: JSONValue) throws -> [Int] {
    var numbers: [Int] = []
    try value.require(member).forEachElement { _, element in
      guard let number = element.int, number >= 0 else {
        throw SafetensorsError.number(tensor: tensor, member: member)
      }
      numbers.append(number)
    }
    return numbers
  }
}
