internal import CMCLinearAlgebra

/// One product of all experts as a file has it.
struct ExpertRows {
  /// How the weights lie.
  enum Source {
    /// [experts × columns × rows].
    case turned(StoredTensor)
    /// Nibbles [experts × rows × blocks × 16], two weights that follow each other in a byte; and exponents.
    case packed(StoredBytes, StoredBytes)
  }

  let name: String
  let rows: Int
  let columns: Int
  let source: Source
  /// [experts × rows].
  let biases: [Float]

  /// Some rows of an expert: every `step`-th from the first one on.
  ///
  /// - Throws: ``LanguageModelError/matrix(tensor:reason:)``.
  func matrix(_ expert: Int, first: Int, step: Int) throws -> LinearWeights {
    let count = rows / step
    let type: WeightType
    let copy: OwnedStorage
    switch source {
    case .turned(let tensor):
      type = tensor.type
      copy = turn(tensor, expert, first: first, step: step)
    case .packed(let blocks, let scales):
      type = .mxfp4
      copy = pack(blocks.bytes, scales.bytes, expert, first: first, step: step)
    }
    let matrix = try WeightMatrix(
      named: name, type: type, rows: count, columns: columns, bytes: copy.bytes, owner: copy)
    let bias = (0..<count).map { biases[expert * rows + first + $0 * step] }
    return LinearWeights(matrix: matrix, bias: ParameterVector(bias), name: name)
  }

  private func turn(_ tensor: StoredTensor, _ expert: Int, first: Int, step: Int) -> OwnedStorage {
    let size = tensor.type.blockBytes
    let copy = OwnedStorage(bytes: rows / step * columns * size)
    let start = expert * rows * columns
    for column in 0..<columns {
      for row in 0..<rows / step {
        let from = (start + column * rows + first + row * step) * size
        UnsafeMutableRawBufferPointer(start: copy.start + (row * columns + column) * size, count: size)
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: tensor.bytes[from..<from + size]))
      }
    }
    return copy
  }

  /// Blocks as GGUF has them: an exponent, then bytes with the first sixteen weights low and the others high.
  private func pack(
    _ blocks: UnsafeRawBufferPointer, _ scales: UnsafeRawBufferPointer, _ expert: Int, first: Int, step: Int
  ) -> OwnedStorage {
    let perRow = columns / 32
    let copy = OwnedStorage(bytes: rows / step * perRow * 17)
    for row in 0..<rows / step {
      let from = (expert * rows + first + row * step) * perRow
      for block in 0..<perRow {
        let out = copy.start + (row * perRow + block) * 17
        out.storeBytes(of: scales[from + block], as: UInt8.self)
        let nibbles = (from + block) * 16
        for place in 0..<16 {
          // Weight i is in byte i / 2, the even ones low.
          let (low, high) = (blocks[nibbles + place / 2], blocks[nibbles + 8 + place / 2])
          let shift = UInt8(place % 2 * 4)
          out.storeBytes(
            of: (low >> shift & 15) | (high >> shift & 15) << 4, toByteOffset: 1 + place, as: UInt8.self)
        }
      }
    }
    return copy
  }
}
