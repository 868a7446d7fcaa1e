import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import Foundation
import FuzzSupport

/// Loads bytes as a model and runs two tokens through it.
///
/// An input with a NUL after a beginning that looks like an object is a `config.json` and, behind the NUL, a safetensors
/// file; any other is a GGUF file or a checkpoint of llama2.c.
@Sendable func fuzzModel(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { bytes in
    let folder = modelFolder
    let path: String
    if bytes.first == UInt8(ascii: "{"), let end = bytes.firstIndex(of: 0) {
      path = folder + "/safetensors"
      try put(Array(bytes[..<end]), path + "/config.json")
      try put(Array(bytes[(end + 1)...]), path + "/model.safetensors")
    } else {
      path = folder + "/model"
      try put(Array(bytes), path)
    }
    let model = try LanguageModel.load(path)
    // Sizes that tensors of so small a file cannot have are refused above; what remains is quickly computed.
    for precision in Precision.allCases {
      let session = LanguageModelSession(model, precision: precision, threads: 1, contextLength: 8, chunk: 4)
      var rows = 0
      try session.extend([0, 1], logits: .all) { _, logits in
        require(logits.count == session.logitsWidth, "the width of logits")
        require(logits.allSatisfy(\.isFinite), "logits that are not finite")
        rows += 1
      }
      require(rows == 2 && session.tokens == [0, 1], "the history")
    }
  }
}

/// A folder in memory where there is one.
private let modelFolder: String = {
  let base = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
  let folder = base + "/cmc-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
  try? FileManager.default.createDirectory(atPath: folder + "/safetensors", withIntermediateDirectories: true)
  return folder
}()

private func put(_ bytes: [UInt8], _ path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}
