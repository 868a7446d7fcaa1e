internal import CMCNumPyFiles
import CMCPrimitives
internal import CMCPyTorchFiles
internal import CMCSafetensors
internal import CMCZipArchives

/// The matrices of a file that someone else's program wrote: `.npy`, `.npz`, `.safetensors` or PyTorch's `.pt`, told by
/// content.
package struct LogitFile: Sendable {
  /// The matrices with two axes of floating-point numbers, or more of which all before the last two have length 1, as the
  /// logits of a batch of one have; others are left out.
  package let matrices: [LogitMatrix]
  /// What was left out, each by its name with the reason.
  package let leftOut: [(name: String, reason: String)]

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - integers: Whether whole numbers will do: points can be, logits are never.
  /// - Throws: `FileError` with the parser's error, or ``LogitFileError``.
  /// - Complexity: O(contents table); compressed entries are read whole.
  package init(path: String, integers: Bool = false) throws {
    let file = try MappedFile(path: path)
    self = try withFile(path) {
      try file.withUnsafeBytes { try LogitFile(bytes: $0, source: .mapped(file), integers: integers) }
    }
  }

  /// Reads a file's bytes.
  ///
  /// - Throws: The parser's error, or ``LogitFileError``.
  package init(parsing bytes: [UInt8]) throws {
    self = try bytes.withUnsafeBytes { try LogitFile(bytes: $0, source: .owned(bytes), integers: false) }
  }

  private init(bytes: UnsafeRawBufferPointer, source: LogitMatrix.Source, integers: Bool) throws {
    var collector = Collector(source: source, integers: integers)
    if bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) {
      try collector.addNumPy("", bytes, offset: 0, source)
    } else if ZipArchive.looksLike(bytes) {
      let archive = try ZipArchive(parsing: bytes)
      if archive.entries.contains(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }) {
        try collector.addPyTorch(try PyTorchFile(parsing: bytes))
      } else {
        try collector.addArchive(archive, bytes)
      }
    } else if SafetensorsHeader.looksLike(bytes) {
      collector.addSafetensors(try SafetensorsHeader(parsing: bytes))
    } else if bytes.starts(with: [0x80, 2]) {
      // PyTorch's format before version 1.6.
      try collector.addPyTorch(try PyTorchFile(parsing: bytes))
    } else {
      throw LogitFileError.unknownFormat
    }
    matrices = collector.matrices
    leftOut = collector.leftOut
    if matrices.isEmpty { throw LogitFileError.noMatrix(leftOut.first?.reason ?? "it has no arrays") }
  }

  /// The matrix of a name, or the only one.
  ///
  /// - Throws: ``LogitFileError``.
  package func matrix(_ name: String?) throws(LogitFileError) -> LogitMatrix {
    if let name {
      if let found = matrices.first(where: { $0.name == name }) { return found }
      if let found = leftOut.first(where: { $0.name == name }) { throw .noMatrix(found.reason) }
      throw .missing(name: name, names: matrices.map(\.name))
    }
    guard matrices.count == 1 else { throw .ambiguous(names: matrices.map(\.name)) }
    return matrices[0]
  }
}

extension LogitFile {
  /// The matrix of an argument: a file, or a file and an array's name with `#` between.
  ///
  /// - Throws: `FileError`.
  package static func matrix(at argument: String, integers: Bool = false) throws -> LogitMatrix {
    let mark = fileExists(argument) ? nil : argument.lastIndex(of: "#")
    let path = mark.map { String(argument[..<$0]) } ?? argument
    let file = try LogitFile(path: path, integers: integers)
    return try withFile(path) { try file.matrix(mark.map { String(argument[argument.index(after: $0)...]) }) }
  }
}

/// Why a file of logits cannot be used.
package enum LogitFileError: DescribedError, Equatable {
  /// The content is of no known format.
  case unknownFormat
  /// No array has two axes of floating-point numbers.
  case noMatrix(String)
  /// No array has that name.
  case missing(name: String, names: [String])
  /// There are several arrays, and none is named.
  case ambiguous(names: [String])

  /// What is wrong, and where.
  package var description: String {
    switch self {
    case .unknownFormat: "is no .npy, .npz, .safetensors or .pt file"
    case .noMatrix(let reason): "has no matrix of numbers: \(oneLine(reason))"
    case .missing(let name, let names): "has no array '\(oneLine(name, limit: 60))', but \(Self.list(names))"
    case .ambiguous(let names): "has several arrays: \(Self.list(names))"
    }
  }

  /// What to do.
  package var hint: String? {
    switch self {
    case .unknownFormat, .noMatrix: "save an array with a row for each step and a column for each token"
    case .missing, .ambiguous: "name one after the file: file.npz#name"
    }
  }

  private static func list(_ names: [String]) -> String {
    oneLine(names.prefix(5).joined(separator: ", "), limit: 120) + (names.count > 5 ? ", …" : "")
  }
}

