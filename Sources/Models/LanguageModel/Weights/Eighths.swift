internal import CMCLinearAlgebra
internal import CMCPrimitives

/// Scales of a matrix by blocks of rows and columns.
struct ScaleGrid {
  let values: [Float]
  /// The rows and columns of a block.
  let block: WeightPacking.BlockShape
  /// How many blocks lie beside each other.
  let width: Int

  /// Takes a tensor of scales: one number, one a row, or one a block.
  ///
  /// - Parameters:
  ///   - scales: The tensor.
  ///   - rows: The matrix' rows.
  ///   - columns: Its columns.
  ///   - block: The size of a block, where it is stated; else blocks are of equal size.
  /// - Throws: ``LanguageModelError/shape(tensor:found:wanted:)``.
  init(
    _ scales: (name: String, shape: [Int], values: [Float]), rows: Int, columns: Int,
    block: WeightPacking.BlockShape?
  ) throws {
    values = scales.values
    let isVector = scales.shape.count < 2
    let (down, across) = isVector ? (scales.values.count, 1) : (scales.shape[0], scales.shape[1])
    width = across
    if down == 1, across == 1 {
      self.block = WeightPacking.BlockShape(rows: rows, columns: columns)
    } else if let block, scales.shape.count == 2 {
      self.block = block
    } else {
      self.block = WeightPacking.BlockShape(
        rows: down > 0 && rows % down == 0 ? rows / down : 0,
        columns: across > 0 && columns % across == 0 ? columns / across : 0)
    }
    let size = self.block
    guard scales.shape.count <= 2, size.rows > 0, size.columns > 0,
      (rows - 1) / size.rows + 1 == down, (columns - 1) / size.columns + 1 == across
    else {
      throw LanguageModelError.shape(tensor: scales.name, found: scales.shape, wanted: [rows, columns])
    }
  }

  /// The scale of a weight.
  func scale(_ row: Int, _ column: Int) -> Float {
    values[row / block.rows * width + column / block.columns]
  }
}

/// Weights of eight bits of floating point, with scales of blocks.
struct Eighths: @unchecked Sendable {
  let rows: Int
  let columns: Int
  let bytes: UnsafeRawBufferPointer
  let scales: ScaleGrid

  /// Whether 32 weights that follow each other have one scale.
  private var hasBlocks: Bool {
    columns % 32 == 0 && (scales.width == 1 || scales.block.columns % 32 == 0)
  }

  /// The weights as the kernels take them.
  func stored() -> (OwnedStorage, WeightType) {
    hasBlocks ? (blocks(), .f8) : (widened(), .f32)
  }

  private func blocks() -> OwnedStorage {
    let (perRow, size) = (columns / 32, WeightType.f8.blockBytes)
    let storage = OwnedStorage(bytes: rows * perRow * size)
    parallelFor(rows, chunk: max(1, 32768 / columns), threads: defaultThreadCount) { _, range in
      for row in range {
        for block in 0..<perRow {
          let out = storage.start + (row * perRow + block) * size
          out.storeBytes(of: scales.scale(row, block * 32), as: Float.self)
          let from = row * columns + block * 32
          UnsafeMutableRawBufferPointer(start: out + 4, count: 32)
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[from..<from + 32]))
        }
      }
    }
    return storage
  }

  private func widened() -> OwnedStorage {
    let storage = OwnedStorage(bytes: rows * columns * 4)
    let numbers = (0...UInt8.max).map(Self.number)
    parallelFor(rows, chunk: max(1, 32768 / columns), threads: defaultThreadCount) { _, range in
      for row in range {
        for column in 0..<columns {
          let value = numbers[Int(bytes[row * columns + column])] * scales.scale(row, column)
          storage.start.storeBytes(of: value, toByteOffset: (row * columns + column) * 4, as: Float.self)
        }
      }
    }
    return storage
  }

  /// What a byte stands for: a sign, four bits of exponent, three of the rest; all of them set are no number.
  static func number(_ byte: UInt8) -> Float {
    let (exponent, rest) = (Int(byte >> 3 & 15), Float(byte & 7))
    if byte & 127 == 127 { return .nan }
    let size =
      exponent == 0 ? rest * 0x1p-9 : (8 + rest) * Float(sign: .plus, exponent: exponent - 10, significand: 1)
    return byte < 128 ? size : -size
  }
}
