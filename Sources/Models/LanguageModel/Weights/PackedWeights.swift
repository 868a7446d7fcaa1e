internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCSafetensors

/// Finds what stands for `NAME.weight` in a file whose weights another tool has packed.
///
/// The tensors of a module are put into blocks of this project's own when they are asked for, and the file's pages are
/// given back; where a group's borders do not fall between blocks, the weights are widened to float32.
struct PackedWeights {
  let packing: WeightPacking
  let places: [String: (file: MappedFile, tensor: HubTensor)]

  /// What the names of all tensors become: a module has one of weights, and those that belong to it are not named.
  func names(_ names: [String]) -> [String] {
    let packed = Set(names.compactMap(module))
    return names.compactMap { name in
      if let module = module(name) { return module + ".weight" }
      let isPart = Self.parts.contains { ending in
        name.hasSuffix(ending) && packed.contains(String(name.dropLast(ending.count)))
      }
      return isPart ? nil : name
    }
  }

  /// What belongs to packed weights; scales of inputs are for kernels that round those.
  private static let parts = [
    ".weight_scale_inv", ".weight_scale", ".weight_zero_point", ".weight_shape", ".weight_g_idx",
    ".input_scale", ".activation_scale", ".qzeros", ".scales", ".g_idx",
  ]

  /// The ending of the tensor with the numbers.
  private var ending: String {
    switch packing.method {
    case .eighths: ".weight"
    case .gptq, .awq: ".qweight"
    case .packed: ".weight_packed"
    }
  }

  /// The module whose numbers are in a tensor, or nil.
  private func module(_ name: String) -> String? {
    guard name.hasSuffix(ending), let type = places[name]?.tensor.elementType else { return nil }
    let wanted: ElementType = packing.method == .eighths ? .float8E4M3 : .int32
    return type == wanted ? String(name.dropLast(ending.count)) : nil
  }

  /// The weights of a name; nil where they are not packed.
  ///
  /// - Throws: ``LanguageModelError``.
  /// - Complexity: O(weights).
  func tensor(_ name: String) throws -> StoredTensor? {
    guard name.hasSuffix(".weight") else { return nil }
    let module = String(name.dropLast(".weight".count))
    guard self.module(module + ending) != nil, let (file, numbers) = places[module + ending] else {
      return nil
    }
    guard numbers.strides == nil, numbers.shape.count == 2, numbers.shape.allSatisfy({ $0 > 0 }) else {
      throw LanguageModelError.matrix(tensor: module + ending, reason: "packed weights are no matrix")
    }
    let (rows, columns, storage, type) =
      packing.method == .eighths
      ? try eighths(module, file, numbers) : try nibbles(module, file, numbers)
    file.forget(numbers.bytes)
    return StoredTensor(
      name: name, type: type, shape: [rows, columns], bytes: storage.bytes, owner: storage, file: file,
      offset: numbers.bytes.lowerBound)
  }

  private func eighths(
    _ module: String, _ file: MappedFile, _ numbers: HubTensor
  ) throws -> (Int, Int, OwnedStorage, WeightType) {
    let (rows, columns) = (numbers.shape[0], numbers.shape[1])
    let endings = [".weight_scale_inv", ".weight_scale"].filter { places[module + $0] != nil }
    guard endings.count == 1 else { throw LanguageModelError.missingTensor(module + ".weight_scale_inv") }
    let scales = try floats(module + endings[0])
    let grid = try ScaleGrid(scales, rows: rows, columns: columns, block: packing.block)
    let eighths = Eighths(rows: rows, columns: columns, bytes: file.slice(numbers.bytes), scales: grid)
    let (storage, type) = eighths.stored()
    return (rows, columns, storage, type)
  }

  private func nibbles(
    _ module: String, _ file: MappedFile, _ numbers: HubTensor
  ) throws -> (Int, Int, OwnedStorage, WeightType) {
    let (first, second) = (numbers.shape[0], numbers.shape[1])
    let layout: Nibbles.Layout
    var (rows, columns) = (first, second)
    let scaleName: String
    switch packing.method {
    case .gptq:
      (layout, rows, columns, scaleName) = (.inputs, second, first * 8, ".scales")
    case .awq:
      (layout, rows, columns, scaleName) = (.outputs, second * 8, first, ".scales")
    default:
      (layout, columns, scaleName) = (.rows, second * 8, ".weight_scale")
      if let (place, shape) = places[module + ".weight_shape"] {
        columns = try logicalColumns(module, place, shape, rows: rows, stored: columns)
      }
    }
    let scales = try floats(module + scaleName)
    let isRows = layout == .rows
    guard scales.shape.count == 2, scales.shape[isRows ? 0 : 1] == rows else {
      throw LanguageModelError.shape(tensor: scales.name, found: scales.shape, wanted: [rows])
    }
    let count = scales.shape[isRows ? 1 : 0]
    let groups = try groups(module, columns: columns, count: count)
    let zeros = try zeros(module, rows: rows, groups: count)
    let nibbles = Nibbles(
      rows: rows, columns: columns, layout: layout, words: file.slice(numbers.bytes), width: second,
      scales: scales.values, zeros: zeros, groupCount: count, groups: groups)
    let (storage, type) = nibbles.stored()
    return (rows, columns, storage, type)
  }

