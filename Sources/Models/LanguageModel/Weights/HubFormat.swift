internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCPyTorchFiles
internal import CMCSafetensors

/// A tensor of a file of the hub.
struct HubTensor {
  /// Its name in the file.
  let name: String
  /// The type of its elements.
  let elementType: ElementType
  /// The length of each axis.
  let shape: [Int]
  /// Its bytes in the file; where it has strides, from its first element to the end of what it is a view of.
  let bytes: Range<Int>
  /// How many elements further the next one of each axis is, where they do not lie in order.
  var strides: [Int]?
}

/// How a file of the hub keeps tensors.
enum HubFormat {
  /// A header of JSON.
  case safetensors
  /// A pickle, of which only tensors are read and nothing is run.
  case pyTorch

  /// The tensors of a whole file.
  ///
  /// - Throws: `SafetensorsError`, `PyTorchError`.
  func tensors(of file: UnsafeRawBufferPointer) throws -> [HubTensor] {
    switch self {
    case .safetensors:
      return try SafetensorsHeader(parsing: file).tensors.map {
        HubTensor(name: $0.name, elementType: $0.elementType, shape: $0.shape, bytes: $0.bytes)
      }
    case .pyTorch: return try PyTorchFile(parsing: file, verifies: false).tensors.map(Self.tensor)
    }
  }

  private static func tensor(_ tensor: PyTorchFile.Tensor) -> HubTensor {
    let size = tensor.elementType.size
    // Where there are no elements the place of the first is not checked, and means nothing.
    guard !tensor.shape.contains(0) else {
      let nothing = tensor.storage.lowerBound..<tensor.storage.lowerBound
      return HubTensor(
        name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, bytes: nothing)
    }
    let start = tensor.storage.lowerBound + tensor.offset * size
    let count = tensor.shape.reduce(1, *)
    var wanted = 1
    var isInOrder = true
    for (length, stride) in zip(tensor.shape, tensor.strides).reversed() {
      if length > 1, stride != wanted { isInOrder = false }
      wanted *= length
    }
    return HubTensor(
      name: tensor.name, elementType: tensor.elementType, shape: tensor.shape,
      bytes: start..<(isInOrder ? start + count * size : tensor.storage.upperBound),
      strides: isInOrder ? nil : tensor.strides)
  }
}

extension StoredTensor {
  /// A tensor whose elements do not lie in order: copied in order.
  ///
  /// - Parameters:
  ///   - tensor: Where it is; its strides were checked against its storage.
  ///   - strides: How many elements further the next one of each axis is.
  ///   - type: How elements are stored.
  ///   - name: The name.
  ///   - file: The file.
  /// - Complexity: O(elements · axes).
  init(gathering tensor: HubTensor, strides: [Int], type: WeightType, name: String, file: MappedFile) {
    let size = type.blockBytes
    let count = tensor.shape.reduce(1, *)
    let copy = OwnedStorage(bytes: count * size)
    let from = file.slice(tensor.bytes)
    var place = [Int](repeating: 0, count: tensor.shape.count)
    for index in 0..<count {
      let at = zip(place, strides).reduce(0) { $0 + $1.0 * $1.1 } * size
      UnsafeMutableRawBufferPointer(start: copy.start + index * size, count: size)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: from[at..<at + size]))
      for axis in place.indices.reversed() {
        place[axis] += 1
        if place[axis] < tensor.shape[axis] { break }
        place[axis] = 0
      }
    }
    self.init(
      name: name, type: type, shape: tensor.shape, bytes: copy.bytes, owner: copy, file: file,
      offset: tensor.bytes.lowerBound)
  }
}
