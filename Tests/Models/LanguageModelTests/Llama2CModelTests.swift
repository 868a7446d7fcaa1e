import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Checkpoints of llama2.c.
@Suite struct Llama2CModelTests {
  private func header(_ numbers: [Int32]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

  /// A checkpoint of zeros is a model of logits 0; with one byte less or more it is no checkpoint.
  @Test(arguments: [96, -96] as [Int32])
  func theLengthMustFitTheSizes(_ vocabulary: Int32) throws {
    let (hidden, inner, layers, heads, keyHeads, context) = (16, 24, 2, 4, 2, 32)
    var floats = 96 * hidden * (vocabulary < 0 ? 2 : 1) + hidden + context * (hidden / heads / 2) * 2
    floats += layers * (2 * hidden + 2 * hidden * hidden + 2 * hidden * keyHeads * 4 + 3 * hidden * inner)
    let numbers = [hidden, inner, layers, heads, keyHeads, Int(vocabulary), context].map(Int32.init)
    let bytes = header(numbers) + Array(repeating: 0, count: floats * 4)
    let folder = try TemporaryFolder()
    let model = try LanguageModel.load(try folder.write("zeros.bin", bytes: bytes))
    #expect(model.configuration.vocabularySize == 96)
    #expect(try LanguageModelSession(model).logits(after: [1, 2]) == Array(repeating: 0, count: 96))
    for wrong in [Array(bytes.dropLast()), bytes + [0]] {
      let path = try folder.write("wrong.bin", bytes: wrong)
      let error = #expect(throws: FileError.self) { _ = try LanguageModel.load(path) }
      #expect(error.map { "\($0)" }?.contains("wrong.bin") == true)
    }
  }

  @Test(
    arguments: [
      [0, 0, 0, 0, 0, 0, 0], [16, 24, 2, 0, 2, 96, 32], [16, 24, 2, 4, 0, 96, 32],
      [.max, .max, .max, .max, .max, .max, .max], [.min, 1, 1, 1, 1, 1, 1], [16, 24, 2, 4, 2, .min, 32],
    ] as [[Int32]])
  func hostileSizesAreErrors(_ numbers: [Int32]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("hostile.bin", bytes: header(numbers) + Array(repeating: 0, count: 5000))
    let error = #expect(throws: (any Error).self) { _ = try LanguageModel.load(path) }
    #expect(error is any DescribedError)
  }
}
