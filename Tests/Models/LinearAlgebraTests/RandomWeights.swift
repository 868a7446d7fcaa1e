import CMCLinearAlgebra
import CMCPrimitives

/// Weights of random blocks, and what they are once widened.
final class RandomWeights: @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer
  let type: WeightType
  let rows: Int
  let columns: Int

  /// Scales are powers of two where `exactScales` asks for it, so that float32 sums of few products do not round.
  init(_ type: WeightType, rows: Int, columns: Int, seed: UInt64, exactScales: Bool = false) {
    var generator = SeededGenerator(seed: seed)
    func half() -> [UInt8] {
      // 2⁻⁶ … 2⁻³, or any number between; subnormal halves and zeros now and then.
      let exponent = UInt16.random(in: 9...12, using: &generator) << 10
      let rest = exactScales ? 0 : UInt16.random(in: 0..<1024, using: &generator)
      let sign: UInt16 = Bool.random(using: &generator) ? 0x8000 : 0
      let small = !exactScales && UInt8.random(in: 0..<40, using: &generator) == 0
      let bits = sign | (small ? rest : exponent | rest)
      return [UInt8(bits & 255), UInt8(bits >> 8)]
    }
    var bytes: [UInt8] = []
    for _ in 0..<rows * columns / type.blockElements {
      var block = (0..<type.blockBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      switch type {
      case .f32:
        let value = Float.random(in: -1...1, using: &generator)
        block = withUnsafeBytes(of: (exactScales ? (value * 16).rounded() : value).bitPattern.littleEndian) {
          Array($0)
        }
      case .f16: block = half()
      case .bf16:
        let value = Float.random(in: -1...1, using: &generator)
        let bits = (exactScales ? (value * 16).rounded() : value).bitPattern
        block = [UInt8(bits >> 16 & 255), UInt8(bits >> 24)]
      case .iq4_xs:
        block.replaceSubrange(0..<2, with: half())
        // Scales of three bits, so that no sum of exact ones goes beyond 24.
        if exactScales { block.replaceSubrange(2..<8, with: [0xAA, 0xAA] + block[4..<8].map { $0 & 0x77 }) }
      case .q8_0, .q4_0, .q5_0, .iq4_nl, .iq2_xxs, .iq2_xs, .iq2_s, .iq3_xxs, .iq3_s, .iq1_s:
        block.replaceSubrange(0..<2, with: half())
      case .q4_1, .q5_1, .q4_K, .q5_K: block.replaceSubrange(0..<4, with: half() + half())
      case .q6_K: block.replaceSubrange(208..<210, with: half())
      case .q2_K: block.replaceSubrange(80..<84, with: half() + half())
      case .q3_K: block.replaceSubrange(108..<110, with: half())
      case .tq2_0: block.replaceSubrange(64..<66, with: half())
      case .tq1_0: block.replaceSubrange(52..<54, with: half())
      case .iq1_m:
        // Four bits of the scale above each twelve of others.
        for (part, nibble) in half().flatMap({ [$0 & 15, $0 >> 4] }).enumerated() {
          block[49 + 2 * part] = block[49 + 2 * part] & 15 | nibble << 4
        }
      case .nibbles, .f8:
        let scale = exactScales ? 0.125 : Float.random(in: -0.125...0.125, using: &generator)
        block.replaceSubrange(0..<4, with: withUnsafeBytes(of: scale.bitPattern.littleEndian) { Array($0) })
        if type == .nibbles { block[4] %= 17 }
        if type == .f8 { for index in 4..<36 where block[index] & 127 == 127 { block[index] = 0 } }
      // An exponent.
      case .mxfp4: block[0] = UInt8.random(in: 119...122, using: &generator)
      }
      bytes += block
    }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    memory.copyBytes(from: bytes)
    self.bytes = UnsafeRawBufferPointer(memory)
    self.type = type
    self.rows = rows
    self.columns = columns
  }

  deinit { bytes.deallocate() }

  /// The weights as a matrix, which keeps them alive.
  func matrix() throws -> WeightMatrix {
    try WeightMatrix(type: type, rows: rows, columns: columns, bytes: bytes, owner: self)
  }

  /// All weights as float32.
  func widened() throws -> [Float] {
    let matrix = try matrix()
    return [Float](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      if let start = buffer.baseAddress { matrix.widen(rows: 0..<rows, into: start) }
      count = rows * columns
    }
  }
}

/// Numbers between −1 and 1.
func randomNumbers(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
}
