import CMCPrimitives
import TestSupport
import Testing

@testable import CMCGGUF

struct GGUFFileTests {
  @Test(
    .enabled(
      if: RealData.has("smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"), "run Vocabs/fetch smollm2-135m"))
  func everyTensorOfARealModelIsInTheFile() throws {
    let file = try GGUFFile(path: RealData.path("smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"))
    #expect(file.header["general.architecture"]?.text == "llama")
    #expect(file.header.tensors.count > 200)
    var end = 0
    for tensor in file.header.tensors {
      let size = try file.withTensor(tensor.name) { $1.count }
      #expect(size == (try tensor.byteCount()))
      end = max(end, try file.header.byteRange(of: tensor, fileSize: .max).upperBound)
    }
    #expect(end == 98_362_432)
  }

  @Test func anErrorNamesTheFile() {
    #expect(throws: FileError.self) { try GGUFFile(path: "/nonexistent.gguf") }
    #expect(throws: FileError.self) { try GGUFFile(path: "/") }
  }
}
