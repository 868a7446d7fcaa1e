package import CMCPrimitives

/// What is wrong with a GGUF file.
package enum GGUFError: DescribedError, Equatable {
  /// The file does not begin with the four letters.
  case badMagic
  /// The numbers are big-endian.
  case bigEndian
  /// A version of the format that is not read here.
  case unsupportedVersion(UInt32)
  /// The file ends inside something.
  case truncated(what: String, ByteReaderError)
  /// A header claims more entries than the rest of the file could hold.
  case tooMany(what: String, count: UInt64, at: Int)
  /// The name of a metadata entry or of a tensor is not UTF-8, or empty.
  case badName(what: String, at: Int)
  /// Two metadata entries or two tensors have one name.
  case duplicateName(what: String, name: String)
  /// A metadata value has a type that the format does not define.
  case unknownValueType(key: String, type: UInt32)
  /// Arrays are nested beyond what is read.
  case nestedTooDeep(key: String)
  /// `general.alignment` is no power of two.
  case badAlignment(UInt64)
  /// A tensor's shape has too many dimensions, or more elements than can be addressed.
  case badShape(tensor: String)
  /// A tensor's data does not begin at a multiple of the alignment.
  case unalignedTensor(tensor: String, offset: UInt64)
  /// A tensor's data lies outside the file, as it does in a file that was cut short.
  case tensorOutsideFile(tensor: String, end: UInt64, fileSize: Int)
  /// A tensor's type is not known, so the size of its data is not either.
  case unknownTensorType(tensor: String, type: UInt32)
  /// The number of a tensor's elements is not a whole number of blocks.
  case partialBlock(tensor: String)
  /// There is no such tensor.
  case noTensor(String)
  /// A metadata entry that is needed is not there.
  case missing(key: String)
  /// A metadata entry has another type than is needed.
  case wrongType(key: String, wanted: String)

  /// What and where.
  package var description: String {
    switch self {
    case .badMagic: "is not a GGUF file: it does not begin with GGUF"
    case .bigEndian: "is a big-endian GGUF file"
    case .unsupportedVersion(let version): "has version \(version) of GGUF; 2 and 3 are read"
    case .truncated(let what, let error): "\(what): \(error.description)"
    case .tooMany(let what, let count, let at):
      "byte \(at): \(count) \(what) cannot be in the rest of the file"
    case .badName(let what, let at): "byte \(at): the name of a \(what) is empty or not UTF-8"
    case .duplicateName(let what, let name): "the \(what) \(name) is there twice"
    case .unknownValueType(let key, let type): "\(key): value type \(type) is unknown"
    case .nestedTooDeep(let key): "\(key): arrays are nested too deeply"
    case .badAlignment(let alignment): "general.alignment: \(alignment) is not a power of two"
    case .badShape(let tensor): "tensor \(tensor): its shape has too many dimensions or elements"
    case .unalignedTensor(let tensor, let offset): "tensor \(tensor): offset \(offset) is not aligned"
    case .tensorOutsideFile(let tensor, let end, let fileSize):
      "tensor \(tensor): its data would end at byte \(end), the file at byte \(fileSize)"
    case .unknownTensorType(let tensor, let type): "tensor \(tensor): type \(type) is unknown"
    case .partialBlock(let tensor): "tensor \(tensor): its first dimension is not a whole number of blocks"
    case .noTensor(let name): "has no tensor \(name)"
    case .missing(let key): "\(key) is missing"
    case .wrongType(let key, let wanted): "\(key): \(wanted) expected"
    }
  }

  /// What to do about it.
  package var hint: String? {
    switch self {
    case .bigEndian: "convert it to little-endian with gguf_convert_endian.py of llama.cpp"
    case .unsupportedVersion(1): "convert the model again; version 1 was replaced in August 2023"
    case .truncated, .tooMany, .tensorOutsideFile: "the file may be cut short: download it again"
    default: nil
    }
  }
}
