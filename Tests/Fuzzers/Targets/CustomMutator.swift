import Foundation
import FuzzSupport

/// libFuzzer's own mutations of bytes.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>?, _ size: Int, _ limit: Int) -> Int

/// How the chosen target's inputs are built; nil for bytes, or texts that are no JSON.
private let structure: Mutator.Structure? = {
  switch ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "" {
  case "FuzzTokenizerJSON", "FuzzBrokenTokenizer", "FuzzTekken": .json
  case "FuzzTokenMap": .jsonBehindByte
  case "FuzzSafetensors": .jsonHeader
  case "FuzzSentencePiece": .protobuf
  default: nil
  }
}()

/// libFuzzer asks here for each new input.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int, _ seed: UInt32) -> Int {
  guard let structure else { return mutateBytes(data, size, limit) }
  var mutator = Mutator(seed: seed) { bytes, limit in
    var buffer = bytes + [UInt8](repeating: 0, count: max(1, limit - bytes.count))
    let count = buffer.withUnsafeMutableBufferPointer {
      mutateBytes($0.baseAddress, bytes.count, max(1, limit))
    }
    return Array(buffer.prefix(count))
  }
  let changed = mutator.mutate(
    Array(UnsafeBufferPointer(start: data, count: size)), limit: limit, as: structure)
  for (index, byte) in changed.prefix(limit).enumerated() { data[index] = byte }
  return min(limit, changed.count)
}
