internal import CMCLinearAlgebra
internal import CMCPrimitives

/// Weights of four bits, eight to a number of 32 bits, with a scale for each output and group of inputs.
struct Nibbles: @unchecked Sendable {
  /// What the eight of a number are, and how numbers follow each other.
  enum Layout {
    /// Inputs of one output; an output's numbers lie one after another.
    case rows
    /// Inputs of one output; the outputs' numbers lie one after another.
    case inputs
    /// Outputs of one input, as ``Nibbles/mixed`` has them.
    case outputs
  }

  /// Where in a number each of eight outputs is.
  static let mixed = [0, 4, 1, 5, 2, 6, 3, 7]

  let rows: Int
  let columns: Int
  let layout: Layout
  let words: UnsafeRawBufferPointer
  /// How many numbers lie one after another before the next row, or input, or eight of them.
  let width: Int
  /// Of each output all groups one after another, or the other way round but for ``Layout/rows``; zeros likewise.
  let scales: [Float]
  let zeros: [UInt8]
  let groupCount: Int
  /// The group of each input.
  let groups: [Int]

  /// The weights as the kernels take them.
  func stored() -> (OwnedStorage, WeightType) {
    let isBlocked =
      columns % 32 == 0
      && stride(from: 0, to: columns, by: 32).allSatisfy { start in
        groups[start..<start + 32].allSatisfy { $0 == groups[start] }
      }
    return isBlocked ? (blocks(), .nibbles) : (widened(), .f32)
  }

  private func place(_ row: Int, _ group: Int) -> Int {
    layout == .rows ? row * groupCount + group : group * rows + row
  }

  private func word(_ index: Int) -> UInt32 {
    words.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
  }

  /// Eight weights of an output, the first one lowest.
  private func eight(_ row: Int, _ column: Int) -> UInt32 {
    switch layout {
    case .rows: return word(row * width + column / 8)
    case .inputs: return word(column / 8 * width + row)
    case .outputs:
      let shift = UInt32(4 * Self.mixed[row % 8])
      var all: UInt32 = 0
      for index in 0..<min(8, columns - column) {
        all |= (word((column + index) * width + row / 8) >> shift & 15) << UInt32(4 * index)
      }
      return all
    }
  }

  /// Each four bits in a byte of their own.
  private static func spread(_ word: UInt32) -> UInt64 {
    var wide = UInt64(word)
    wide = (wide | wide << 16) & 0x0000_FFFF_0000_FFFF
    wide = (wide | wide << 8) & 0x00FF_00FF_00FF_00FF
    return (wide | wide << 4) & 0x0F0F_0F0F_0F0F_0F0F
  }

  private func blocks() -> OwnedStorage {
    let (perRow, size) = (columns / 32, WeightType.nibbles.blockBytes)
    let storage = OwnedStorage(bytes: rows * perRow * size)
    parallelFor(rows, chunk: 8 * max(1, 4096 / columns), threads: defaultThreadCount) { _, range in
      for block in 0..<perRow {
        for row in range {
          let out = storage.start + (row * perRow + block) * size
          let place = place(row, groups[block * 32])
          out.storeBytes(of: scales[place], as: Float.self)
          out.storeBytes(of: zeros[place], toByteOffset: 4, as: UInt8.self)
          for half in 0..<2 {
            let low = Self.spread(eight(row, block * 32 + half * 8))
            let high = Self.spread(eight(row, block * 32 + 16 + half * 8))
            out.storeBytes(of: low | high << 4, toByteOffset: 5 + half * 8, as: UInt64.self)
          }
        }
      }
    }
    return storage
  }

  private func widened() -> OwnedStorage {
    let storage = OwnedStorage(bytes: rows * columns * 4)
    parallelFor(rows, chunk: 8 * max(1, 4096 / columns), threads: defaultThreadCount) { _, range in
      for row in range {
        for start in stride(from: 0, to: columns, by: 8) {
          let all = eight(row, start)
          for column in start..<min(start + 8, columns) {
            let place = place(row, groups[column])
            let step = Int(all >> UInt32(4 * (column - start)) & 15) - Int(zeros[place])
            storage.start.storeBytes(
              of: Float(step) * scales[place], toByteOffset: (row * columns + column) * 4, as: Float.self)
          }
        }
      }
    }
    return storage
  }
}
