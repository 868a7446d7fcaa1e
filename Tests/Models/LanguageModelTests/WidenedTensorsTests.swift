import CMCPrimitives
import CMCSafetensors
import TestSupport
import Testing

@testable import CMCLanguageModel

/// Tensors of types that no kernel takes: the numbers of PyTorch's `.to(torch.float32)`.
@Suite struct WidenedTensorsTests {
  private func widened(_ type: ElementType, _ bytes: [UInt8]) throws -> [Float] {
    let folder = try TemporaryFolder()
    let file = try MappedFile(path: try folder.write("bytes", bytes: bytes))
    let tensor = HubTensor(
      name: "t", elementType: type, shape: [bytes.count / type.size], bytes: 0..<bytes.count)
    let stored = try #require(StoredTensor(widening: tensor, name: "t", file: file))
    // As they are stored: a model's weights must be finite, which is looked at where they are read.
    return stored.bytes.bindMemory(to: Float.self).map { $0 }
  }

  /// Values of torch 2's `torch.float8_e4m3fn` and `torch.float8_e5m2`.
  @Test func bytesAreThoseOfTorch() throws {
    let all = (0...255).map { UInt8($0) }
    let fine = try widened(.float8E4M3, all)
    for (byte, value): (Int, Float) in [
      (0x00, 0), (0x01, 0.001953125), (0x03, 0.005859375), (0x07, 0.013671875), (0x08, 0.015625),
      (0x3C, 1.5), (0x41, 2.25), (0x7B, 352), (0x7E, 448), (0x84, -0.0078125), (0xC5, -3.25),
    ] { #expect(fine[byte] == value, "\(byte)") }
    #expect(fine[0x7F].isNaN && fine[0xFF].isNaN && fine[0x80].sign == .minus)
    let wide = try widened(.float8E5M2, all)
    for (byte, value): (Int, Float) in [
      (0x00, 0), (0x01, 1.52587890625e-05), (0x03, 4.57763671875e-05), (0x07, 0.0001068115234375),
      (0x08, 0.0001220703125), (0x3C, 1), (0x38, 0.5), (0x41, 2.5), (0x7B, 57344), (0x7C, .infinity),
      (0x84, -6.103515625e-05), (0xC5, -5),
    ] { #expect(wide[byte] == value, "\(byte)") }
    #expect(wide[0x7E].isNaN && wide[0xFF].isNaN && wide[0x80].sign == .minus)
  }

  @Test func doublesAreRounded() throws {
    let numbers = [0.1, -1.0 / 3, 1e300, 1 + 0x1p-24, 1 + 0x3p-24]
    let bytes = numbers.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
    #expect(try widened(.float64, bytes) == [0.1, -1.0 / 3, .infinity, 1, 1 + 0x1p-22])
  }

  @Test func elementsOutOfOrderAreGathered() throws {
    let folder = try TemporaryFolder()
    let numbers = [1.0, 2, 3, 4, 5, 6]
    let bytes = numbers.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
    let file = try MappedFile(path: try folder.write("bytes", bytes: bytes))
    let tensor = HubTensor(
      name: "t", elementType: .float64, shape: [3, 2], bytes: 0..<bytes.count, strides: [1, 3])
    let stored = try #require(StoredTensor(widening: tensor, name: "t", file: file))
    #expect(stored.shape == [3, 2])
    #expect(stored.bytes.bindMemory(to: Float.self).map { $0 } == [1, 4, 2, 5, 3, 6])
  }

  /// A model whose weights are stored in double precision is the model; whole numbers are refused by safetensors' names.
  @Test func aModelOfDoublesIsTheModel() throws {
    let golden = GoldenCheckpoint(name: "llama")
    let folder = try copy(golden, as: .float64) { value in
      withUnsafeBytes(of: Double(value).bitPattern.littleEndian) { Array($0) }
    }
    let model = try LanguageModel.load(folder.path)
    for (ids, wanted) in try golden.prompts() {
      #expect(largestDifference(try allLogits(LanguageModelSession(model), ids), wanted) <= 1e-5)
    }
    let whole = try copy(golden, as: .int8) { [UInt8(bitPattern: Int8($0.rounded()))] }
    let error = #expect(throws: FileError.self) { _ = try LanguageModel.load(whole.path) }
    let reason = try #require(error)
    #expect(reason.description.contains("type I8 is not read"), "\(reason)")
    #expect(reason.hint?.contains("F8_E5M2") == true && reason.hint?.contains("Q4_0") == false)
  }

  /// The checkpoint with every element as other bytes.
  private func copy(
    _ golden: GoldenCheckpoint, as type: ElementType, _ bytes: (Float) -> [UInt8]
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("config.json", bytes: try readFile(golden.folder + "/config.json"))
    let file = try readFile(golden.folder + "/model.safetensors")
    try file.withUnsafeBytes { raw in
      let header = try SafetensorsHeader(parsing: raw)
      let stream = try SafetensorsStream(
        path: folder.path("model.safetensors"),
        tensors: header.tensors.map { .init($0.name, type, shape: $0.shape) })
      for tensor in header.tensors {
        try header.floats(tensor, in: raw).flatMap(bytes).withUnsafeBytes { try stream.append($0) }
      }
      try stream.finish()
    }
    return folder
  }
}
