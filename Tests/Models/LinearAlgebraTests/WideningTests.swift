import CMCPrimitives
import Foundation
import Testing

@testable import CMCLinearAlgebra

@Suite struct WideningTests {
  private final class Bytes: Sendable {
    let data: [UInt8]
    init(_ data: [UInt8]) { self.data = data }
  }

  private func file(_ name: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: "Golden/\(name)", withExtension: nil))
    return [UInt8](try Data(contentsOf: url))
  }

  /// Against what Tests/Scripts/generate_widened_blocks.py had from the `gguf` package, bit for bit.
  @Test(arguments: WeightType.allCases, KernelISA.available)
  func equalsTheOriginal(type: WeightType, isa: KernelISA) throws {
    let name = "\(type)".uppercased()
    let blocks = try file("\(name).blocks")
    let wanted = try file("\(name).f32").withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
    let columns = blocks.count / type.blockBytes * type.blockElements
    #expect(columns == wanted.count)
    var widened = [Float](repeating: .nan, count: columns)
    try blocks.withUnsafeBytes { bytes in
      let matrix = try WeightMatrix(type: type, rows: 1, columns: columns, bytes: bytes, owner: Bytes(blocks))
      widened.withUnsafeMutableBufferPointer {
        if let start = $0.baseAddress { matrix.widen(rows: 0..<1, into: start, isa: isa) }
      }
    }
    #expect(widened.map(\.bitPattern) == wanted)
  }

  /// Infinities and what is not a number are halves too; the package is not asked, since it warns of them.
  @Test(arguments: KernelISA.available)
  func allHalvesAreWidened(isa: KernelISA) throws {
    let halves = (0...UInt16.max).map { $0.littleEndian }
    var widened = [Float](repeating: 0, count: halves.count)
    try halves.withUnsafeBytes { bytes in
      let matrix = try WeightMatrix(
        type: .f16, rows: 1, columns: halves.count, bytes: bytes, owner: Bytes([]))
      widened.withUnsafeMutableBufferPointer {
        if let start = $0.baseAddress { matrix.widen(rows: 0..<1, into: start, isa: isa) }
      }
    }
    for (bits, value) in widened.enumerated() {
      let (exponent, rest) = (bits >> 10 & 31, Float(bits & 1023))
      let magnitude: Float =
        switch exponent {
        case 0: rest * 0x1p-24
        case 31: rest == 0 ? .infinity : .nan
        default: (1 + rest / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
        }
      let wanted = bits & 0x8000 == 0 ? magnitude : -magnitude
      #expect(wanted.isNaN ? value.isNaN : value.bitPattern == wanted.bitPattern)
    }
  }
}
