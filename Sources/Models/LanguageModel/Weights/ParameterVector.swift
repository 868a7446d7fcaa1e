internal import CMCLinearAlgebra

/// A short list of parameters as float32: the weights of a norm, a bias.
///
/// Copied out of the file, since vectors are small and are read in every layer of every step.
final class ParameterVector: Sendable {
  /// The values.
  nonisolated(unsafe) let pointer: UnsafePointer<Float>
  /// How many there are.
  let count: Int

  /// Copies a tensor of one row, whose values must be finite.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - offset: Added to every value.
  /// - Throws: ``LanguageModelError``.
  /// - Complexity: O(count).
  init(reading tensor: StoredTensor, offset: Float = 0) throws {
    count = tensor.shape.reduce(1, &*)
    let matrix = try WeightMatrix(reading: tensor, rows: 1, columns: count)
    let storage = UnsafeMutablePointer<Float>.allocate(capacity: max(1, count))
    matrix.widen(rows: 0..<1, into: storage)
    if offset != 0 { for i in 0..<count { storage[i] += offset } }
    pointer = UnsafePointer(storage)
    if let index = (0..<count).first(where: { !storage[$0].isFinite }) {
      throw LanguageModelError.badValue(tensor: tensor.name, at: index)
    }
  }

  /// Values that are known to be finite.
  init(_ values: [Float]) {
    count = values.count
    let storage = UnsafeMutablePointer<Float>.allocate(capacity: max(1, count))
    storage.initialize(from: values, count: count)
    pointer = UnsafePointer(storage)
  }

  deinit { pointer.deallocate() }

  /// The values, copied.
  var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// Adds the values to each of some rows in place.
  ///
  /// - Parameters:
  ///   - rows: `n × count` values.
  ///   - n: How many rows there are.
  func add(to rows: UnsafeMutablePointer<Float>, rows n: Int) {
    for row in 0..<n {
      let start = rows + row * count
      for i in 0..<count { start[i] += pointer[i] }
    }
  }
}
