internal import CMCLinearAlgebra
internal import CMCPrimitives

extension StoredTensor {
  /// A tensor whose elements no kernel takes, as float32: of double precision, rounded, and of one byte.
  ///
  /// It has the numbers of PyTorch's `.to(torch.float32)`, which transformers makes of such a file.
  ///
  /// - Parameters:
  ///   - tensor: Where it is; its strides were checked against its storage.
  ///   - name: The name.
  ///   - file: The file.
  /// - Returns: nil where its elements are others.
  /// - Complexity: O(elements), in memory of their own.
  init?(widening tensor: HubTensor, name: String, file: MappedFile) {
    let number: (UnsafeRawBufferPointer, Int) -> Float
    switch tensor.elementType {
    case .float64:
      number = { Float(Double(bitPattern: $0.loadUnaligned(fromByteOffset: $1, as: UInt64.self))) }
    case .float8E4M3: number = { [table = (0...UInt8.max).map(Eighths.number)] in table[Int($0[$1])] }
    case .float8E5M2: number = { [table = (0...UInt8.max).map(Self.shortNumber)] in table[Int($0[$1])] }
    default: return nil
    }
    let count = tensor.shape.reduce(1, *)
    let copy = OwnedStorage(bytes: count * MemoryLayout<Float>.size)
    let (from, size) = (file.slice(tensor.bytes), tensor.elementType.size)
    var place = [Int](repeating: 0, count: tensor.shape.count)
    for index in 0..<count {
      let element = tensor.strides.map { zip(place, $0).reduce(0) { $0 + $1.0 * $1.1 } } ?? index
      copy.start.storeBytes(
        of: number(from, element * size), toByteOffset: index * MemoryLayout<Float>.size, as: Float.self)
      guard tensor.strides != nil else { continue }
      for axis in place.indices.reversed() {
        place[axis] += 1
        if place[axis] < tensor.shape[axis] { break }
        place[axis] = 0
      }
    }
    file.forget(tensor.bytes)
    self.init(
      name: name, type: .f32, shape: tensor.shape, bytes: copy.bytes, owner: copy, file: file,
      offset: tensor.bytes.lowerBound)
  }

  /// What a byte with five bits of exponent stands for: the upper half of a half.
  private static func shortNumber(_ byte: UInt8) -> Float {
    let (exponent, rest) = (Int(byte >> 2 & 31), Float(byte & 3))
    let size: Float
    switch exponent {
    case 0: size = rest * 0x1p-16
    case 31: size = rest == 0 ? .infinity : .nan
    default: size = (4 + rest) * Float(sign: .plus, exponent: exponent - 17, significand: 1)
    }
    return byte < 128 ? size : -size
  }
}