/// Gathers the matrices of a file.
private struct Collector {
  let source: LogitMatrix.Source
  var matrices: [LogitMatrix] = []
  var leftOut: [(name: String, reason: String)] = []

  private let integers: Bool

  init(source: LogitMatrix.Source, integers: Bool) {
    self.source = source
    self.integers = integers
  }

  /// How elements of a type are read; nil where they are not.
  private func element(_ type: ElementType) -> LogitMatrix.Element? {
    switch type {
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32: .float32
    case .float64: .float64
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: integers ? .integer(type) : nil
    default: nil
    }
  }

  /// The last two axes, where those before have length 1.
  private mutating func lastTwo(_ name: String, _ shape: [Int]) -> Bool {
    if shape.count >= 2, shape.dropLast(2).allSatisfy({ $0 == 1 }) { return true }
    leftOut.append(
      (
        name,
        "tensor '\(name)' has the shape \(shape): two axes are read, and before them only axes of length 1"
      ))
    return false
  }

  private mutating func leaveOut(_ name: String, _ type: String) {
    let read = integers ? "numbers" : "floating-point numbers"
    leftOut.append((name, "array '\(name)' has elements of type \(type); \(read) are read"))
  }

  mutating func addNumPy(
    _ name: String, _ file: UnsafeRawBufferPointer, offset: Int, _ source: LogitMatrix.Source
  ) throws {
    guard let (header, start) = try matrixHeader(name, of: file, size: file.count) else { return }
    guard let element = element(header.elementType) else {
      leaveOut(name, header.elementType.numPyDescr)
      return
    }
    // A vector is one column.
    let (rows, columns) = (header.shape[0], header.shape.count == 2 ? header.shape[1] : 1)
    matrices.append(
      LogitMatrix(
        name: name, rows: rows, columns: columns, source: source, element: element, offset: offset + start,
        strides: header.isFortranOrder ? (1, rows) : (columns, 1)))
  }

  /// The header of an array; nil where it has other axes than a matrix, as it may among others that are.
  private mutating func matrixHeader(
    _ name: String, of beginning: UnsafeRawBufferPointer, size: Int
  ) throws(NumPyError) -> (header: NumPyHeader, dataOffset: Int)? {
    do {
      return try NumPyHeader.read(beginning: beginning, of: size, droppingOnes: true)
    } catch {
      guard case .dimensions(let axes) = error else { throw error }
      let whose = name.isEmpty ? "its array" : "array '\(name)'"
      leftOut.append(
        (name, "\(whose) has \(axes) axes: two are read, and before them only axes of length 1"))
      return nil
    }
  }

  /// An archive of .npy files.
  mutating func addArchive(_ archive: ZipArchive, _ file: UnsafeRawBufferPointer) throws {
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      if entry.isDeflated {
        // Nothing is unpacked whose size is another than its shape asks for.
        let beginning = try archive.beginning(of: entry, in: file, count: NumPyHeader.sizeLimit)
        let header = try beginning.withUnsafeBytes { try matrixHeader(name, of: $0, size: entry.size) }
        guard header != nil else { continue }
        let bytes = try archive.contents(of: entry, in: file)
        try bytes.withUnsafeBytes { try addNumPy(name, $0, offset: 0, .owned(bytes)) }
      } else {
        try archive.verify(entry, in: file)
        try addNumPy(
          name, UnsafeRawBufferPointer(rebasing: file[entry.bytes]), offset: entry.bytes.lowerBound, source)
      }
    }
  }

  mutating func addSafetensors(_ header: SafetensorsHeader) {
    for tensor in header.tensors {
      guard let element = element(tensor.elementType) else {
        leaveOut(tensor.name, tensor.elementType.safetensorsName)
        continue
      }
      guard lastTwo(tensor.name, tensor.shape) else { continue }
      let axes = tensor.shape.count
      matrices.append(
        LogitMatrix(
          name: tensor.name, rows: tensor.shape[axes - 2], columns: tensor.shape[axes - 1], source: source,
          element: element,
          offset: tensor.bytes.lowerBound, strides: (tensor.shape[axes - 1], 1)))
    }
  }

  mutating func addPyTorch(_ file: PyTorchFile) throws {
    for tensor in file.tensors {
      guard let element = element(tensor.elementType) else {
        leaveOut(tensor.name, tensor.elementType.storageClass ?? "an unknown type")
        continue
      }
      guard lastTwo(tensor.name, tensor.shape) else { continue }
      let axes = tensor.shape.count
      matrices.append(
        LogitMatrix(
          name: tensor.name, rows: tensor.shape[axes - 2], columns: tensor.shape[axes - 1], source: source,
          element: element,
          offset: tensor.storage.lowerBound + tensor.offset * element.size,
          strides: (tensor.strides[axes - 2], tensor.strides[axes - 1])))
    }
  }
}
