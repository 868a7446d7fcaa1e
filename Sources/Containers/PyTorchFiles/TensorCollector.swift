import CMCPrimitives

/// Finds the tensors in a pickle's value, and checks each against its storage.
struct TensorCollector {
  private(set) var tensors: [PyTorchFile.Tensor] = []
  /// Where the bytes of a storage lie, by its key.
  private let ranges: [String: Range<Int>]
  /// Checks a storage's bytes before they are used.
  private let verify: (String) throws(PyTorchError) -> Void
  private var verified: Set<String> = []

  /// Takes the places of storages.
  init(
    _ ranges: [String: Range<Int>], verify: @escaping (String) throws(PyTorchError) -> Void = { _ in () }
  ) {
    self.ranges = ranges
    self.verify = verify
  }

  /// Adds the tensors of a value; everything else is passed over.
  mutating func collect(_ value: PickleValue, _ name: String) throws(PyTorchError) {
    switch value.content {
    case .tensor(let tensor): tensors.append(try check(tensor, name))
    case .tuple(let items), .list(let items):
      for (index, item) in items.enumerated() { try collect(item, joined(name, String(index))) }
    case .dictionary(let members):
      for (key, value) in members {
        switch key.content {
        case .text(let text): try collect(value, joined(name, text))
        case .integer(let number): try collect(value, joined(name, String(number)))
        default: throw .notTensors(found: "a dictionary whose keys are no strings")
        }
      }
    default: break
    }
  }

  private func joined(_ name: String, _ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  private mutating func check(_ tensor: PickleTensor, _ name: String) throws(PyTorchError)
    -> PyTorchFile.Tensor
  {
    func bad(_ reason: String) -> PyTorchError { .badTensor(name: name, reason: reason) }
    guard let bytes = ranges[tensor.key] else {
      throw bad("its storage '\(tensor.key)' is not in the file")
    }
    let size = tensor.type.size
    guard tensor.count >= 0, tensor.count <= bytes.count / size, bytes.count == tensor.count * size else {
      throw bad("its storage has \(bytes.count) bytes, \(tensor.count) elements of \(size) expected")
    }
    guard tensor.sizes.count == tensor.strides.count, tensor.sizes.count <= 8 else {
      throw bad("\(tensor.sizes.count) sizes, \(tensor.strides.count) strides")
    }
    guard tensor.offset >= 0, tensor.sizes.allSatisfy({ $0 >= 0 }), tensor.strides.allSatisfy({ $0 >= 0 })
    else {
      throw bad("a negative size, stride or offset")
    }
    var count = 1
    var last = tensor.offset
    for (axis, length) in tensor.sizes.enumerated() {
      let (product, tooMany) = count.multipliedReportingOverflow(by: length)
      let (reach, tooFar) = max(0, length - 1).multipliedReportingOverflow(by: tensor.strides[axis])
      let (sum, beyond) = last.addingReportingOverflow(reach)
      guard !tooMany, !tooFar, !beyond else { throw bad("a shape too large for any file") }
      count = product
      last = sum
    }
    // An expanded tensor shows the same elements many times: of a few bytes it could make any size.
    guard count <= tensor.count else { throw bad("\(count) elements of a storage of \(tensor.count)") }
    guard count == 0 || last < tensor.count else { throw bad("it reaches beyond its storage") }
    if verified.insert(tensor.key).inserted { try verify(tensor.key) }
    return PyTorchFile.Tensor(
      name: name, elementType: tensor.type, shape: tensor.sizes, strides: tensor.strides,
      offset: tensor.offset,
      storage: bytes)
  }
}
