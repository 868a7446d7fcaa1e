internal import CMCLinearAlgebra

/// A product's weights as float32 in memory, while an adapter is worked into them.
struct DenseWeights {
  /// Outputs, or rows of an embedding.
  let rows: Int
  /// Inputs, or the length of an embedding.
  let columns: Int
  /// rows × columns numbers; stays in memory as long as the storage.
  let values: UnsafeMutablePointer<Float>
  /// What is added to the outputs.
  var bias: [Float]?
  private let storage: OwnedStorage

  /// Room for a matrix of zeros.
  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    storage = OwnedStorage(bytes: rows * columns * MemoryLayout<Float>.size)
    values = storage.start.bindMemory(to: Float.self, capacity: max(1, rows * columns))
    values.initialize(repeating: 0, count: rows * columns)
  }

  /// Products that share an input, one below the other.
  init(_ parts: [LinearWeights]) {
    self.init(
      rows: parts.reduce(0) { $0 + $1.matrix.rows }, columns: parts.first?.matrix.columns ?? 0)
    var row = 0
    for part in parts {
      part.matrix.widen(rows: 0..<part.matrix.rows, into: values + row * columns)
      row += part.matrix.rows
    }
    let biases = parts.compactMap(\.bias)
    if biases.count == parts.count, !biases.isEmpty { bias = biases.flatMap(\.array) }
  }

  /// The same numbers in memory of their own.
  func copy() -> DenseWeights {
    var other = DenseWeights(rows: rows, columns: columns)
    other.values.update(from: values, count: rows * columns)
    other.bias = bias
    return other
  }

  /// Replaces all numbers.
  func fill(_ numbers: [Float]) {
    for (index, number) in numbers.enumerated() { values[index] = number }
  }

  /// Multiplies each row by a number of its own.
  func scaleRows(_ factors: [Float]) {
    for (row, factor) in factors.enumerated() {
      for column in 0..<columns { values[row * columns + column] *= factor }
    }
  }

  /// Multiplies each column by a number of its own.
  func scaleColumns(_ factors: [Float]) {
    for row in 0..<rows {
      for (column, factor) in factors.enumerated() { values[row * columns + column] *= factor }
    }
  }

  /// The length of each row.
  var rowLengths: [Float] {
    (0..<rows).map { row in
      var sum = 0.0
      for column in 0..<columns {
        let value = Double(values[row * columns + column])
        sum += value * value
      }
      return Float(sum.squareRoot())
    }
  }

  /// The length of each column.
  var columnLengths: [Float] {
    var sums = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let value = Double(values[row * columns + column])
        sums[column] += value * value
      }
    }
    return sums.map { Float($0.squareRoot()) }
  }

  /// A range of rows as weights of a model.
  ///
  /// - Throws: ``LanguageModelError``.
  func linear(_ range: Range<Int>, name: String) throws -> LinearWeights {
    let size = columns * MemoryLayout<Float>.size
    let matrix = try WeightMatrix(
      named: name, type: .f32, rows: range.count, columns: columns,
      bytes: UnsafeRawBufferPointer(
        rebasing: storage.bytes[range.lowerBound * size..<range.upperBound * size]),
      owner: storage)
    let part = bias.map { ParameterVector(Array($0[range])) }
    return LinearWeights(matrix: matrix, bias: part, name: name)
  }
}
