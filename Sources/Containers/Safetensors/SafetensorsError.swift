package import CMCFastJSON
import CMCPrimitives

/// What is wrong with a safetensors file, and where in it.
package enum SafetensorsError: DescribedError, Equatable {
  /// Too short for the eight bytes that say how long the header is.
  case tooShort(bytes: Int)
  /// The header would be longer than the format allows or the file is.
  case headerLength(UInt64, limit: Int)
  /// The header does not begin with a brace.
  case headerStart(UInt8)
  /// The header is not the JSON it must be.
  case header(JSONError)
  /// A tensor's name stands twice.
  case duplicateName(String)
  /// An element type that is not known.
  case elementType(tensor: String, found: String)
  /// A length of an axis or an offset is negative or too large.
  case number(tensor: String, member: String)
  /// A tensor ends behind the end of the file.
  case cutShort(tensor: String, end: Int, found: Int)
  /// Shape and element type need another number of bytes than the offsets enclose.
  case size(tensor: String, needed: Int, found: Int)
  /// A tensor does not begin where the one before ends: the data have a hole or overlap.
  case offset(tensor: String, begins: Int, expected: Int)
  /// The tensors end before or after the file does.
  case dataLength(needed: Int, found: Int)
  /// A tensor that the caller wants is not there.
  case missingTensor(String)
  /// A tensor is not of the type or shape that the caller wants.
  case unexpected(tensor: String, found: String, wanted: String)

  /// What and where in one line.
  package var description: String {
    switch self {
    case .tooShort(let bytes): "has \(bytes) bytes, too few for a safetensors file"
    case .headerLength(let length, let limit):
      "byte 0: a header of \(length) bytes, at most \(limit) are possible"
    case .headerStart(let byte): "byte 8: the header begins with byte \(byte), not with a brace"
    case .header(let error): "header: \(error)"
    case .duplicateName(let name): "header: tensor \(Self.shown(name)) is there twice"
    case .elementType(let tensor, let found):
      "tensor \(Self.shown(tensor)): element type \(Self.shown(found)) is not known"
    case .number(let tensor, let member):
      "tensor \(Self.shown(tensor)): \(member) is not made of numbers that can be"
    case .cutShort(let tensor, let end, let found):
      "tensor \(Self.shown(tensor)): ends at byte \(end) of the data, of which the file has \(found): it is cut short"
    case .size(let tensor, let needed, let found):
      "tensor \(Self.shown(tensor)): its shape needs \(needed) bytes, its offsets enclose \(found)"
    case .offset(let tensor, let begins, let expected):
      "tensor \(Self.shown(tensor)): begins at byte \(begins) of the data, \(expected) expected"
    case .dataLength(let needed, let found): "the tensors need \(needed) bytes of data, the file has \(found)"
    case .missingTensor(let name): "has no tensor \(Self.shown(name))"
    case .unexpected(let tensor, let found, let wanted):
      "tensor \(Self.shown(tensor)): \(found), \(wanted) expected"
    }
  }

  /// A text out of a file, in one line and of bounded length.
  private static func shown(_ text: String) -> String {
    oneLine(text, limit: 100)
  }
}
