internal import CMCNumPyFiles
import CMCPrimitives
internal import CMCPyTorchFiles
internal import CMCSafetensors
internal import CMCZipArchives

/// The matrices of a file that someone else's program wrote: `.npy`, `.npz`, `.safetensors` or PyTorch's `.pt`, told by
/// content.
package struct LogitFile: Sendable {
  /// The matrices with two axes of floating-point numbers; others are left out.
  package let matrices: [LogitMatrix]
  /// What was left out, each with the reason.
  package let leftOut: [String]

  /// Opens a file.
  ///
  /// - Throws: `FileError` with the parser's error, or ``LogitFileError``.
  /// - Complexity: O(contents table); compressed entries are read whole.
  package init(path: String) throws {
    let file = try MappedFile(path: path)
    self = try withFile(path) { try file.withUnsafeBytes { try LogitFile(bytes: $0, source: .mapped(file)) } }
  }

  /// Reads a file's bytes.
  ///
  /// - Throws: The parser's error, or ``LogitFileError``.
  package init(parsing bytes: [UInt8]) throws {
    self = try bytes.withUnsafeBytes { try LogitFile(bytes: $0, source: .owned(bytes)) }
  }

  private init(bytes: UnsafeRawBufferPointer, source: LogitMatrix.Source) throws {
    var collector = Collector(source: source)
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
      // The old format of PyTorch: its reader says so.
      _ = try PyTorchFile(parsing: bytes)
    } else {
      throw LogitFileError.unknownFormat
    }
    matrices = collector.matrices
    leftOut = collector.leftOut
    if matrices.isEmpty { throw LogitFileError.noMatrix(leftOut.first ?? "it has no arrays") }
  }

  /// The matrix of a name, or the only one.
  ///
  /// - Throws: ``LogitFileError``.
  package func matrix(_ name: String?) throws(LogitFileError) -> LogitMatrix {
    if let name {
      guard let found = matrices.first(where: { $0.name == name }) else {
        throw .missing(name: name, names: matrices.map(\.name))
      }
      return found
    }
    guard matrices.count == 1 else { throw .ambiguous(names: matrices.map(\.name)) }
    return matrices[0]
  }
}

extension LogitFile {
  /// The matrix of an argument: a file, or a file and an array's name with `#` between.
  ///
  /// - Throws: `FileError`.
  package static func matrix(at argument: String) throws -> LogitMatrix {
    let mark = fileExists(argument) ? nil : argument.lastIndex(of: "#")
    let path = mark.map { String(argument[..<$0]) } ?? argument
    let file = try LogitFile(path: path)
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
    case .noMatrix(let reason): "has no matrix of logits: \(oneLine(reason))"
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
  var leftOut: [String] = []

  init(source: LogitMatrix.Source) { self.source = source }

  mutating func addNumPy(
    _ name: String, _ file: UnsafeRawBufferPointer, offset: Int, _ source: LogitMatrix.Source
  ) throws {
    let (header, start) = try NumPyHeader.read(file)
    let element: LogitMatrix.Element
    switch header.elementType {
    case .float16: element = .float16
    case .float32: element = .float32
    case .float64: element = .float64
    default:
      leftOut.append("array '\(name)' has elements of type \(header.elementType.numPyDescr)")
      return
    }
    // A vector is one column.
    let (rows, columns) = (header.shape[0], header.shape.count == 2 ? header.shape[1] : 1)
    matrices.append(
      LogitMatrix(
        name: name, rows: rows, columns: columns, source: source, element: element, offset: offset + start,
        strides: header.isFortranOrder ? (1, rows) : (columns, 1)))
  }

  /// An archive of .npy files.
  mutating func addArchive(_ archive: ZipArchive, _ file: UnsafeRawBufferPointer) throws {
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      if entry.isDeflated {
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
      let element: LogitMatrix.Element
      switch tensor.elementType {
      case .float16: element = .float16
      case .bfloat16: element = .bfloat16
      case .float32: element = .float32
      case .float64: element = .float64
      default:
        leftOut.append("tensor '\(tensor.name)' has elements of type \(tensor.elementType.safetensorsName)")
        continue
      }
      guard tensor.shape.count == 2 else {
        leftOut.append("tensor '\(tensor.name)' has \(tensor.shape.count) axes")
        continue
      }
      matrices.append(
        LogitMatrix(
          name: tensor.name, rows: tensor.shape[0], columns: tensor.shape[1], source: source,
          element: element,
          offset: tensor.bytes.lowerBound, strides: (tensor.shape[1], 1)))
    }
  }

  mutating func addPyTorch(_ file: PyTorchFile) throws {
    for tensor in file.tensors {
      let element: LogitMatrix.Element
      switch tensor.elementType {
      case .float16: element = .float16
      case .bfloat16: element = .bfloat16
      case .float32: element = .float32
      case .float64: element = .float64
      default:
        leftOut.append(
          "tensor '\(tensor.name)' is of \(tensor.elementType.storageClass ?? "an unknown type")")
        continue
      }
      guard tensor.shape.count == 2 else {
        leftOut.append("tensor '\(tensor.name)' has \(tensor.shape.count) axes")
        continue
      }
      matrices.append(
        LogitMatrix(
          name: tensor.name, rows: tensor.shape[0], columns: tensor.shape[1], source: source,
          element: element,
          offset: tensor.storage.lowerBound + tensor.offset * element.size,
          strides: (tensor.strides[0], tensor.strides[1])))
    }
  }
}
