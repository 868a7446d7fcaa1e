internal import CMCGGUF
internal import CMCLinearAlgebra
internal import CMCModelFiles
internal import CMCPrimitives

/// The tensors of a GGUF file, or of several that a model is split over.
struct GGUFContainer: TensorContainer {
  /// The metadata, which the first file has for all.
  var header: GGUFHeader { parts[0].header }
  private let parts: [(file: MappedFile, header: GGUFHeader)]

  /// Takes a mapped file, and maps the others of its model.
  ///
  /// - Throws: `FileError` with a `GGUFError` or a ``LanguageModelError``.
  init(_ file: MappedFile) throws {
    let header = try Self.header(file)
    var parts = [(file: file, header: header)]
    if let count = header["split.count"]?.integer, count > 1 {
      guard let named = GGUFParts(name: lastComponent(file.path)), named.count == count, named.number == 1
      else {
        throw FileError(
          path: file.path,
          underlying: LanguageModelError.configuration(
            "the model is split over \(count) files, and this is not NAME-00001-of-… by its name"))
      }
      for name in named.names.dropFirst() {
        let other = try MappedFile(path: joinPath(parentPath(file.path), name))
        parts.append((file: other, header: try Self.header(other)))
      }
      try Self.check(parts, count: count)
    }
    self.parts = parts
  }

  private static func header(_ file: MappedFile) throws -> GGUFHeader {
    try withFile(file.path) { try file.withUnsafeBytes { try GGUFHeader($0) } }
  }

  /// Holds what the files say of their number and of all tensors against what is there.
  private static func check(_ parts: [(file: MappedFile, header: GGUFHeader)], count: Int) throws {
    var names: Set<String> = []
    for (index, part) in parts.enumerated() {
      try withFile(part.file.path) {
        let (number, all) = (part.header["split.no"]?.integer, part.header["split.count"]?.integer)
        guard number == index, all == count else {
          throw LanguageModelError.configuration(
            "split.no and split.count are not \(index) and \(count), as the name says")
        }
        for tensor in part.header.tensors where !names.insert(tensor.name).inserted {
          throw LanguageModelError.unknownTensor(tensor.name)
        }
      }
    }
    guard let total = parts[0].header["split.tensors.count"]?.integer, total != names.count else { return }
    throw FileError(
      path: parts[0].file.path,
      underlying: LanguageModelError.configuration(
        "split.tensors.count is \(total), the files have \(names.count) tensors"))
  }

  private var file: MappedFile { parts[0].file }

  var path: String { file.path }
  var naming: TensorNaming {
    let experts = header[architectureKey("expert_count")]?.integer ?? 0
    let name = header["general.architecture"]?.text ?? ""
    return .gguf(ModelArchitecture(gguf: name, hasExperts: experts > 0)?.gguf?.names ?? [:])
  }

  private func architectureKey(_ key: String) -> String {
    "\(header["general.architecture"]?.text ?? "").\(key)"
  }
  var names: [String] { parts.flatMap { $0.header.tensors.map(\.name) } }

  func tensor(_ name: String) throws -> StoredTensor? {
    guard let (file, header) = parts.first(where: { $0.header.tensor(name) != nil }),
      let tensor = header.tensor(name)
    else { return nil }
    guard let kind = tensor.type else {
      throw GGUFError.unknownTensorType(tensor: oneLine(name), type: tensor.typeID)
    }
    guard let type = Self.weightType(kind) else {
      throw LanguageModelError.elementType(tensor: name, found: kind.name)
    }
    let range = try header.byteRange(of: tensor, fileSize: file.count)
    return StoredTensor(
      name: name, type: type, shape: tensor.shape.reversed(), bytes: file.slice(range), owner: file,
      file: file,
      offset: range.lowerBound)
  }

  func has(_ name: String) -> Bool { parts.contains { $0.header.tensor(name) != nil } }

  /// The configuration that the metadata describe, with notes of metadata that nobody reads.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func configuration(_ notes: inout [String]) throws -> ModelConfiguration {
    let rotary = GGUFRotaryTensors(
      divisors: try vector("rope_freqs.weight"), short: try vector("rope_factors_short.weight"),
      long: try vector("rope_factors_long.weight"))
    return try file.withUnsafeBytes {
      try GGUFConfiguration.read(header, $0, tensors: tensorShapes(), rotary: rotary, notes: &notes)
    }
  }

  private func vector(_ name: String) throws -> [Float]? {
    try tensor(name).map { try ParameterVector(reading: $0).array }
  }

  /// The lengths of the axes of all tensors, rows last.
  private func tensorShapes() -> [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    for part in parts { for tensor in part.header.tensors { shapes[tensor.name] = tensor.shape } }
    return shapes
  }

  private static func weightType(_ type: GGMLType) -> WeightType? {
    WeightType(ggmlCode: type.rawValue)
  }
}
