package import CMCPrimitives

/// What is wrong with a `.npy` file, and where in it.
package enum NumPyError: DescribedError, Equatable {
  /// The first six bytes are not the format's.
  case badMagic
  /// A version of the format that does not exist or is newer than this code.
  case version(major: UInt8, minor: UInt8)
  /// The file ends inside its header.
  case truncatedHeader(needed: Int, remaining: Int)
  /// The header is not the dictionary it must be; `at` is the byte of the file.
  case header(at: Int, reason: String)
  /// The header lacks a key.
  case missingKey(String)
  /// An element type that is not read: objects, structures, strings, complex numbers.
  case elementType(String)
  /// Elements stand with their highest byte first.
  case bigEndian(String)
  /// More axes than two.
  case dimensions(Int)
  /// The shape is too large for any file.
  case shapeOverflow([Int])
  /// The data are shorter or longer than the shape says.
  case dataSize(shape: [Int], needed: Int, found: Int)
  /// An element does not fit the wanted type; `at` is its index.
  case valueOutOfRange(at: Int)
  /// The elements are of a kind that the caller cannot take.
  case wrongElementType(found: ElementType, wanted: String)
  /// The array has another number of axes than the caller can take.
  case wrongShape(found: [Int], wanted: String)

  /// What and where in one line.
  package var description: String {
    switch self {
    case .badMagic: "is not a .npy file: byte 0 does not begin with \\x93NUMPY"
    case .version(let major, let minor): "byte 6: .npy version \(major).\(minor); versions 1 to 3 are read"
    case .truncatedHeader(let needed, let remaining):
      "ends inside its header: \(needed) bytes wanted, \(remaining) left"
    case .header(let at, let reason): "byte \(at) of the .npy header: \(Self.shown(reason))"
    case .missingKey(let key): "the .npy header has no '\(key)'"
    case .elementType(let descr): "elements of type '\(Self.shown(descr))' are not read"
    case .bigEndian(let descr): "elements of type '\(Self.shown(descr))' are big-endian"
    case .dimensions(let count): "has \(count) axes; arrays with one or two are read"
    case .shapeOverflow(let shape): "shape \(Self.text(shape)) is too large for any file"
    case .dataSize(let shape, let needed, let found):
      "shape \(Self.text(shape)) needs \(needed) bytes of data, the file has \(found)"
    case .valueOutOfRange(let at): "element \(at) is out of range"
    case .wrongElementType(let found, let wanted):
      "elements of type '\(found.numPyDescr)', \(wanted) expected"
    case .wrongShape(let found, let wanted): "shape \(Self.text(found)), \(wanted) expected"
    }
  }

  /// How to make the file readable, where that is known.
  package var hint: String? {
    switch self {
    case .bigEndian: "save it with array.astype(array.dtype.newbyteorder('<'))"
    case .elementType: "save it as int64 or float32"
    case .dimensions: "save one matrix of it, such as array[0]"
    default: nil
    }
  }

  /// A text out of a file, in one line and of bounded length.
  private static func shown(_ text: String) -> String {
    oneLine(text, limit: 100)
  }

  private static func text(_ shape: [Int]) -> String {
    "(\(shape.map(String.init).joined(separator: ", "))\(shape.count == 1 ? "," : ""))"
  }
}