  /// Rows may be filled up to whole numbers of 32 bits; the shape says how long they are.
  private func logicalColumns(
    _ module: String, _ file: MappedFile, _ tensor: HubTensor, rows: Int, stored: Int
  ) throws -> Int {
    let name = module + ".weight_shape"
    let bytes = file.slice(tensor.bytes)
    let sizes: [Int]
    switch tensor.elementType {
    case .int64:
      sizes = (0..<bytes.count / 8).map { Int(bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
    case .int32:
      sizes = (0..<bytes.count / 4).map { Int(bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)) }
    default: throw LanguageModelError.hubElementType(tensor: name, found: tensor.elementType.safetensorsName)
    }
    guard sizes.count == 2, sizes[0] == rows, (stored - 7...stored).contains(sizes[1]) else {
      throw LanguageModelError.shape(tensor: name, found: sizes, wanted: [rows, stored])
    }
    return sizes[1]
  }

  /// The group of each input.
  private func groups(_ module: String, columns: Int, count: Int) throws -> [Int] {
    let name =
      module
      + (packing.method == .packed(hasZeros: true) || packing.method == .packed(hasZeros: false)
        ? ".weight_g_idx" : ".g_idx")
    if let (file, tensor) = places[name] {
      guard tensor.elementType == .int32, tensor.shape == [columns], tensor.strides == nil else {
        throw LanguageModelError.shape(tensor: name, found: tensor.shape, wanted: [columns])
      }
      let bytes = file.slice(tensor.bytes)
      let groups = (0..<columns).map { Int(bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)) }
      if let index = groups.firstIndex(where: { !(0..<count).contains($0) }) {
        throw LanguageModelError.badValue(tensor: name, at: index)
      }
      return groups
    }
    let size = packing.groupSize ?? (columns + count - 1) / count
    guard (columns + size - 1) / size == count else {
      throw LanguageModelError.matrix(
        tensor: module, reason: "\(count) groups of \(size) inputs do not make \(columns)")
    }
    return (0..<columns).map { $0 / size }
  }

  /// What is taken from the weights of each output and group, in the order of the scales.
  private func zeros(_ module: String, rows: Int, groups: Int) throws -> [UInt8] {
    let added: UInt32
    let name: String
    switch packing.method {
    case .gptq(let isLess): (added, name) = (isLess ? 0x1111_1111 : 0, ".qzeros")
    case .awq(hasZeros: true): (added, name) = (0, ".qzeros")
    case .packed(hasZeros: true): (added, name) = (0, ".weight_zero_point")
    default: return [UInt8](repeating: 8, count: rows * groups)
    }
    guard let (file, tensor) = places[module + name] else {
      throw LanguageModelError.missingTensor(module + name)
    }
    let isRows = name == ".weight_zero_point"
    let wanted = isRows ? [(rows + 7) / 8, groups] : [groups, (rows + 7) / 8]
    guard tensor.shape == wanted, tensor.elementType == .int32, tensor.strides == nil else {
      throw LanguageModelError.shape(tensor: module + name, found: tensor.shape, wanted: wanted)
    }
    let bytes = file.slice(tensor.bytes)
    let (width, isMixed) = (wanted[1], packing.method == .awq(hasZeros: true))
    return (0..<rows * groups).map { index in
      let row = isRows ? index / groups : index % rows
      let group = isRows ? index % groups : index / rows
      let at = isRows ? row / 8 * width + group : group * width + row / 8
      let word = bytes.loadUnaligned(fromByteOffset: at * 4, as: UInt32.self) &+ added
      return UInt8(word >> UInt32(4 * (isMixed ? Nibbles.mixed[row % 8] : row % 8)) & 15)
    }
  }

  /// A tensor of scales, widened.
  private func floats(_ name: String) throws -> (name: String, shape: [Int], values: [Float]) {
    guard let (file, tensor) = places[name] else { throw LanguageModelError.missingTensor(name) }
    guard let stored = try HubContainer.plain(name, file, tensor) else {
      throw LanguageModelError.hubElementType(tensor: name, found: tensor.elementType.safetensorsName)
    }
    return (name, tensor.shape, try ParameterVector(reading: stored).array)
  }
}
